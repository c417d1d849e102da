import ArrowSpec
import FoundationEssentials
import Glibc

/// What `image.json` says about an Arrow image folder (docs/contracts.md, "The Arrow image folder").
public struct ImageManifest: Codable, Equatable, Sendable {
  /// The names of the files in the folder.
  public static let fileName = "image.json"
  public static let kernelName = "kernel"
  public static let initrdName = "initrd"
  public static let piecesName = "pieces.erofs"
  public static let fileNames = [fileName, kernelName, initrdName, piecesName]

  public struct Port: Codable, Equatable, Sendable {
    /// Where the task listens, and what the VM shows.
    public var port: UInt16
    public var export: UInt16
    public var proto: Spec.Port.TransportProtocol

    public init(port: UInt16, export: UInt16, proto: Spec.Port.TransportProtocol) {
      self.port = port
      self.export = export
      self.proto = proto
    }
  }

  /// A mount of the spec whose disk or folder comes from the host.
  public struct Volume: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable {
      case ext4
      case ninep = "9p"
    }

    /// The serial number of a disk, `LABEL=NAME`, or the tag of a folder.
    public var source: String
    public var type: Kind
    public var destination: String
    /// The spec mounts it for reading only.
    public var readOnly: Bool

    public init(source: String, type: Kind, destination: String, readOnly: Bool) {
      self.source = source
      self.type = type
      self.destination = destination
      self.readOnly = readOnly
    }
  }

  public struct Arrow: Codable, Equatable, Sendable {
    public var name: String
    /// The Arrow Binary it runs on, and the version of it that its spec chose: the folder's name, `v3.13.5`.
    public var binary: String
    public var version: String
    public var ports: [Port]
    /// `stop.timeout` of its spec in seconds, where it is not the usual one.
    public var stopTimeout: Int?
    public static let usualStopTimeout = 10
    /// In the spec's order. `nil` in images of older tools, which did not say.
    public var volumes: [Volume]?

    public init(
      name: String, binary: String, version: String, ports: [Port], stopTimeout: Int? = nil, volumes: [Volume]? = nil
    ) {
      self.volumes = volumes
      self.name = name
      self.binary = binary
      self.version = version
      self.ports = ports
      self.stopTimeout = stopTimeout
    }
  }

  public struct Binary: Codable, Equatable, Sendable {
    public var name: String
    public var version: String
    /// The bytes of its files, before compression.
    public var size: Int

    public init(name: String, version: String, size: Int) {
      self.name = name
      self.version = version
      self.size = size
    }
  }

  public struct File: Codable, Equatable, Sendable {
    /// In bytes.
    public var size: Int
    /// Of the whole file, 64 hexadecimal digits.
    public var sha256: String

    public init(size: Int, sha256: String) {
      self.size = size
      self.sha256 = sha256
    }
  }

  public struct Files: Codable, Equatable, Sendable {
    public var kernel: File
    public var initrd: File
    public var pieces: File

    public init(kernel: File, initrd: File, pieces: File) {
      self.kernel = kernel
      self.initrd = initrd
      self.pieces = pieces
    }
  }

  /// The date of all files in the pieces image.
  public struct Dating: Codable, Equatable, Sendable {
    /// Since 1970.
    public var seconds: Int
    /// A hash of what is so dated, without the date: other contents get another one.
    public var contents: String

    public init(seconds: Int, contents: String) {
      self.seconds = seconds
      self.contents = contents
    }
  }

  public struct Verity: Codable, Equatable, Sendable {
    /// What `arrow.verity=` takes.
    public var rootHash: String

    public init(rootHash: String) { self.rootHash = rootHash }
  }

  public var formatVersion: Int
  public var defaultArrow: String?
  /// Sorted by name.
  public var arrows: [Arrow]
  /// Sorted by name, then by version's bytes.
  public var binaries: [Binary]
  public var files: Files
  /// `nil` in images that older tools made: 2 January 1980.
  public var dating: Dating?
  public var verity: Verity?

  public init(
    defaultArrow: String?, arrows: [Arrow], binaries: [Binary], files: Files, verity: Verity? = nil
  ) {
    formatVersion = GuestContract.formatVersion
    self.defaultArrow = defaultArrow
    self.arrows = arrows
    self.binaries = binaries
    self.files = files
    self.verity = verity
  }
}

