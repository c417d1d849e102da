/// PID 1 is not interrupted: every signal waits in a descriptor until it is read.
enum BlockSignals {
  static func block(_ linux: some Linux) throws(BootError) -> Int32 {
    try must("block signals") { () throws(Errno) in try linux.blockSignals() }
    // Ctrl-Alt-Del asks for a stop like every other way does, instead of resetting the machine.
    try must("turn Ctrl-Alt-Del into a signal") { () throws(Errno) in try linux.muteCtrlAltDel() }
    return try must("open the signals") { () throws(Errno) in try linux.openSignals() }
  }
}
