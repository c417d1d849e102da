import Glibc

/// An instance in the hands of the actrl that launches it: others see it as `starting` until this is closed, by
/// ``release()`` or by the end of the process.
struct InstanceClaim {
  var instance: Instance
  /// The instance's folder, locked.
  let folder: OpenFolder

  func release() {
    // A program that another thread is just starting may have a copy of the descriptor, until its exec.
    flock(folder.descriptor, LOCK_UN)
    close(folder.descriptor)
  }
}
