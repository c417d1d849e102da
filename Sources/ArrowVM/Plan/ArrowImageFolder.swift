import ArrowHost
import ArrowSpec
import Glibc

/// There is no arrow of that name in the image. actrl ends with 127, as docker does.
public struct NoSuchArrow: Error {
  public var error: HostError
}

/// The folder that `mkarrowimg build` made (docs/contracts.md, "The Arrow image folder").
public struct ArrowImageFolder {
  public let folder: String
  public let manifest: ImageManifest

  var kernel: String { "\(folder)/\(ImageManifest.kernelName)" }
  var initrd: String { "\(folder)/\(ImageManifest.initrdName)" }
  var pieces: String { "\(folder)/\(ImageManifest.piecesName)" }

  /// Looks for `--image`, `$ARROW_IMAGE`, `./out`, then beside the program: the image of a clone, or the installed one.
  public static func find(_ option: String?, on host: Host) throws -> ArrowImageFolder {
    if let named = option ?? host.environment["ARROW_IMAGE"].flatMap({ $0.isEmpty ? nil : $0 }) {
      return try ArrowImageFolder(named)
    }
    let program = Files.split(host.executable).folder
    for candidate in ["out", "\(program)/../out", "\(program)/../share/arrow/image"]
    where access("\(candidate)/\(ImageManifest.fileName)", F_OK) == 0 {
      return try ArrowImageFolder(candidate)
    }
    throw HostError(
      "there is no Arrow image in ./out", hint: "make one with mkarrowimg build, or name one with --image")
  }

  /// The VM's program works in another folder, so the path must be a whole one.
  init(_ path: String) throws {
    manifest = try ImageManifest.load(folder: path)
    guard let folder = realPath(path) else { throw Files.failure("read \(path)") }
    self.folder = folder
    for file in [kernel, initrd, pieces] {
      do {
        close(try Files.openFile(file))
      } catch {
        throw HostError(error.message, hint: "build the image anew: mkarrowimg build")
      }
    }
  }

  /// Without a name: the image's default arrow, else its only one.
  func arrow(named name: String?) throws -> ImageManifest.Arrow {
    guard let name else {
      if let arrow = manifest.arrowToShoot { return arrow }
      throw NoSuchArrow(
        error: HostError(
          "\(folder) has no default arrow", hint: "name one: \(joined(manifest.arrows.map(\.name)))"))
    }
    if let arrow = manifest.arrow(named: name) { return arrow }
    throw NoSuchArrow(
      error: HostError(
        "there is no arrow \(quoted(name)) in \(folder)", hint: nameHint(name, among: manifest.arrows.map(\.name))))
  }

  /// Far above any initrd of ours, in bytes.
  private static let maximumInitrdSize = 256 << 20

  /// The image's initrd, with a second archive behind it that holds the overrides only. The kernel unpacks both.
  func initrd(with overrides: String) throws -> [UInt8] {
    let bytes = try Files.contents(of: initrd, atMost: Self.maximumInitrdSize + 1)
    if bytes.count > Self.maximumInitrdSize {
      throw HostError("\(initrd) is larger than \(Self.maximumInitrdSize >> 20) MiB: it is no initrd of an image")
    }
    return bytes + (try Self.segment(of: overrides, behind: bytes.count))
  }

  /// The second archive, with the zeros before it: the kernel looks for one at a multiple of 4 bytes.
  static func segment(of overrides: String, behind count: Int) throws -> [UInt8] {
    let path = GuestContract.overridesFile
    let padding = [UInt8](repeating: 0, count: (4 - count % 4) % 4)
    return try padding
      + CpioArchive.bytes(of: [
        .directory(Files.split(path).folder), .file(path, contents: Array(overrides.utf8), mode: 0o600),
      ])
  }
}

extension ImageManifest.Arrow {
  /// The ports as the spec has them.
  var specPorts: [Spec.Port] {
    ports.map { Spec.Port(port: $0.port, export: $0.export, proto: $0.proto) }
  }
}
