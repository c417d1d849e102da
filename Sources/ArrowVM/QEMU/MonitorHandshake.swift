import ArrowHost
import Glibc

/// Waits until QEMU runs its VM. QEMU answers on its monitor only when nothing of its start can fail any more.
struct MonitorHandshake {
  enum Result: Equatable { case runs, ended }

  /// How long QEMU itself may take to start on a busy host, in seconds.
  private static let patience = 120.0
  static let request = #"{"execute":"qmp_capabilities"}{"execute":"query-status"}"#

  let qemu: ProcessDescriptor
  /// The instance's folder.
  let folder: Int32
  let signals: SignalDescriptor
  private let deadline = Deadline.after(seconds: patience)

  init(_ qemu: ProcessDescriptor, in folder: Int32, _ signals: SignalDescriptor) {
    self.qemu = qemu
    self.folder = folder
    self.signals = signals
  }

  func wait() throws -> Result {
    guard let socket = try connect(to: QemuFile.monitor) else { return .ended }
    defer { close(socket) }
    guard Array(Self.request.utf8).withUnsafeBytes({ writeAll($0, to: socket) }) else { return .ended }
    var answer: [UInt8] = []
    // The greeting, then one answer for each of the two requests.
    while Self.count(of: "\"return\"", in: answer) < 2 {
      let readable = try signals.wait(for: [socket, qemu.descriptor], before: deadline)
      if readable == [false, false] { throw tooLate }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = readable[0] ? read(socket, &buffer, buffer.count) : 0
      guard count > 0 else { return .ended }
      answer += buffer[..<count]
    }
    return .runs
  }

  /// Connects to one of QEMU's sockets as soon as QEMU listens; `nil` when it ended before. Nothing tells when it
  /// begins to listen, so this one thing is tried again every few milliseconds.
  func connect(to name: String) throws -> Int32? {
    while true {
      if let socket = UnixSocket.connect(to: name, in: folder) { return socket }
      if try signals.wait(for: [qemu.descriptor], before: .after(seconds: 0.005)) == [true] { return nil }
      if deadline.hasPassed { throw tooLate }
    }
  }

  private var tooLate: HostError { HostError("QEMU has not started after \(Int(Self.patience)) s") }

  private static func count(of part: String, in text: [UInt8]) -> Int {
    text.indices.count { text[$0...].starts(with: part.utf8) }
  }
}
