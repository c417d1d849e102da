import ArrowHost
import ArrowSpec

/// What `mkarrowimg build` was asked for.
public struct BuildRequest: Sendable {
  public var pieces: String
  public var output: String
  public var defaultArrow: String?
  /// `nil`: the one that came with this program.
  public var kernel: String?
  public var arrowInit: String?
  /// Whether a hash tree for dm-verity goes behind the pieces.
  public var hasVerity = false

  public init(
    pieces: String, output: String, defaultArrow: String? = nil, kernel: String? = nil, arrowInit: String? = nil,
    hasVerity: Bool = false
  ) {
    self.pieces = pieces
    self.output = output
    self.defaultArrow = defaultArrow
    self.kernel = kernel
    self.arrowInit = arrowInit
    self.hasVerity = hasVerity
  }
}

/// What the user hears while an image is made.
public struct BuildLog: Sendable {
  /// Something was taken otherwise than it is written.
  public var warn: @Sendable (String) -> Void
  /// What may be not as expected, and is right all the same.
  public var note: @Sendable (String) -> Void
  /// A step begins.
  public var step: @Sendable (String) -> Void

  public init(
    warn: @escaping @Sendable (String) -> Void, note: @escaping @Sendable (String) -> Void,
    step: @escaping @Sendable (String) -> Void
  ) {
    self.warn = warn
    self.note = note
    self.step = step
  }
}

/// Making an image: THE list of its steps.
public enum Assembly {
  /// Makes the image; when it returns,
  ///
  /// - `output` is a folder with kernel, initrd, pieces.erofs and image.json, on the disk for good;
  /// - its bytes depend on the pieces' contents, the kernel and arrow-init, and on nothing else;
  /// - every spec in it is right, and every arrow's seccomp filter is compiled.
  ///
  /// When it throws or is killed, `output` is what it was before.
  public static func build(_ request: BuildRequest, log: BuildLog) async throws -> ImageManifest {
    log.step("looking at \(request.pieces)")
    try OutputFolder.check(request.output, outside: request.pieces)
    var pieces = try PiecesFolder(request.pieces)
    pieces.warnings.forEach(log.warn)
    let kernel = try GuestPart.kernel.find(request.kernel)
    let arrowInit = try GuestPart.arrowInit.find(request.arrowInit)

    log.step("checking \(pieces.arrows.count) specs")
    let arrows = try SpecCheck.check(pieces)
    let defaultArrow = try DefaultArrow.choose(request.defaultArrow, among: arrows)
    for folder in pieces.leaveOutUnusedBinaries(by: arrows) {
      log.note("\(pieces.hostPath(folder)) is not in the image: no arrow leads to it")
    }

    // Nothing is written before this line.
    let folder = try OutputFolder.begin(request.output) { log.step("waiting for another build of \(request.output)") }
    defer { OutputFolder.end(folder) }

    log.step("writing kernel and initrd")
    try Files.create("\(folder.path)/\(ImageManifest.kernelName)", contents: kernel)
    try Files.create("\(folder.path)/\(ImageManifest.initrdName)", contents: try Initrd.make(arrowInit))

    log.step("gathering the pieces")
    let tree = try RootTree.stage(pieces, arrows, defaultArrow, in: folder.path)

    log.step("compressing the pieces")
    try await PiecesImage.make(of: tree, pieces, in: folder.path)
    try Files.remove(tree)

    var rootHash: String?
    if request.hasVerity {
      log.step("hashing the pieces")
      rootHash = try await HashTree.add(in: folder.path)
    }

    log.step("writing \(ImageManifest.fileName)")
    var manifest = try await Manifest.describe(pieces, arrows, defaultArrow, in: folder.path)
    manifest.verity = rootHash.map { ImageManifest.Verity(rootHash: $0) }
    try Files.create("\(folder.path)/\(ImageManifest.fileName)", contents: manifest.encoded())
    try folder.commit()
    return manifest
  }
}

/// `--default ARROW`.
enum DefaultArrow {
  static func choose(_ wanted: String?, among arrows: [CheckedArrow]) throws(HostError) -> String? {
    guard let wanted, !arrows.contains(where: { $0.name == wanted }) else { return wanted }
    throw HostError(
      "the default arrow \"\(wanted)\" is not in the pieces",
      hint: nameHint(wanted, among: arrows.map(\.name)), kind: .input)
  }
}
