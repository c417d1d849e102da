/// Tells when the task accepts connections on every TCP port that it exports.
struct Readiness {
  /// A BPF ring buffer. Something arrives in it each time a port begins to accept.
  var descriptor: Int32
  /// A BPF map of the ports that do not accept yet.
  var waiting: Int32

  func isComplete(_ linux: some Linux) -> Bool { (try? linux.isEmpty(map: waiting)) == true }
}
