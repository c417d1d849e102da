import Testing

/// The exported ports over a network of their own, as a hypervisor's bridge has it: IPv4 and IPv6, datagrams of any size.
@Suite(.needsImage, .needsTap) struct DualStackTests {
  private static let client = """
    import socket
    def ask(kind, address, port, size):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as s:
            s.settimeout(2)
            try:
                s.connect((address, port))
                s.send(b"x" * size)
                answer = s.recv(65536)
                words = answer.split()
                return f"{words[0].decode()} {words[1].decode()} {len(words[2])}"
            except OSError as error:
                return type(error).__name__
    for address in "10.9.0.2", "fd00:9::2":
        print(address, ask(socket.SOCK_STREAM, address, 7100, 100), "|", ask(socket.SOCK_STREAM, address, 7000, 1), ask(socket.SOCK_STREAM, address, 7001, 1))
        print(*[ask(socket.SOCK_DGRAM, address, 7100, size) for size in (1, 1472, 1473, 9000, 60000)], ask(socket.SOCK_DGRAM, address, 7000, 1), sep=" | ")
    """

  /// But for UDP on ::1 alone: the kernel takes nothing for that address from a network.
  @Test(arguments: [("127.0.0.1 ::1", false), ("0.0.0.0 ::", true), ("10.9.0.2 fd00:9::2", true)])
  func `TCP and UDP reach a task on any address, with the client's own`(
    addresses: String, hasUDPOverIPv6: Bool
  ) async throws {
    let bench = try Bench()
    try bench.write(Self.client, to: "client")
    let end = try await bench.shell(
      """
      \(TapNetwork.line("python-ports python ports.py \(addresses)", ip: "10.9.0.2/24;fd00:9::2/64"))
      \(TapNetwork.enter(
        """
        timeout 60 bash line >/dev/null 2>&1 &
        wait_for grep -qs '"ready"' "$vm/events.jsonl"
        python3 client
        pkill -P $! -f qemu || kill $!
        wait
        """))
      """, limit: 120)
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
    var expected = ""
    for (vm, host, hasUDP) in [("10.9.0.2", "10.9.0.1", true), ("fd00:9::2", "fd00:9::1", hasUDPOverIPv6)] {
      expected += "\(vm) tcp \(host) 100 | TimeoutError TimeoutError\n"
      let sizes = [1, 1472, 1473, 9000, 60000].map { hasUDP ? "udp \(host) \($0)" : "TimeoutError" }
      expected += (sizes + ["TimeoutError"]).joined(separator: " | ") + "\n"
    }
    #expect(end.stdout == expected, "\(end.stderr)")
  }
}
