import ArrowHost
import Glibc
import Subprocess
import SystemPackage
import Testing

/// What a VM test sees of one run of actrl.
struct Outcome {
  var code: Int32
  var stdout: String
  var stderr: String
  /// The lines of `events.jsonl`.
  var events: [String] = []
  var kernelLog = ""

  /// What arrow-init and the task say.
  var console: String { stdout }

  /// What no boot log may hold unless a test asks for it.
  static let disasters = ["Kernel panic", "Oops", "BUG:", "ttempted to kill init"]
}

/// The clone, and the image of arrows that only tests run (`make test-image`).
enum TestImage {
  static let clone: String = {
    let file = Files.split(#filePath).folder
    return Files.split(Files.split(file).folder).folder
  }()
  static let folder = "\(clone)/.build/test-image/image"
  static let pieces = "\(clone)/.build/test-image/pieces"
  /// The image of `make image`.
  static let example = "\(clone)/out"
  static let tools = "\(clone)/bin"

  static var isThere: Bool {
    [folder, example].allSatisfy { access("\($0)/image.json", R_OK) == 0 }
  }
}

extension Trait where Self == ConditionTrait {
  /// VM tests need what `make test` makes first.
  static var needsImage: Self { .enabled(if: TestImage.isThere, "no image to boot: run make test") }
}

/// As many VMs at once as there are cores.
actor Cores {
  static let shared = Cores(2)
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { free = count }

  func take() async {
    if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
  }

  func give() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// A place of its own for one test: state folder, files, processes; all of it goes with the test.
final class Bench: Sendable {
  let folder: String
  var state: String { "\(folder)/state" }

  init() throws {
    var template = Array("/tmp/arrow-boot-test-XXXXXX".utf8CString)
    folder = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
  }

  deinit { try? Files.remove(folder) }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func write(_ text: String, to name: String) throws {
    try Files.remove(path(name))
    try Files.create(path(name), contents: Array(text.utf8))
  }

  /// Runs an arrow in the foreground and waits for its end; the instance's files are read before they go.
  func run(
    _ arrow: String, _ variadic: String..., words: [String] = [], options: [String] = [],
    image: String = TestImage.folder, limit: Int = 60,
    exactly code: Int32? = nil, mayPanic: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Outcome {
    await Cores.shared.take()
    let arguments =
      ["run", "--keep", "--name", "vm", "--accel", "tcg", "--image", image] + options + [arrow] + variadic + words
    var outcome: Outcome
    do {
      outcome = try await actrl(arguments, limit: limit)
    } catch {
      await Cores.shared.give()
      throw error
    }
    await Cores.shared.give()
    outcome.events = file("events.jsonl").split(separator: "\n").map(String.init)
    outcome.kernelLog = file("kernel.log")
    if !mayPanic {
      for word in Outcome.disasters where outcome.kernelLog.contains(word) {
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

  /// What a test takes at most is written for a machine with nothing else to do; while others build beside it, it takes longer.
  private static let patience = 3

  /// A program with its words, killed when the time is over (124, as timeout(1) has it).
  func command(_ words: [String], limit: Int = 60) async throws -> Outcome {
    let result = try await Subprocess.run(
      .path("/usr/bin/timeout"), arguments: Arguments(["--kill-after=5", String(limit * Self.patience)] + words),
      environment: .inherit.updating(["XDG_STATE_HOME": state, "COLUMNS": "100"]), workingDirectory: FilePath(folder),
      input: .none, output: .string(limit: 1 << 24), error: .string(limit: 1 << 24))
    let code: Int32
    switch result.terminationStatus {
    case .exited(let status): code = status
    case .signaled(let signal): code = 128 + signal
    }
    return Outcome(code: code, stdout: result.standardOutput, stderr: result.standardError)
  }

  /// A shell line in which `$actrl` and `$mkarrowimg` are the tools and `$clone` the clone, `$vm` is the folder of the
  /// instance of that name, `wait_for COMMAND…` tries for two minutes, `qmp COMMAND…` has its QEMU do
  /// something, and `ended` says whether all VMs of the test are gone. Those that are still there in the end are killed.
  func shell(_ line: String, limit: Int = 60) async throws -> Outcome {
    await Cores.shared.take()
    let setUp =
      "clone='\(TestImage.clone)'; actrl='\(TestImage.tools)/actrl'; mkarrowimg='\(TestImage.tools)/mkarrowimg'; "
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
    do {
      let outcome = try await command(["/bin/bash", "-euo", "pipefail", "-c", setUp + line], limit: limit)
      await Cores.shared.give()
      return outcome
    } catch {
      await Cores.shared.give()
      throw error
    }
  }
}
