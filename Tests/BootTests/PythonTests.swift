import Testing

/// Python as the task: every module, threads, TLS, time zones, in the VM and confined.
@Suite(.needsImage) struct PythonTests {
  @Test func `the runtime's own tests pass inside the VM`() async throws {
    let end = try await Bench().run(
      "python-runtime", options: ["-m", "256m"], limit: 400, exactly: 0)
    #expect(end.stderr.contains("\nOK"), "\(end.stderr)")
  }

  /// ZIP knows no date before 1980, in no time zone.
  @Test func `files of the image go into a ZIP archive`() async throws {
    let script = "import os, zipfile; zipfile.ZipFile('/tmp/z', 'w').write(os.__file__); print('written')"
    let end = try await Bench().run("python", "python", "-c", script, options: ["-e", "TZ=Etc/GMT+12"], exactly: 0)
    #expect(end.stdout == "written\n", "\(end.stderr)")
  }
}
