import Glibc

/// An instance that this actrl launches. Others see it as `starting` until ``release()`` or the end of this process.
struct InstanceClaim {
  var instance: Instance
  /// The instance's folder, locked.
  let folder: OpenFolder

  func release() {
    // Closing is not enough: a program that another thread is just starting may have a copy of the descriptor until
    // exec.
    flock(folder.descriptor, LOCK_UN)
    close(folder.descriptor)
  }
}
