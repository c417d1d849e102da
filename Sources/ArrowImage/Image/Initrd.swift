import ArrowHost

/// The initrd: arrow-init, and the one device the kernel opens for it before anything is mounted.
///
/// It is not compressed: unpacking would cost each boot more than the bytes cost the host.
enum Initrd {
  static func make(_ arrowInit: [UInt8]) throws(HostError) -> [UInt8] {
    try CpioArchive.bytes(of: [
      .directory("dev"),
      .characterDevice("dev/console", major: 5, minor: 1, mode: 0o600),
      .file("init", contents: arrowInit, mode: 0o755),
    ])
  }
}
