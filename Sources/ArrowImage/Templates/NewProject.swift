import ArrowHost
import ArrowSpec

/// What a project can begin as. Each of them runs without a change.
public enum Template: String, CaseIterable, Sendable {
  case script, http, flask, asyncio

  /// The files by name.
  var files: [(name: String, contents: [UInt8])] {
    let code =
      switch self {
      case .script: ("main.py", PackageResources.script_py)
      case .http: ("server.py", PackageResources.http_py)
      case .flask: ("app.py", PackageResources.flask_py)
      case .asyncio: ("worker.py", PackageResources.asyncio_py)
      }
    let spec = (GuestContract.specFile, Array(spec(running: code.0).utf8))
    return ([spec, code] + requirements).sorted { $0.0 < $1.0 }
  }

  private var requirements: [(String, [UInt8])] {
    self == .flask ? [("requirements.txt", Array("flask>=3\nwaitress>=3\n".utf8))] : []
  }

  private func spec(running file: String) -> String {
    let isService = self == .http || self == .flask
    return """
      {
        "binary": {
          "name": "python",
          "version": "v3.13"
        },
        "process": {
          "cmd": "python",
          "args": ["python", "\(file)"]
        }\(isService ? ",\n  \"port\": 8080,\n  \"export\": 3008" : "")
      }

      """
  }
}

/// `mkarrowimg new`
public enum NewProject {
  /// Makes the folder `path` with a project in it; returns the names of its files.
  public static func make(_ path: String, from template: Template) throws(HostError) -> [String] {
    let name = Files.split(path).name
    if let problem = problemWithName(name) {
      throw HostError("an arrow can't be called \"\(name)\": the name \(problem)", kind: .input)
    }
    if try Files.status(of: path) != nil {
      throw HostError("\(path) is there already; it is left as it is", hint: "choose another name", kind: .input)
    }
    let folder = try WholeFolder(beside: path)
    defer { folder.discard() }
    for file in template.files { try Files.create("\(folder.path)/\(file.name)", contents: file.contents) }
    try folder.commit()
    return template.files.map(\.name)
  }
}
