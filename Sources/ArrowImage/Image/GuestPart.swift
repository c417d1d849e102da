import ArrowHost

/// The two programs every image boots: the kernel and arrow-init.
enum GuestPart {
  case kernel, arrowInit

  private static let machine = TargetMachine.target

  private var name: String { self == .kernel ? "kernel" : "arrow-init" }
  private var option: String { self == .kernel ? "--kernel" : "--init" }

  /// The contents of the file `path`, or of the one that came with this program.
  func find(_ path: String?) throws(HostError) -> [UInt8] {
    if let path {
      guard try Files.status(of: path) != nil else { throw HostError("there is no \(name) \(path)", kind: .input) }
      return try read(path)
    }
    let candidates = ProgramHome.candidates().map { "\($0)/\(name)" }
    for candidate in candidates where try Files.status(of: candidate) != nil { return try read(candidate) }
    throw HostError(
      "there is no \(name): looked for \(candidates.joined(separator: " and "))",
      hint: "make image builds it; or name another one: \(option) FILE")
  }

  private func read(_ path: String) throws(HostError) -> [UInt8] {
    let contents = try Files.contents(of: path)
    let machine = Self.machine
    let program = ELFHeader(contents).flatMap { $0.isFor(machine) ? $0 : nil }
    switch self {
    case .kernel where program == nil && !machine.isBootImage(contents):
      throw HostError(
        "\(path) is not a kernel for \(machine.name)", hint: "\(machine.kernelForms) is needed", kind: .input)
    case .arrowInit where program == nil:
      throw HostError("\(path) is not a program for \(machine.name)", kind: .input)
    // The initrd has no loader and no libraries; the kernel would panic.
    case .arrowInit where program?.needsLoader == true:
      throw HostError(
        "\(path) is not statically linked", hint: "build it with --traits Guest, as make image does", kind: .input)
    default: return contents
    }
  }
}
