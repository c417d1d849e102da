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
}
