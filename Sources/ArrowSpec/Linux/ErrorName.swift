/// Names of errors: a seccomp profile may write them, and arrow-init's messages have them.
public enum ErrorName {
  /// `errno(3)` in the order of the numbers, from 1 on (asm-generic/errno.h); two numbers are not used. One text, because
  /// an array of strings would make arrow-init larger.
  private static let names: StaticString = """
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST \
    EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE \
    EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH \
    ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE \
    ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD \
    ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT \
    EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH \
    ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN \
    EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE \
    ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON
    """
  private static let unused = "-"
  private static let others: [(name: String, number: UInt16)] = [
    ("EWOULDBLOCK", 11), ("EDEADLOCK", 35), ("ENOTSUP", 95),
  ]

  private static var words: [Slice<UnsafeBufferPointer<UInt8>>] {
    UnsafeBufferPointer(start: names.utf8Start, count: names.utf8CodeUnitCount).split(separator: UInt8(ascii: " "))
  }

  static func number(of name: String) -> UInt16? {
    if let other = others.first(where: { $0.name.hasSameBytes(as: name) }) { return other.number }
    guard !name.hasSameBytes(as: unused), let index = words.firstIndex(where: { $0.elementsEqual(name.utf8) })
    else { return nil }
    return UInt16(index + 1)
  }

  /// `E?` for a number without a name.
  public static func name(of number: Int32) -> String {
    let words = words
    guard words.indices.contains(Int(number) - 1), !words[Int(number) - 1].elementsEqual(unused.utf8) else {
      return "E?"
    }
    return String(decoding: words[Int(number) - 1], as: UTF8.self)
  }
}
