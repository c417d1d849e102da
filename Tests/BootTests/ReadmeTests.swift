import TestSupport
import Testing

/// The commands that the README shows, and the first steps with the examples.
@Suite("The README's commands", .needsImage)
struct ReadmeTests {
  /// Runs `line` in a folder with `bin` and `out`, as in the clone.
  private func walk(_ line: String) async throws -> Outcome {
    try await Bench().shell(
      """
      ln -s "$clone/out" out; mkdir bin; ln "$actrl" bin/actrl 2>/dev/null || cp "$actrl" bin/actrl
      export ARROW_IMAGE=; port() { echo 127.0.0.1:0:8080; }
      end() { bin/actrl stop --all >/dev/null 2>&1 || true; }; trap end EXIT
      \(line)
      """, limit: 120)
  }

  @Test("shoot python and logs show Python's version")
  func python() async throws {
    let end = try await walk(
      """
      ./bin/actrl shoot python >/dev/null 2>&1
      said() { ./bin/actrl logs | grep -q Python; }
      wait_for said
      ./bin/actrl logs
      """)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout.hasPrefix("Python 3.13."), "\(end.stdout)")
  }

  @Test("shoot python-web, logs and wget show the page")
  func web() async throws {
    let end = try await walk(
      """
      ./bin/actrl shoot --wait -p 0:8080 python-web >/dev/null 2>&1
      ./bin/actrl logs
      url=http://localhost:$(./bin/actrl list | sed -n 's/.*127.0.0.1:\\([0-9]*\\)->8080.*/\\1/p')
      wget -q -O page --server-response "$url" 2>headers; grep -m 1 HTTP headers
      cmp page "$clone/image/pieces/meta/python-web/index.html"
      ./bin/actrl list | awk 'NR == 2 { print $1, $2, $3 }'
      ./bin/actrl stop
      ./bin/actrl list | awk 'NR == 2 { print $1, $2, $3, $4 }'
      """)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(
      end.stdout == """
        serving at port 8080
          HTTP/1.0 200 OK
        python-web python-web ready
        python-web
        python-web python-web exited (143)

        """)
  }

  @Test("a user's copy of an arrow is in the next image")
  func copiedMeta() async throws {
    let end = try await walk(
      """
      mkdir -p pieces/meta; cp -al "$clone/.build/pieces/binary" pieces/; cp -r "$clone/image/pieces/meta/python" pieces/meta/
      (cd pieces/meta && cp python python-hello -r)
      "$mkarrowimg" build pieces -o mine --kernel out/kernel --init "$clone/.build/guest/arrow-init" >/dev/null
      ./bin/actrl run --image mine python-hello
      """)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout.hasPrefix("Python 3.13."), "\(end.stdout)\(end.stderr)")
  }

  @Test("run ends with the task's code, and its arguments are the spec's or the user's")
  func arguments() async throws {
    let end = try await walk(
      """
      ./bin/actrl run python python -c 'import sys; print(sys.argv); sys.exit(7)' a 'b c' || echo $?
      ./bin/actrl run python-hello
      """)
    #expect(end.code == 0, "\(end.stderr)")
    let lines = end.stdout.split(separator: "\n")
    #expect(lines.prefix(2) == ["['-c', 'a', 'b c']", "7"])
    #expect(lines.last?.hasPrefix("Hello from Python 3.13.") == true, "\(end.stdout)")
  }

  /// The README's second `sh` block, word for word, in a network namespace of its own, where its ports are free.
  @Test("the README's commands run a user's own application")
  func ownApplication() async throws {
    let end = try await Bench().shell(
      """
      mkdir bin .build; cp "$clone"/bin/* bin/; ln -s "$clone/image" image; cp -r "$clone/.build/guest" .build/guest
      cp -al "$clone/.build/pieces" .build/pieces
      awk '/^```sh/ { block++; next } /^```/ { inside = 0 } block == 2 && /^bin/ { inside = 1 } inside' "$clone/README.md" >script
      grep -q 'shoot --wait -p 8000:8080 mine' script
      echo 'bin/actrl stop' >>script
      export ARROW_IMAGE=
      unshare --map-root-user --net bash -euo pipefail -c 'ip link set lo up; source ./script'
      """, limit: 120)
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
    #expect(end.stdout.contains("\nhello from /\n"), "\(end.stdout)\(end.stderr)")
  }
}
