/// Ends the machine: everything is written to the disks first.
enum PowerOff {
  static func powerOff(_ linux: some Linux) -> Never {
    linux.sync()
    linux.powerOff()
  }
}
