/// Names of errors: a seccomp profile may write them, and arrow-init's messages have them.
public enum ErrorName {
  /// `errno(3)` in the order of the numbers, from 1 on (asm-generic/errno.h), with one space between two names. Two
  /// numbers are not used: there, two spaces stand together. It is one text, because an array would make arrow-init
  /// larger.
  private static var names: StaticString {
    """
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST \
    EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE \
    EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP  ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH \
    ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT  EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE \
    ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD \
    ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT \
    EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH \
    ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN \
    EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE \
    ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON
    """
  }
  private static let others: [(name: String, number: UInt16)] = [
    ("EWOULDBLOCK", 11), ("EDEADLOCK", 35), ("ENOTSUP", 95),
  ]

  private static var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: names.utf8Start, count: names.utf8CodeUnitCount)
  }

  static func number(of name: String) -> UInt16? {
    if let other = others.first(where: { $0.name.hasSameBytes(as: name) }) { return other.number }
    let words = Array(bytes).split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard !name.utf8.isEmpty, let index = words.firstIndex(where: { $0.elementsEqual(name.utf8) }) else { return nil }
    return UInt16(index + 1)
  }

  /// `E?` for a number without a name.
  public static func name(of number: Int32) -> String {
    var name: [UInt8] = []
    var current: Int32 = 1
    for byte in bytes {
      if byte == UInt8(ascii: " ") { current += 1 } else if current == number { name.append(byte) }
    }
    return name.isEmpty ? "E?" : String(decoding: name, as: UTF8.self)
  }
}
