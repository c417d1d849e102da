/// QEMU's own messages: the first 4 KiB of them.
struct QemuLog {
  private let text: String

  init(in folder: String) {
    text = String(decoding: contents(of: "\(folder)/\(QemuFile.log)", atMost: 4096) ?? [], as: UTF8.self)
  }

  /// The last line that is about something wrong.
  var lastMessage: String? { text.split(separator: "\n").last { !$0.contains(": info: ") }.map(String.init) }

  /// `Failed to get "write" lock`, and then `Is another process using the image [PATH]?`
  var lockedDisk: Substring? {
    guard text.contains(#"Failed to get ""#), let start = text.firstRange(of: "the image [") else { return nil }
    return text[start.upperBound...].prefix { $0 != "]" }
  }

  /// `Could not set up host forwarding rule …`: the port is taken.
  var missedPort: Bool { text.contains("host forwarding") }
}
