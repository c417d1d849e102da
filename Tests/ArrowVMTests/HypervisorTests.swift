import ArrowHost
import ArrowSpec
import Glibc
import TestSupport
import Testing

@testable import ArrowVM

/// A second way to run VMs, made of one type: a shell plays the VM.
private struct ShellHypervisor: Hypervisor {
  let name = "the shell"
  let logFile = "shell.log"
  let userNetworkAddress = "192.0.2.2/24,192.0.2.1,192.0.2.1"
  let userNetworkDenial = "192.0.2.0/24;192.0.2.1"
  let userNetworkHost = [IPAddress(bytes: [192, 0, 2, 1])]
  /// What the VM does. It is up once its number is in `shell.pid`.
  let script: String

  func program() throws -> String { "/bin/sh" }
  func version() throws -> String? { "a shell" }
  func bootsUnderKVM(_ kernel: String) throws -> Bool { false }
  func arguments(for plan: MachinePlan) -> [[String]] {
    [["-c", script], [plan.name], plan.kernelArguments]
  }

  func start(
    _ command: [String], of plan: MachinePlan, in folder: OpenFolder, _ signals: SignalDescriptor, diesWithCaller: Bool
  ) throws -> StartedMachine {
    let log = try Files.open("\(folder.path)/\(logFile)", O_WRONLY | O_CREAT, mode: 0o600)
    defer { close(log) }
    let child = try ForkedProcess.start(
      command, folder: folder.descriptor, output: log, diesWithCaller: diesWithCaller)
    var hasEnded = false
    while !hasEnded, processIdentifier(in: folder.path) == nil {
      hasEnded = poll([child.process.descriptor], before: .after(seconds: 0.01)) == [true]
    }
    return StartedMachine(child: child, stream: nil, isRunning: !hasEnded)
  }

  /// Called when somebody has looked for the process.
  var afterLooking: @Sendable () -> Void = {}

  func processIdentifier(in folder: String) -> pid_t? {
    defer { afterLooking() }
    guard let text = contents(of: "\(folder)/shell.pid"), let pid = decimal(text.dropLast()) else { return nil }
    let state = contents(of: "/proc/\(pid)/stat").map { String(decoding: $0, as: UTF8.self) }
    return state.map { $0.contains(") Z ") } == false ? pid_t(pid) : nil
  }

  func state(in folder: String) -> String? { nil }
  func missedPort(in folder: String) -> Bool { false }
  func account(ofEnd status: Int32, in folder: String) -> String? {
    status == 0 ? nil : "the shell ended with \(status)"
  }
}

/// What a launcher holds. One thread uses it.
private final class Launcher: @unchecked Sendable {
  var claim: InstanceClaim?
}

@Suite("Another hypervisor")
struct HypervisorTests {
  private let scratch = Scratch("vm-test")
  private let host: Host

  init() throws {
    host = Host(environment: ["HOME": scratch.path], folder: scratch.path, executable: "/actrl")
    for name in [ImageManifest.kernelName, ImageManifest.initrdName, ImageManifest.piecesName] {
      try scratch.write("", to: "image/\(name)")
    }
    let file = ImageManifest.File(size: 0, sha256: "")
    let manifest = ImageManifest(
      defaultArrow: nil, arrows: [.init(name: "web", binary: "python", version: "v3", ports: [])], binaries: [],
      files: .init(kernel: file, initrd: file, pieces: file))
    try scratch.write(manifest.encoded(), to: "image/\(ImageManifest.fileName)")
  }

  private func shot(_ hypervisor: ShellHypervisor) throws -> (Shot, InstanceStore) {
    var request = ShotRequest(arrow: "web")
    request.image = scratch.url("image")
    request.acceleration = .tcg
    return (try Shot(request, on: host, hypervisor), try InstanceStore(environment: host.environment, hypervisor))
  }

  @Test("its VM is shot, is seen to be alive, and is killed")
  func life() throws {
    let (shot, store) = try shot(
      ShellHypervisor(
        script: #"echo $$ >shell.pid; echo '{"event":"booted","arrow":"web"}' >>events.jsonl; exec sleep 600"#))
    let instance = try shot.shoot(in: store)
    #expect(instance.record.command.first == "/bin/sh")
    #expect(
      instance.record.command.suffix(2) == [
        "arrow.ip=192.0.2.2/24,192.0.2.1,192.0.2.1", "arrow.deny=192.0.2.0/24;192.0.2.1",
      ])
    #expect(try instance.waitUntilReady(seconds: 60) == .ready)
    #expect(instance.state == .running)
    #expect(instance.uptime != nil)
    #expect(try store.all().map(\.name) == ["web"])
    // No guest reads the control channel: the VM's process is killed.
    #expect(try instance.kill() == .destroyed)
    #expect(instance.state == .exited(137))
  }

  @Test("an end without a word has the hypervisor's account of it")
  func failure() throws {
    let (shot, store) = try shot(ShellHypervisor(script: "exit 3"))
    let error = #expect(throws: HostError.self) { try shot.shoot(in: store) }
    #expect(error?.message == "the shell ended with 3")
    #expect(try store.all().isEmpty)
  }

  @Test("an instance is never taken for over while its launcher hands it to its VM")
  func handOver() throws {
    let folder = try InstanceStore(environment: host.environment, ShellHypervisor(script: "")).folder + "/web"
    // Who looks for the process before the launcher's lock sees neither: the VM starts and the launcher goes in between.
    var hypervisor = ShellHypervisor(script: "")
    let launcher = Launcher()
    hypervisor.afterLooking = {
      guard let claim = launcher.claim else { return }
      launcher.claim = nil
      try? Files.create(folder + "/shell.pid", contents: Array("\(getpid())\n".utf8))
      claim.release()
    }
    let store = try InstanceStore(environment: host.environment, hypervisor)
    let claim = try store.create(name: nil, record: InstanceRecord(arrow: "web", image: "/", created: 1))
    launcher.claim = claim
    #expect(!claim.instance.isOver)
    _ = claim.instance.processIdentifier
    #expect(!claim.instance.isOver)
  }

  @Test("--dry-run prints its command")
  func script() throws {
    let (shot, store) = try shot(ShellHypervisor(script: "true"))
    #expect(try shot.script(store: store).contains("\n/bin/sh \\\n  -c true \\\n  web \\\n"))
  }
}
