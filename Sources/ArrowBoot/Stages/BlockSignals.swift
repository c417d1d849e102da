/// Nothing interrupts PID 1: every signal waits in a descriptor until it is read.
enum BlockSignals {
  static func block(_ linux: some Linux) throws(BootError) -> Int32 {
    try must("block signals", linux.blockSignals())
    // Ctrl-Alt-Del becomes a request to stop, like all others; by default it resets the machine.
    try must("turn Ctrl-Alt-Del into a signal", linux.muteCtrlAltDel())
    return try must("open the signals", linux.openSignals())
  }
}
