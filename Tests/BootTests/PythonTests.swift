import Testing

/// Python as a confined task in a VM: every module, threads, TLS, time zones.
@Suite("The Python runtime in a VM", .needsImage)
struct PythonTests {
  @Test("the runtime's own tests pass inside the VM")
  func runtime() async throws {
    let end = try await Bench().run(
      "python-runtime", options: ["-m", "256m"], limit: 400, exactly: 0)
    #expect(end.stderr.contains("\nOK"), "\(end.stderr)")
  }

  /// The image's files have dates that ZIP can hold, which begins with 1980, in every time zone.
  @Test("files of the image go into a ZIP archive")
  func zip() async throws {
    let script = "import os, zipfile; zipfile.ZipFile('/tmp/z', 'w').write(os.__file__); print('written')"
    let end = try await Bench().run("python", "python", "-c", script, options: ["-e", "TZ=Etc/GMT+12"], exactly: 0)
    #expect(end.stdout == "written\n", "\(end.stderr)")
  }

  /// http.server answers by the file's date alone, and the image that is replaced is the one that the browser knows.
  @Test("a page that has changed is not answered with 304")
  func pages() async throws {
    let end = try await Bench().shell(
      """
      mkdir -p pieces/meta app/www; cp -al "$clone/.build/pieces/binary" "$clone/.build/pieces/share" pieces/
      echo '{"binary": {"name": "python", "version": "v3.13"}, "port": 8080, "export": 3008, "process": {"cmd": "python",
        "args": ["python", "-m", "http.server", "8080", "-d", "www"]}}' >app/arrow_spec.json
      status() { curl -s -o /dev/null -w '%{http_code}\\n' -H "If-Modified-Since: $1" "http://localhost:$port/index.html"; }
      serve() {
        echo "$1" >app/www/index.html
        "$mkarrowimg" add pieces app >&2; "$mkarrowimg" build pieces -o image >&2
        "$actrl" shoot --image image --wait --accel tcg -p 0:8080 --name vm app >/dev/null
        port=$("$actrl" list | sed -n 's/.*127.0.0.1:\\([0-9]*\\)->8080.*/\\1/p')
      }
      serve first
      date=$(curl -sI "http://localhost:$port/index.html" | sed -n 's/^Last-Modified: //p' | tr -d '\\r')
      status "$date"; "$actrl" kill vm >/dev/null
      serve 'second, another text'
      status "$date"; "$actrl" kill vm >/dev/null
      """, limit: 120)
    #expect(end.stdout == "304\n200\n", "\(end.stderr)")
  }
}
