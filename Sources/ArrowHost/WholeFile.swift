import Glibc
import Synchronization

/// Files that are there whole or not at all, even if the process is killed.
public enum WholeFile {
  /// Makes `path` a file with these contents, in place of one that may be there: written beside it, synced, renamed.
  public static func write(_ contents: [UInt8], to path: String, mode: mode_t = 0o644) throws(HostError) {
    let (folder, name) = Files.split(path)
    let temporary = "\(folder)/.\(name).\(getpid()).tmp"
    // A killed process that had our number may have left one behind.
    if try Files.status(of: temporary) != nil { try Files.remove(temporary) }
    do {
      try Files.create(temporary, contents: contents, mode: mode)
      try Files.sync(temporary)
      try Files.rename(temporary, to: path)
    } catch {
      unlink(temporary)
      throw error
    }
    try Files.sync(folder)
  }
}

/// A folder that is there whole or not at all: filled beside its target under a temporary name, then put in its place.
///
/// One process at a time makes one: a second one waits for the first. What a killed process left is removed by the
/// next.
public final class WholeFolder: Sendable {
  public let target: String
  /// Where the new folder is to be filled; it is there and empty.
  public let path: String
  private let lockPath: String
  private let lock: Int32
  /// `false` once the lock is given back: from then on another process may use the names.
  private let isOurs = Mutex(true)

  /// Begins a folder that will become `target`. `onWait` is called before waiting for another process that makes it.
  public init(beside target: String, onWait: () -> Void = {}) throws(HostError) {
    let (folder, name) = Files.split(target)
    self.target = "\(folder)/\(name)"
    lockPath = "\(folder)/.\(name).lock"
    path = "\(folder)/.\(name).\(getpid()).tmp"
    lock = try Self.takeLock(lockPath, onWait: onWait)
    do {
      try Self.removeLeftovers(of: name, in: folder)
      try Files.makeFolder(path)
    } catch {
      unlink(lockPath)
      close(lock)
      throw error
    }
  }

  /// Syncs the new folder's files and puts it where `target` is; what was there before is gone.
  ///
  /// The exchange is one step: before it the old folder is there, after it the new one.
  public func commit() throws(HostError) {
    for name in try Files.names(in: path).map({ "\(path)/\(String(decoding: $0, as: UTF8.self))" }) {
      // A link is synced with its folder, and may lead nowhere.
      if let status = try Files.status(of: name), status.st_mode & S_IFMT != S_IFLNK { try Files.sync(name) }
    }
    try Files.sync(path)
    if try Files.status(of: target) == nil {
      try Files.rename(path, to: target)
    } else {
      try Files.exchange(path, target)
    }
    try Files.sync(Files.split(target).folder)
    discard()
  }

  /// Removes what is under the temporary name and lets the next process in. May be called at any time, from any thread,
  /// and more than once.
  public func discard() {
    isOurs.withLock { isOurs in
      guard isOurs else { return }
      // Another thread may still be filling the folder. If it is not empty when it is to be removed, we try again.
      for _ in 0..<100 where (try? Files.remove(path)) == nil { usleep(10_000) }
      unlink(lockPath)
      flock(lock, LOCK_UN)
      isOurs = false
    }
  }

  deinit { close(lock) }

  /// The lock is a file beside the target, and its last holder removes it. If it is gone or another file after the
  /// wait, the lock is taken anew.
  private static func takeLock(_ path: String, onWait: () -> Void) throws(HostError) -> Int32 {
    while true {
      let descriptor = try Files.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        onWait()
        while flock(descriptor, LOCK_EX) != 0 {
          guard errno == EINTR else { throw Files.failure("lock \(path)") }
        }
      }
      var ours = stat()
      fstat(descriptor, &ours)
      if let there = try Files.status(of: path), there.st_ino == ours.st_ino { return descriptor }
      close(descriptor)
    }
  }

  /// We hold the lock, so the processes that began these folders are dead.
  private static func removeLeftovers(of name: String, in folder: String) throws(HostError) {
    for entry in try Files.names(in: folder) {
      let entry = String(decoding: entry, as: UTF8.self)
      let middle = entry.dropFirst(name.count + 2).dropLast(4)
      guard entry.hasPrefix(".\(name)."), entry.hasSuffix(".tmp"), !middle.isEmpty, middle.allSatisfy(\.isNumber) else {
        continue
      }
      try Files.remove("\(folder)/\(entry)")
    }
  }
}
