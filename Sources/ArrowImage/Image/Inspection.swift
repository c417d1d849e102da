import ArrowHost
import ArrowSpec
import FoundationEssentials

/// What is in an image folder, and whether its files are what image.json says.
public struct Inspection: Codable, Sendable {
  public var image: String
  public var manifest: ImageManifest
  /// Why a file is not what it should be, by its name; empty for an image that is whole.
  public var damaged: [String: String]

  public init(image: String) async throws(HostError) {
    self.image = image
    manifest = try ImageManifest.load(folder: image)
    damaged = [:]
    for (name, file) in files {
      damaged[name] = try await Self.damage(of: name, in: image, expected: file)
    }
  }

  /// The image's files in the order they are used.
  public var files: [(name: String, file: ImageManifest.File)] {
    [
      (ImageManifest.kernelName, manifest.files.kernel), (ImageManifest.initrdName, manifest.files.initrd),
      (ImageManifest.piecesName, manifest.files.pieces),
    ]
  }

  private static func damage(
    of name: String, in image: String, expected: ImageManifest.File
  ) async throws(HostError) -> String? {
    guard let status = try Files.status(of: "\(image)/\(name)") else { return "missing" }
    if Int(status.st_size) != expected.size { return "\(status.st_size) bytes, not \(expected.size)" }
    let actual = try await FileHashes.describe([name], in: image)
    return actual.first?.sha256 == expected.sha256 ? nil : "other contents"
  }

  /// For programs: keys sorted, a newline at the end.
  public func json() throws(HostError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    } catch {
      throw HostError("cannot write JSON: \(error)")
    }
  }

  /// For people.
  public var table: String {
    var lines = ["\(image): Arrow image, format \(manifest.formatVersion)", "", "files"]
    let fileRows = files.map { name, file in
      let state = damaged[name].map { "damaged: \($0)" } ?? "ok"
      return [name, ByteCount.text(file.size), "sha256 \(file.sha256.prefix(16))", state]
    }
    lines += Self.aligned(fileRows)
    lines += ["", "binaries"]
    lines += Self.aligned(manifest.binaries.map { [$0.name, $0.version, ByteCount.text($0.size)] })
    lines += ["", "arrows"]
    let arrowRows = manifest.arrows.map { arrow in
      let ports = arrow.ports.map { "\($0.export)->\($0.port)/\($0.proto.name)" }.joined(separator: ", ")
      let isDefault = arrow.name == manifest.defaultArrow
      return [arrow.name, "\(arrow.binary) \(arrow.version)", ports, isDefault ? "default" : ""]
    }
    lines += Self.aligned(arrowRows)
    if let verity = manifest.verity { lines += ["", "verity root hash \(harmless(verity.rootHash))"] }
    return lines.joined(separator: "\n")
  }

  private static func aligned(_ rows: [[String]]) -> [String] {
    let rows = rows.map { $0.map { harmless($0) } }
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
      let line = "  " + cells.filter { !$0.isEmpty }.joined(separator: "  ")
      return String(line[...(line.lastIndex { $0 != " " } ?? line.startIndex)])
    }
  }
}

/// An image may be anybody's: what a terminal would act on is shown, not sent.
private func harmless(_ text: String) -> String { String(quoted(text).dropFirst().dropLast()) }
