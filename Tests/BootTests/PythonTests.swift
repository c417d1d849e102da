import Testing

/// Python as the task: every module, threads, TLS, time zones, in the VM and confined.
@Suite(.needsImage) struct PythonTests {
  @Test func `the runtime's own tests pass inside the VM`() async throws {
    let end = try await Bench().run(
      "python-runtime", options: ["-m", "256m"], limit: 400, exactly: 0)
    #expect(end.stderr.contains("\nOK"), "\(end.stderr)")
  }
}
