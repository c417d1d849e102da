import ArrowSpec
import Glibc

/// The program that runs VMs, as the rest of actrl sees it: it turns a plan into a command, starts it in an instance's
/// folder, and knows of a folder whether its VM is up and why it ended.
///
/// A VM is a process. Signals to it and the wait for its end are the same for each program and go through
/// ``ProcessDescriptor``. Another program, or a VM that is restored from a saved one, is another type of this protocol.
protocol Hypervisor: Sendable {
  /// What messages call it.
  var name: String { get }
  /// The file of an instance's folder with its own messages.
  var logFile: String { get }
  /// The guest's address, gateway and name server in its user network, as `arrow.ip=` takes them. The kernel command
  /// line names them to save the guest a DHCP exchange.
  var userNetworkAddress: String { get }
  /// The addresses of the user network that lead to the host's own loopback, as `arrow.deny=` takes them.
  var userNetworkDenial: String { get }
  /// The host itself in the user network.
  var userNetworkHost: [IPAddress] { get }

  /// The full path of its program, or an error that says how to install it.
  func program() throws -> String
  /// The program's name and version in a line; `nil` when it does not run.
  func version() throws -> String?
  /// Whether a VM with this kernel gets through its boot under KVM. Finding out takes up to some seconds.
  func bootsUnderKVM(_ kernel: String) throws -> Bool

  /// The words behind the program's name, options with their values in a group each. The same plan gives the same
  /// words.
  func arguments(for plan: MachinePlan) -> [[String]]
  /// Starts the VM; returns when it runs, or has ended already. A start that fails or is interrupted leaves no process.
  func start(
    _ command: [String], of plan: MachinePlan, in folder: OpenFolder, _ signals: SignalDescriptor, diesWithCaller: Bool
  ) throws -> StartedMachine

  /// The process of the folder's VM, if it is up: never a process that only has the same number. 0 where it is of
  /// another PID namespace, as in a container with the same state folder.
  func processIdentifier(in folder: String) -> pid_t?
  /// What it says of the VM: `running`, `paused`, …; `nil` when it does not answer at once.
  func state(in folder: String) -> String?
  /// The processes of this user that run VMs as actrl starts them, found without any file of an instance.
  func strays() -> [StrayMachine]
  /// Another path to what the process has open under this one; also when that name is gone.
  func openFile(_ path: String, of process: pid_t) -> String?
  /// Ends the folder's VM without a signal to its process. `false` when nobody is there to hear it.
  func quit(in folder: String) -> Bool
  /// Whether its start failed because another program took a port of the host.
  func missedPort(in folder: String) -> Bool
  /// Its own account of an end that the guest said nothing about; `nil` when it has none. `status` is 0 where we did
  /// not start it.
  func account(ofEnd status: Int32, in folder: String) -> String?
}

/// The process of a VM and its instance's folder, which may be gone.
struct StrayMachine: Equatable {
  let process: pid_t
  let folder: String
  let isFolderGone: Bool
}

extension Hypervisor {
  func strays() -> [StrayMachine] { [] }
  func openFile(_ path: String, of process: pid_t) -> String? { nil }
  func quit(in folder: String) -> Bool { false }
}

/// A VM that was started.
struct StartedMachine {
  let child: ForkedProcess
  /// Our end of the plan's ``MachinePlan/listener``, if it has one.
  let stream: Int32?
  /// `false` when it ended before it could be seen to run.
  let isRunning: Bool
}
