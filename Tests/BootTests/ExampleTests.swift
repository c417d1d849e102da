import TestSupport
import Testing

/// The example arrows do what their first lines promise.
@Suite("The example arrows", .needsImage)
struct ExampleTests {
  private func shoot(_ arrow: String, then line: String) async throws -> Outcome {
    try await Bench().shell(
      """
      export ARROW_IMAGE="$clone/out"
      "$actrl" shoot --wait --accel tcg -p 0:8080 --name vm \(arrow) >/dev/null
      trap '"$actrl" kill vm >/dev/null 2>&1 || true' EXIT
      port=$("$actrl" list | sed -n 's/.*127.0.0.1:\\([0-9]*\\)->8080.*/\\1/p')
      \(line)
      """, limit: 120)
  }

  @Test("python-asyncio echoes lines of many clients and says goodbye")
  func asyncio() async throws {
    let end = try await shoot(
      "python-asyncio",
      then: """
        for i in 1 2 3; do echo hello$i | nc -N localhost $port; done
        seq 100 | xargs -P 100 -I{} sh -c "echo line{} | nc -N localhost $port" | wc -l
        "$actrl" stop vm >/dev/null
        "$actrl" logs vm
        """)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(
      end.stdout == "1: hello1\n2: hello2\n3: hello3\n100\nserving at port 8080\nstopped after 103 lines\n",
      "\(end.stderr)")
  }

  @Test("python-notes keeps what it is told")
  func notes() async throws {
    let end = try await shoot(
      "python-notes",
      then: """
        curl -s -d 'buy arrows' localhost:$port
        curl -s -d 'shoot them' localhost:$port
        curl -s localhost:$port
        head -c 100000 /dev/zero | curl -s --data-binary @- localhost:$port
        """)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(
      end.stdout == """
        {"id": 1}
        {"id": 2}
        [{"id": 1, "text": "buy arrows"}, {"id": 2, "text": "shoot them"}]
        {"error": "a note has at most 65536 bytes"}

        """)
  }
}
