import ArrowSpec

/// NOTIFY_SOCKET, where the task may say how it does (sd_notify(3)).
enum OpenNotifySocket {
  static func open(_ linux: some Linux) throws(BootError) -> Int32 {
    try must("open NOTIFY_SOCKET") { () throws(Errno) in
      let path = taskRoot + GuestContract.notifySocket
      let socket = try linux.openDatagrams(path)
      // Whoever the task's user is.
      try linux.setMode(path, 0o666)
      return socket
    }
  }
}
