import ArrowHost
import ArrowSpec

/// `instance.json`: what was started, for the commands that come later. How it goes is never in it: that is read from
/// QEMU's own files, so that nothing is lost when no actrl runs.
public struct InstanceRecord: Equatable, Sendable {
  public var arrow: String
  /// The folder of the Arrow image.
  public var image: String
  /// Nanoseconds since 1970.
  public var created: Int
  /// `127.0.0.1:3008->8080/tcp` each.
  public var ports: [String] = []
  public var accelerator = ""
  public var memoryMiB = 0
  /// How long the guest waits for the task at a stop, in seconds.
  public var stopTimeout = ImageManifest.Arrow.usualStopTimeout
  /// The console is a terminal that one may attach to.
  public var hasTerminal = false
  /// The task's stdin stays open for those who attach.
  public var keepsStdin = false
  /// Whatever is left of it goes when it has ended.
  public var isTemporary = false
  /// QEMU's whole command line.
  public var command: [String] = []

  public init(arrow: String, image: String, created: Int) {
    self.arrow = arrow
    self.image = image
    self.created = created
  }

  public var json: String {
    JSONText.object([
      ("arrow", .string(arrow)), ("image", .string(image)), ("created", .integer(created)),
      ("ports", .strings(ports)), ("accelerator", .string(accelerator)), ("memoryMiB", .integer(memoryMiB)),
      ("stopTimeout", .integer(stopTimeout)), ("hasTerminal", .bool(hasTerminal)),
      ("keepsStdin", .bool(keepsStdin)), ("isTemporary", .bool(isTemporary)), ("command", .strings(command)),
    ]).text + "\n"
  }

  /// `nil` for anything that ``json`` did not write.
  public init?(json: [UInt8]) {
    guard let root = try? JSONDocument(json).root, let arrow = root.member("arrow")?.text,
      let image = root.member("image")?.text, let created = root.member("created")?.integer
    else { return nil }
    self.init(arrow: arrow, image: image, created: Int(created))
    ports = root.member("ports")?.texts ?? []
    accelerator = root.member("accelerator")?.text ?? ""
    memoryMiB = Int(root.member("memoryMiB")?.integer ?? 0)
    stopTimeout = Int(root.member("stopTimeout")?.integer ?? Int64(ImageManifest.Arrow.usualStopTimeout))
    hasTerminal = root.member("hasTerminal")?.kind == .true
    keepsStdin = root.member("keepsStdin")?.kind == .true
    isTemporary = root.member("isTemporary")?.kind == .true
    command = root.member("command")?.texts ?? []
  }
}

extension JSONValue {
  var text: String? { kind == .string ? String(decoding: stringBytes, as: UTF8.self) : nil }
  var texts: [String] { children.compactMap(\.text) }
}
