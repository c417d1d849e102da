import ArrowBoot

// Errors that only the tests name.
extension Errno {
  static let noDeviceAddress = Errno(6)
  static let accessDenied = Errno(13)
  static let noDevice = Errno(19)
  static let invalid = Errno(22)
}
