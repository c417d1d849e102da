import ArrowSpec

/// Opens the host's channels: named ports of the virtio-serial device.
enum OpenChannels {
  /// How long the ports may take to appear, in ms: the kernel finds them while the boot goes on.
  private static let patience: UInt64 = 200

  static func open(_ linux: some Linux) -> Channels {
    let ports = ports(linux)
    var channels = Channels()
    // A port whose other end is closed would block forever, and a host that does not listen must not stop PID 1.
    channels.stdin = open(GuestContract.Port.stdin, [.read, .nonBlocking], ports, linux)
    channels.stdout = open(GuestContract.Port.stdout, [.write, .nonBlocking], ports, linux)
    channels.stderr = open(GuestContract.Port.stderr, [.write, .nonBlocking], ports, linux)
    channels.events = open(GuestContract.Port.events, [.write, .nonBlocking], ports, linux)
    // PID 1 reads until nothing is left, each time something arrives.
    channels.control = open(GuestContract.Port.control, [.read, .nonBlocking], ports, linux)
    return channels
  }

  private static func open(
    _ name: String, _ flags: OpenFlags, _ ports: [(name: String, device: String)], _ linux: some Linux
  ) -> Int32? {
    guard let port = ports.first(where: { $0.name.hasSameBytes(as: name) }) else { return nil }
    return try? linux.open("/dev/\(port.device)", flags)
  }

  private static let folder = "/sys/class/virtio-ports"

  /// Each named virtio-serial port with its device. The host names `org.arrow.events` last, so when it is there, all
  /// others are. Where there is a virtio-serial device without it, this waits before it believes that.
  private static func ports(_ linux: some Linux) -> [(name: String, device: String)] {
    let driver = (try? linux.names(in: "/sys/bus/virtio/drivers/virtio_console")) ?? []
    guard driver.contains(where: { $0.utf8.starts(with: "virtio".utf8) }) else { return [] }
    var found = namedPorts(linux)
    if isComplete(found) { return found }
    guard let uevents = try? linux.openDeviceEvents() else { return found }
    defer { linux.close(uevents) }
    let end = linux.now() + patience
    while true {
      found = namedPorts(linux)
      let now = linux.now()
      if isComplete(found) || now >= end { return found }
      let hasNews = (try? linux.waitReadable(uevents, timeout: Int32(end - now))) == true
      if hasNews { _ = try? linux.read(uevents, atMost: 4096) }
    }
  }

  private static func isComplete(_ ports: [(name: String, device: String)]) -> Bool {
    ports.contains { $0.name.hasSameBytes(as: GuestContract.Port.events) }
  }

  private static func namedPorts(_ linux: some Linux) -> [(name: String, device: String)] {
    let devices = (try? linux.names(in: folder)) ?? []
    return devices.compactMap { device in
      guard let name = try? linux.line(of: "\(folder)/\(device)/name") else { return nil }
      return (name, device)
    }
  }
}
