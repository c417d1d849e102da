import ArrowHost
import TestSupport
import Testing

/// One test's own place: a state folder, files and VMs. All of it goes when the test is over.
final class Bench: Sendable {
  private let scratch = Scratch("boot-test")
  private var state: String { path("state") }

  func path(_ name: String) -> String { scratch.url(name) }

  func write(_ text: String, to name: String) throws { try scratch.write(text, to: name) }

  func text(_ name: String) throws -> String { try scratch.text(name) }

  /// Runs an arrow in the foreground and waits for its end. The instance's files are read before they are removed.
  func run(
    _ arrow: String, _ variadic: String..., words: [String] = [], options: [String] = [],
    image: String = TestImage.folder, limit: Int = 60,
    exactly code: Int32? = nil, mayPanic: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> MachineOutcome {
    let arguments =
      ["run", "--keep", "--name", "vm", "--accel", "tcg", "--image", image] + options + [arrow] + variadic + words
    let run = try await Cores.shared.use { try await self.actrl(arguments, limit: limit) }
    let outcome = MachineOutcome(run, events: file("events.jsonl"), kernelLog: file("kernel.log"))
    if !mayPanic {
      for word in MachineOutcome.disasters where outcome.kernelLog.contains(word) {
        Issue.record("\(word) in the kernel's log:\n\(outcome.kernelLog)", sourceLocation: sourceLocation)
      }
    }
    if let code {
      #expect(outcome.code == code, "\(outcome.stdout)\(outcome.stderr)", sourceLocation: sourceLocation)
    } else {
      #expect(outcome.code != 124, "not over after \(limit) s", sourceLocation: sourceLocation)
    }
    return outcome
  }

  private func file(_ name: String) -> String {
    let bytes = try? Files.contents(of: "\(state)/arrow/instances/vm/\(name)", atMost: 1 << 24)
    return String(decoding: bytes ?? [], as: UTF8.self)
  }

  func actrl(_ arguments: [String], limit: Int = 60) async throws -> Outcome {
    try await command(["\(TestImage.tools)/actrl"] + arguments, limit: limit)
  }

  /// Limits are written for a machine with nothing else to do. While others build beside the tests, they take longer.
  private static let patience = 3

  /// A program with its words, killed when the time is over (124, as timeout(1) has it).
  func command(_ words: [String], limit: Int = 60) async throws -> Outcome {
    var command = Command(words, in: scratch.path)
    command.variables = .inherited(and: ["XDG_STATE_HOME": state, "COLUMNS": "100"])
    command.seconds = limit * Self.patience
    command.outputLimit = 1 << 24
    return try await command.run()
  }

  /// What the shell lines of the tests share: `$actrl` and `$mkarrowimg` are the tools and `$clone` the clone, `$vm`
  /// is the folder of the instance of that name, `wait_for COMMAND…` tries for two minutes, `qmp COMMAND…` has its
  /// QEMU do something, and `ended` says whether all VMs of the test are gone. Those that are still there in the end
  /// are killed.
  private static let setUp =
    "clone='\(Clone.folder)'; actrl='\(TestImage.tools)/actrl'; mkarrowimg='\(TestImage.tools)/mkarrowimg'; "
    + "export ARROW_IMAGE='\(TestImage.folder)'; "
      + """
      export clone vm="$XDG_STATE_HOME/arrow/instances/vm"
      wait_for() {
        local end=$((SECONDS + 120))
        while [ $SECONDS -lt $end ]; do "$@" && return; sleep 0.1; done
        echo "not in two minutes: $*" >&2; return 1
      }
      machines() {
        for pid in $(pgrep qemu-system); do
          case $(readlink "/proc/$pid/cwd") in "$XDG_STATE_HOME"/*) echo "$pid";; esac
        done
      }
      ended() { [ -z "$(machines)" ]; }
      trap 'ended || kill $(machines)' EXIT
      qmp() { "$clone/Tests/BootTests/qmp" "$vm/qmp.sock" "$@"; }
      export -f wait_for machines ended qmp

      """

  func shell(_ line: String, limit: Int = 60) async throws -> Outcome {
    try await Cores.shared.use {
      try await self.command(["/bin/bash", "-euo", "pipefail", "-c", Self.setUp + line], limit: limit)
    }
  }
}