extension ImageManifest {
  /// The arrow that runs when none is named: the default, else the only one.
  public var arrowToShoot: Arrow? {
    guard let defaultArrow else { return arrows.count == 1 ? arrows[0] : nil }
    return arrow(named: defaultArrow)
  }

  public func arrow(named name: String) -> Arrow? { arrows.first { $0.name == name } }

  /// The text of `image.json`: keys sorted, indented, a newline at the end. The same manifest gives the same bytes.
  ///
  /// Foundation writes it and not ``JSONText``, because one declaration then serves writing and reading.
  public func encoded() throws(HostError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    } catch {
      throw HostError("cannot write \(Self.fileName): \(error)")
    }
  }

  /// Reads `image.json` of an image folder. There are errors for a folder that is no image, a damaged one and a newer
  /// one.
  public static func load(folder: String) throws(HostError) -> ImageManifest {
    let text = try text(in: folder)
    do {
      let version = try JSONDecoder().decode(Version.self, from: Data(text)).formatVersion
      guard version <= GuestContract.formatVersion else {
        throw HostError(
          "the image \(folder) has the format version \(version); this tool knows up to \(GuestContract.formatVersion)",
          hint: "use a newer Arrow, or build the image anew with this one: mkarrowimg build", kind: .input)
      }
      let manifest = try JSONDecoder().decode(ImageManifest.self, from: Data(text))
      if let name = manifest.nameOfImpossibleSize { throw damaged(folder, "has a wrong value for \(quoted(name))") }
      return manifest
    } catch let error as HostError {
      throw error
    } catch {
      throw damaged(folder, reason(error, text))
    }
  }

  private static func damaged(_ folder: String, _ reason: String) -> HostError {
    HostError(
      "the image \(folder) is damaged: \(fileName) \(reason)", hint: "build it anew: mkarrowimg build", kind: .input)
  }

  /// Far above any file, and small enough for sums of them. In bytes.
  private static let maximumFileSize = 1 << 50

  private var nameOfImpossibleSize: String? {
    let sizes = [("kernel", files.kernel.size), ("initrd", files.initrd.size), ("pieces", files.pieces.size)]
    return sizes.first { !(0...Self.maximumFileSize).contains($1) }.map { "files.\($0.0).size" }
  }

  private struct Version: Codable { var formatVersion: Int }

  /// Far above any manifest, so that a large file that is none is not read whole. In bytes.
  private static let maximumSize = 16 << 20

  private static func text(in folder: String) throws(HostError) -> [UInt8] {
    // A symbolic link to an image is as good as the image.
    guard try ArrowHost.Files.status(of: folder + "/.") != nil else {
      throw HostError(
        try ArrowHost.Files.status(of: folder) == nil ? "there is no image \(folder)" : "\(folder) is not a folder",
        hint: "mkarrowimg build PIECES -o \(folder) makes one", kind: .input)
    }
    guard try ArrowHost.Files.status(of: "\(folder)/\(fileName)") != nil else {
      throw HostError(
        "\(folder) is not an Arrow image: it has no \(fileName)",
        hint: "mkarrowimg build makes images", kind: .input)
    }
    return try ArrowHost.Files.contents(of: "\(folder)/\(fileName)", atMost: maximumSize)
  }

  private static func reason(_ error: any Error, _ text: [UInt8]) -> String {
    switch error {
    case let error as UnknownProtocol:
      "has a port with the unknown protocol \(quoted(error.name))\(arrow(of: error.path, in: text))"
    case DecodingError.keyNotFound(let key, let context): "has no \(quoted(path(context.codingPath + [key])))"
    case DecodingError.typeMismatch(_, let context): "has a wrong value for \(quoted(path(context.codingPath)))"
    case DecodingError.valueNotFound(_, let context): "has no value for \(quoted(path(context.codingPath)))"
    default: "is not JSON"
    }
  }

  private struct ArrowNames: Decodable {
    struct Arrow: Decodable { var name: String }
    var arrows: [Arrow]
  }

  /// Which arrow a place in `arrows` is about.
  private static func arrow(of keys: [any CodingKey], in text: [UInt8]) -> String {
    guard keys.count > 1, let index = keys[1].intValue,
      let arrows = try? JSONDecoder().decode(ArrowNames.self, from: Data(text)).arrows, arrows.indices.contains(index)
    else { return "" }
    return " for the arrow \(quoted(arrows[index].name))"
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }
}
