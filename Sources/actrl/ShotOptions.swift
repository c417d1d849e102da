import ArgumentParser
import ArrowHost
import ArrowVM

/// The options of `shoot` and `run`. They have docker's names where docker has them.
struct ShotOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The image folder; else $ARROW_IMAGE, ./out, the installed one.", valueName: "folder"))
  var image: String?

  @Option(help: ArgumentHelp("The instance's name; else the arrow's.", valueName: "name"))
  var name: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Memory of the VM, as 64m or 1g.", valueName: "size"))
  var memory: String?

  @Option(help: ArgumentHelp("Processors of the VM.", valueName: "number"))
  var cpus = 1

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A port of the host for one of the task: [[ADDRESS:]HOST_PORT:]PORT[/udp]. HOST_PORT 0: any free one.",
      valueName: "mapping"))
  var publish: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A variable: NAME=VALUE, or NAME for the host's value.", valueName: "variable"))
  var env: [String] = []

  @Option(help: ArgumentHelp("Variables, one a line.", valueName: "file"))
  var envFile: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A disk image or a folder of the host, for the mount whose source the spec calls NAME: PATH:NAME[:ro].",
      valueName: "mapping"))
  var volume: [String] = []

  @Option(help: ArgumentHelp("The VM's host name.", valueName: "name"))
  var hostname: String?

  @Option(
    help: ArgumentHelp(
      "A name for the VM's /etc/hosts: NAME:ADDRESS, or NAME:host-gateway for the host.", valueName: "mapping"))
  var addHost: [String] = []

  @Option(help: "user: behind the host's network; none: no network.")
  var network = Network.user

  @Flag(help: "Let the task reach services on the host's loopback, as host.arrow.internal.")
  var hostLoopback = false

  @Option(help: "How the VM runs; auto: kvm where it works.")
  var accel = AccelerationChoice.auto

  @Option(help: "The machine QEMU shows the guest.")
  var machine = MachinePlan.Machine.microvm

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("One more word for QEMU's command line.", valueName: "word"))
  var qemuArg: [String] = []

  @Option(
    help: ArgumentHelp(
      "How much of stdout, and of stderr, is kept; what is older goes. none: all.", valueName: "size"))
  var logSize = "64m"

  @Option(
    help: ArgumentHelp(
      "End a VM in which nothing happens for so long before its task runs; 0: never.", valueName: "seconds"))
  var bootTimeout = BootPatience.usual

  @Flag(help: "Show the messages of the kernel and arrow-init.")
  var debug = false

  @Flag(help: "Print the shell commands that would start the VM, and start nothing.")
  var dryRun = false

  enum Network: String, CaseIterable, ExpressibleByArgument { case user, none }

  /// `words`: the arrow's name, then docker's COMMAND ARG…
  func request(_ words: [String]) throws -> ShotRequest {
    let words = words.first == "--" ? words.dropFirst() : words[...]
    var request = ShotRequest(arrow: words.first)
    request.words = Array(words.dropFirst())
    request.image = image
    request.name = name
    if let memory { request.memoryMiB = try MemorySize.mebibytes(memory) }
    guard MachinePlan.possibleCPUs.contains(cpus) else {
      throw HostError("a VM can't have \(cpus) processors", hint: "from 1 to \(MachinePlan.possibleCPUs.upperBound)")
    }
    request.cpus = cpus
    request.ports = try publish.map { try PortMapping($0) }
    request.environment = try envFile.flatMap(EnvironmentFile.variables) + env
    request.volumes = try volume.map { try VolumeMapping($0) }
    request.hostname = hostname
    request.addedHosts = try addHost.map { try AddedHost($0) }
    request.reachesHostLoopback = hostLoopback
    request.hasNetwork = network == .user
    request.acceleration = accel
    request.machine = machine
    request.logSize = try LogSize.bytes(logSize)
    try BootPatience.check(bootTimeout)
    request.bootTimeout = bootTimeout
    request.isDebug = debug
    request.qemuArguments = qemuArg
    return request
  }

  /// Refuses options among the words: ArgumentParser takes an unknown option, and `--help`, for the first word.
  func check(_ words: [String], of command: any ParsableCommand.Type) throws {
    try refuseEmptyValues(in: CommandLine.arguments.dropLast(words.count), behind: "--qemu-arg")
    try refuseEmpty(("--image", image))
    for variable in env { try refuseEmpty(("--env", variable)) }
    for file in envFile { try refuseEmpty(("--env-file", file)) }
    if let word = words.first, word.hasPrefix("-"), word != "--" {
      if ["-h", "--help"].contains(word) { throw CleanExit.helpRequest(command) }
      do {
        _ = try ShotOptions.parse([word])
      } catch {
        throw ValidationError(ShotOptions.message(for: error))
      }
      throw ValidationError("Unknown option '\(word)'")
    }
    // No command has such a name: it is an option in the wrong place.
    if let option = words.dropFirst().first, option.hasPrefix("-"), words.first != "--" {
      throw ValidationError(
        "'\(option)' stands behind the arrow's name, where the task's command is expected; options go before it")
    }
  }
}

extension AccelerationChoice: ExpressibleByArgument {}
extension MachinePlan.Machine: ExpressibleByArgument {}
