import Glibc

public enum StandardDescriptors {
  /// Opens /dev/null in place of a stdin, stdout or stderr that the caller has closed, so that no other file of ours
  /// gets its number. For reading only: what is written there is not kept, and must not seem to be.
  public static func fill() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
  }
}
