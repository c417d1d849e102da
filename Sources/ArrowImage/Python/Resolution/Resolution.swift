import FoundationEssentials

/// pip's answer to what is required (its "installation report", version 1).
struct Resolution: Codable {
  struct Package: Codable {
    struct Download: Codable {
      struct Archive: Codable { var hashes: [String: String]? }
      struct Repository: Codable {
        var vcs: String
        var commitId: String
      }
      struct Anything: Codable {}
      var url: String
      var archiveInfo: Archive?
      var vcsInfo: Repository?
      var dirInfo: Anything?
      var subdirectory: String?
    }
    struct Metadata: Codable {
      var name: String
      var version: String
    }
    var downloadInfo: Download
    var isDirect: Bool
    var metadata: Metadata
  }
  var install: [Package]
}

extension Resolution {
  /// Whether anything is to be built from sources. Only the build shows whether they have C code.
  var hasSources: Bool { !sources.isEmpty }
  var sources: [Package] { install.filter { !$0.isWheel && $0.downloadInfo.dirInfo == nil } }
  /// The packages with shared libraries in them.
  var nativeWheels: [Package] { install.filter { $0.isWheel && !$0.file.hasSuffix("-none-any.whl") } }
}

extension Resolution.Package {
  var isWheel: Bool { file.hasSuffix(".whl") }
  /// The file's name: the last part of the address.
  var file: String { downloadInfo.url.split(separator: "/").last.map(String.init) ?? "" }
  var pin: String { "\(metadata.name)==\(metadata.version)" }
}

extension Resolution.Package.Download {
  /// Of an archive that lies here.
  var localPath: String? { url.hasPrefix("file://") ? URL(string: url)?.path : nil }
}
