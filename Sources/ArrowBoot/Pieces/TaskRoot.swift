import ArrowSpec

/// The task's root: the folder in the initrd where the pieces image is mounted.
enum TaskRoot {
  static let path = "/root"

  static func specFile(of arrow: String) -> String {
    "\(path)/\(GuestContract.metaFolder(arrow))/\(GuestContract.specFile)"
  }
}

extension Linux {
  /// Where a path of the task leads, as PID 1 sees it; `nil` where nothing is there.
  func find(inTask path: String) throws(Errno) -> String? {
    do {
      return try realPath(path, in: TaskRoot.path)
    } catch {
      if error == .noEntry || error == .notFolder { return nil }
      throw error
    }
  }
}
