import Glibc

public enum StandardDescriptors {
  /// Where the caller has closed stdin, stdout or stderr, /dev/null takes its place: no file of ours must get its number.
  public static func fill() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 { _ = open("/dev/null", O_RDWR) }
  }
}
