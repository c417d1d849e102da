import TestSupport
import Testing

/// The commands of qemu/README.md, word for word. Each runs in its own network namespace, where port 3008 is free.
@Suite("The boot by hand", .needsImage)
struct ByHandTests {
  /// The text between "```sh" and "```".
  private func blocks() throws -> [String] {
    let readme = try Clone.text(of: "qemu/README.md")
    var blocks: [String] = []
    var block: String?
    for line in readme.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "```sh" {
        block = ""
      } else if line == "```", let text = block {
        blocks.append(text)
        block = nil
      } else if let text = block {
        block = text + line + "\n"
      }
    }
    return blocks
  }

  private func block(_ beginning: String, _ mark: String) throws -> String {
    try #require(try blocks().first { $0.hasPrefix(beginning) && $0.contains(mark) })
  }

  /// Runs a script in a folder that has the clone's `qemu/` and `out/`, as the README assumes.
  private func run(_ script: String) async throws -> Outcome {
    let bench = Bench()
    try bench.write(script, to: "script")
    return try await bench.shell(
      "ln -s \"$clone\"/qemu \"$clone\"/out .; unshare --map-root-user --net bash -euo pipefail -c 'ip link set lo up; source ./script'",
      limit: 90)
  }

  @Test("the plain line boots python-web, without any virtio-serial port", arguments: ["microvm", "q35"])
  func plainLine(machine: String) async throws {
    let line = try block("qemu-system-x86_64", machine)
    let end = try await run(
      """
      \(line.dropLast()) </dev/null >serial 2>&1 &
      wait_for curl --silent --max-time 10 --output page http://localhost:3008 || { cat serial; exit 1; }
      kill -INT $!
      wait $! || { cat serial; exit 1; }
      cat page serial
      """)
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
    #expect(end.stdout.contains("</html>"))
    #expect(end.stdout.contains("serving at port 8080"))
    for word in MachineOutcome.disasters { #expect(!end.stdout.contains(word)) }
  }

  @Test("the channel for events tells how the task ended")
  func eventChannel() async throws {
    let end = try await run(try block("qemu/boot-by-hand", "org.arrow.events"))
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout.hasSuffix(#"{"event":"exited","code":0,"reason":"exited"}"# + "\n"), "\(end.stdout)")
  }

  @Test("boot-by-hand prints the README's line", arguments: ["microvm", "q35"])
  func sameLine(machine: String) async throws {
    let printed = try await Bench().shell("cd \"$clone\" && qemu/boot-by-hand -n \(machine)")
    #expect(printed.stdout == (try block("qemu-system-x86_64", machine)))
  }

  @Test("boot-by-hand says what is wrong")
  func wrongArguments() async throws {
    let machine = try await Bench().shell("cd \"$clone\" && qemu/boot-by-hand pc")
    #expect(machine.code == 125)
    #expect(machine.stderr == "qemu/boot-by-hand: error: no machine named 'pc'\n  hint: there are microvm and q35\n")
    let image = try await Bench().shell("\"$clone\"/qemu/boot-by-hand microvm nowhere")
    #expect(image.code == 125)
    #expect(
      image.stderr == """
        qemu/boot-by-hand: error: no Arrow image in nowhere: kernel can't be read
          hint: make image, or mkarrowimg build PIECES -o nowhere

        """)
  }
}
