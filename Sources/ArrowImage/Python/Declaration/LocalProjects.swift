import ArrowHost
import FoundationEssentials

/// The folders that pip builds packages from: the application, and those that its requirements name.
enum LocalProjects {
  private static let folderName = "projects"

  /// A copy of each in the folder `work`, in the declaration's order. pip builds in the copies, because build systems
  /// leave files behind.
  static func copies(_ declaration: Declaration, in work: String) throws(HostError) -> [String] {
    let home = "\(work)/\(folderName)"
    // Each keeps its own name, which pip shows.
    let copies = declaration.projects.enumerated().map { "\(home)/\($0)/\(Files.split($1.path).name)" }
    if copies.isEmpty { return copies }
    if try Files.status(of: home) != nil { return copies }
    try Files.makeFolder(home)
    for (project, copy) in zip(declaration.projects, copies) {
      for folder in [Files.split(copy).folder, copy] { try Files.makeFolder(folder) }
      try ApplicationFiles.copyProject(project.path, to: copy)
      try Repository.link("\(project.path)/.git", as: "\(copy)/.git")
    }
    return copies
  }

  /// What a build may know about repositories. It must not take the one that the pieces happen to lie in for the
  /// project's. It may see the variables that setuptools-scm tells its users to set where there is no repository.
  static func environment(in work: String) -> [String: String] {
    ProcessInfo.processInfo.environment.filter { $0.key.contains("_PRETEND_VERSION") }
      .merging(["GIT_CEILING_DIRECTORIES": "\(work)/\(folderName)"]) { $1 }
  }

  /// Whether an address is that of a copy in `work`.
  static func isCopy(_ url: String, in work: String) -> Bool {
    url.contains("/\(Files.split(work).name)/\(folderName)/")
  }
}
