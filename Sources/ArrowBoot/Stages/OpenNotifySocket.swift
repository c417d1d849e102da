import ArrowSpec

/// Opens NOTIFY_SOCKET, where the task may report its state (sd_notify(3)).
enum OpenNotifySocket {
  static func open(_ linux: some Linux) throws(BootError) -> Int32 {
    try must("open NOTIFY_SOCKET") { () throws(Errno) in
      let path = TaskRoot.path + GuestContract.notifySocket
      let socket = try linux.openDatagrams(path)
      // The task may write to it, whichever user it runs as.
      try linux.setMode(path, 0o666)
      return socket
    }
  }
}
