import ArrowSpec
import Glibc

@testable import ArrowBoot

extension Machine {
  /// The whole life of the machine.
  func boot() -> Run { run { Boot.run($0) } }

  /// Runs `body` on this machine in a thread of its own. A call that never returns ends the thread.
  func run(_ body: @escaping (RecordedCalls) -> Void) -> Run { RecordedCalls(self, body).play() }
}

/// The double of ``Linux``. It records all calls, and answers them as the simulated machine would.
///
/// For a fork it runs the same life again up to the same fork, which returns 0 this time. Both lives are the same up to
/// there, because everything that a machine does is scripted. The parent goes on when the child has executed its
/// program or has ended.
final class RecordedCalls {
  let machine: Machine
  private let body: (RecordedCalls) -> Void
  var run = Run()

  var tree: FileTree
  var root = ""
  var mounts: [(target: String, isReadOnly: Bool, type: String)] = []
  var descriptors: [Int32: Descriptor] = [0: .console, 1: .console, 2: .console]
  var inbox: [String: [[UInt8]]] = [:]

  var deafDevices: Set<String>

  var clock: UInt64 = 0
  var happenings: [(time: UInt64, what: Machine.Happening)]
  var living: Set<Int32> = []
  var dead: [(pid: Int32, status: Int32)] = []
  var pendingSignals: Set<Int32> = []
  /// Watched descriptors where something is new.
  var arrivals: Set<String> = []
  var watched: [Int32] = []
  var waitingPorts: Set<UInt16> = []
  var triedDestinations: [[UInt8]] = []
  var dhcpRequests = 0
  /// How many pipes of the task have been made.
  var taskPipes = 0
  var dhcpRefuses = false
  /// How far the RTC and the kernel's clock are ahead of ``clock``, in seconds.
  var rtcLead: Int64 = 0
  var clockLead: Int64 = 0

  /// The lives of children that have been run already, and the number of the fork at which this life becomes a child.
  private var children: [Run]
  private let becomesChild: Int?
  private var forks = 0
  var isChild = false

  init(_ machine: Machine, children: [Run] = [], becomesChild: Int? = nil, _ body: @escaping (RecordedCalls) -> Void) {
    self.machine = machine
    self.body = body
    self.children = children
    self.becomesChild = becomesChild
    tree = machine.initrd
    deafDevices = machine.deafDevices
    if !machine.hasInitialConsole { descriptors = [:] }
    happenings = machine.happenings
  }

  struct Descriptor {
    var name: String
    var flags: OpenFlags = .readWrite
    var bytes: ArraySlice<UInt8> = []
    var isStream = false
    var closesOnExec = true

    static let console = Descriptor(name: "/dev/console", isStream: true, closesOnExec: false)
  }

  func play() -> Run {
    // A thread gets one pointer.
    final class Context {
      let calls: RecordedCalls
      init(_ calls: RecordedCalls) { self.calls = calls }
    }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Context(self)).toOpaque()
    pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let calls = Unmanaged<Context>.fromOpaque(context).takeRetainedValue().calls
        calls.body(calls)
        return nil
      }, context)
    pthread_join(thread, nil)
    run.time = clock
    run.open = descriptors.sorted { $0.key < $1.key }.map { $0.value.name }
    return run
  }

  /// Ends the life here.
  func end(_ ending: Run.Ending) -> Never {
    run.ending = ending
    pthread_exit(nil)
  }

  /// Records the call, and lets it fail if it is to.
  func record<Result>(_ text: String, _ answer: () throws(Errno) -> Result) throws(Errno) -> Result {
    let number = run.calls.count
    run.calls.append(text)
    do throws(Errno) {
      if let error = machine.failure(Call(text: text, number: number, isChild: isChild)) { throw error }
      return try answer()
    } catch {
      run.calls[number] += " = " + error.text.prefix { $0 != " " }
      throw error
    }
  }

  /// The same for calls that cannot fail.
  func note(_ text: String) { run.calls.append(text) }

  /// The lowest number that is free.
  func newDescriptor(_ descriptor: Descriptor) -> Int32 {
    var number: Int32 = 0
    while descriptors[number] != nil { number += 1 }
    descriptors[number] = descriptor
    return number
  }

  func name(_ descriptor: Int32) -> String { descriptors[descriptor]?.name ?? "nothing (\(descriptor))" }

  /// Returns what fork(2) returns in this life.
  func playChild() -> Int32 {
    if forks == becomesChild {
      run.calls = []
      isChild = true
      return 0
    }
    if forks == children.count {
      children.append(RecordedCalls(machine, children: children, becomesChild: forks, body).play())
    }
    let child = children[forks]
    let pid = Machine.task + Int32(forks)
    forks += 1
    run.children.append(child)
    inbox["report", default: []] += [child.written["report"] ?? []].filter { !$0.isEmpty }
    living.insert(pid)
    if case .hung(let call) = child.ending { end(.hung(in: "the child, in \(call)")) }
    if case .exited(let code) = child.ending { happen(.exits(pid, code)) }
    return pid
  }
}

/// Bytes as a trace shows them: text as text, other bytes as their number.
func shown(_ bytes: some Collection<UInt8>) -> String {
  let isText = bytes.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x09 }
  guard isText else { return "\(bytes.count) bytes" }
  let text = String(decoding: bytes, as: UTF8.self)
  return "\"" + text.replacing("\n", with: "\\n").replacing("\t", with: "\\t") + "\""
}
