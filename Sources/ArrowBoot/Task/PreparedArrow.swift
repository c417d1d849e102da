import ArrowSpec

/// Everything that is ready before the task starts.
struct PreparedArrow {
  var task: Task
  /// A signalfd(2): all of PID 1's signals are read from it.
  var signals: Int32
  /// `nil` where nothing about the network can change.
  var network: LiveNetwork?
  /// `nil` where the machine has no clock of its own.
  var clock: HostClock?
  /// NOTIFY_SOCKET.
  var notices: Int32
  /// The kernel's audit; `nil` where it has none.
  var audit: Int32?
  /// `nil` where no TCP port is exported.
  var readiness: Readiness?
  /// `nil` where the host denies nothing.
  var denied: DeniedTries?
  /// Where the pieces are: `/dev/vda`.
  var disk: String
  /// `nil` where the pieces are not under dm-verity.
  var integrity: PiecesIntegrity?
  var channels: Channels
  var log: Log

  var host: HostReports { HostReports(to: channels) }
}
