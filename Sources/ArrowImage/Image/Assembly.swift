import ArrowHost

/// Making an image: THE list of its steps.
public enum Assembly {
  /// Makes the image; when it returns,
  ///
  /// - `output` is a folder with kernel, initrd, pieces.erofs and image.json, on the disk for good;
  /// - its bytes depend only on the pieces' contents, the kernel and arrow-init; its files' date also on
  ///   SOURCE_DATE_EPOCH or on the image that it replaces (``FileDate``);
  /// - every spec in it is right, and every arrow's seccomp filter is compiled.
  ///
  /// When it throws or is killed, `output` is what it was before.
  public static func build(_ request: BuildRequest, log: BuildLog) async throws -> ImageManifest {
    log.step("looking at \(request.pieces)")
    try OutputFolder.check(request.output, outside: request.pieces)
    let wantedDate = try FileDate.wanted()
    var pieces = try PiecesFolder(request.pieces)
    pieces.warnings.forEach(log.warn)
    let kernel = try GuestPart.kernel.find(request.kernel)
    let arrowInit = try GuestPart.arrowInit.find(request.arrowInit)

    log.step("checking \(pieces.arrows.count) specs")
    let arrows = try SpecCheck.check(pieces)
    for warning in arrows.flatMap(\.warnings) { log.finding(warning) }
    let defaultArrow = try DefaultArrow.choose(request.defaultArrow, among: arrows)
    for folder in pieces.leaveOutUnusedBinaries(by: arrows) {
      log.note("\(pieces.hostPath(folder)) is not in the image: no arrow leads to it")
    }

    // Nothing is written before this line.
    let folder = try UnfinishedFolder.begin(request.output) {
      log.step("waiting for another build of \(request.output)")
    }
    defer { UnfinishedFolder.end(folder) }

    log.step("writing kernel and initrd")
    try Files.create("\(folder.path)/\(ImageManifest.kernelName)", contents: kernel)
    try Files.create("\(folder.path)/\(ImageManifest.initrdName)", contents: try Initrd.make(arrowInit))

    log.step("gathering the pieces")
    let tree = try RootTree.stage(pieces, arrows, defaultArrow, in: folder.path)

    let old = try? ImageManifest.load(folder: request.output)
    let dating = try FileDate.choose(wantedDate, for: try await FileDate.hash(of: tree), replacing: old?.dating)

    log.step("compressing the pieces")
    try await PiecesImage.make(of: tree, pieces, dated: dating.seconds, in: folder.path)
    try Files.remove(tree)

    var rootHash: String?
    if request.hasVerity {
      log.step("hashing the pieces")
      rootHash = try await HashTree.add(in: folder.path)
    }

    log.step("writing \(ImageManifest.fileName)")
    var manifest = try await Manifest.describe(pieces, arrows, defaultArrow, in: folder.path)
    manifest.dating = dating
    manifest.verity = rootHash.map { ImageManifest.Verity(rootHash: $0) }
    try Files.create("\(folder.path)/\(ImageManifest.fileName)", contents: manifest.encoded())
    try folder.commit()
    return manifest
  }
}
