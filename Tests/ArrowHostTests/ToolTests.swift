import ArrowHost
import Testing

@Suite("Programs of the host")
struct ToolTests {
  @Test("a missing program is named with its package")
  func missingProgram() async throws {
    let error = await #expect(throws: HostError.self) {
      try await Tool("mkfs.nothing", package: "nothing-utils").run([])
    }
    #expect(error?.description == "the program mkfs.nothing is missing\n  hint: install it: apt install nothing-utils")
  }

  @Test("a failing program's words are shown")
  func failingProgram() async throws {
    let error = await #expect(throws: HostError.self) {
      try await Tool("sh", package: "dash").run(["-c", "echo no luck >&2; exit 3"])
    }
    #expect(error?.message == "sh failed with exit code 3\n  sh: no luck")
  }
}
