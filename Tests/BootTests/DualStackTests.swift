import TestSupport
import Testing

/// The exported ports on a bridge's network, over IPv4 and IPv6, with datagrams of any size.
@Suite("IPv4 and IPv6 on one network", .needsImage, .needsTap)
struct DualStackTests {
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

  /// UDP on ::1 alone is the exception: the kernel takes no packet for that address from a network.
  @Test(
    "TCP and UDP reach a task on any address, with the client's own address",
    arguments: [("127.0.0.1 ::1", false), ("0.0.0.0 ::", true), ("10.9.0.2 fd00:9::2", true)])
  func anyAddress(
    addresses: String, hasUDPOverIPv6: Bool
  ) async throws {
    let end = try await run(Self.client, addresses: addresses)
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
    var expected = ""
    for (vm, host, hasUDP) in [("10.9.0.2", "10.9.0.1", true), ("fd00:9::2", "fd00:9::1", hasUDPOverIPv6)] {
      expected += "\(vm) tcp \(host) 100 | TimeoutError TimeoutError\n"
      let sizes = [1, 1472, 1473, 9000, 60000].map { hasUDP ? "udp \(host) \($0)" : "TimeoutError" }
      expected += (sizes + ["TimeoutError"]).joined(separator: " | ") + "\n"
    }
    #expect(end.stdout == expected, "\(end.stderr)")
  }

  private static let again = """
    import errno, socket, struct, time
    def connect(address, port):
        s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        s.settimeout(20)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("", port))
        # Its own end of the last one is there until its FIN is acknowledged.
        while (error := s.connect_ex((address, 7100))) == errno.EADDRNOTAVAIL: time.sleep(0.05)
        if error: raise OSError(error, "connect")
        return s
    def ask(address, port):
        with connect(address, port) as s:
            s.send(b"x")
            answer = b"".join(iter(lambda: s.recv(4096), b""))
            [retransmissions] = struct.unpack_from("I", s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104), 100)
            return answer.split()[0].decode(), retransmissions
    for number, address in enumerate(("10.9.0.2", "fd00:9::2")):
        answers = [ask(address, 5001 + number) for _ in range(6)][1:]
        print(address, *[word for word, _ in answers], min(retransmissions for _, retransmissions in answers))
        lost = connect(address, 5011 + number)
        lost.setsockopt(socket.IPPROTO_TCP, 19, 1)  # TCP_REPAIR: close() sends nothing
        lost.close()
        print(address, ask(address, 5011 + number)[0])
    """

  /// The server closes first, so its side of the connection stays in TIME_WAIT for a minute. A new SYN from the same
  /// port is answered at once all the same. A client that has lost its side, as in a reboot, is told so, and its next
  /// SYN is answered.
  @Test("a client that comes from the same port again is answered at once, one that lost its connection soon")
  func samePort()
    async throws
  {
    let end = try await run(Self.again, addresses: "127.0.0.1 ::1")
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
    let expected = ["10.9.0.2", "fd00:9::2"].map { "\($0) tcp tcp tcp tcp tcp 0\n\($0) tcp\n" }
    #expect(end.stdout == expected.joined(), "\(end.stderr)")
  }

  /// What `client` says on a network with a VM whose task listens on `addresses`.
  private func run(_ client: String, addresses: String) async throws -> Outcome {
    let bench = Bench()
    try bench.write(client, to: "client")
    return try await bench.shell(
      """
      \(TapNetwork.line("python-ports python ports.py \(addresses)", ip: "10.9.0.2/24;fd00:9::2/64"))
      \(TapNetwork.enter(
        """
        timeout 180 bash line >/dev/null 2>&1 &
        wait_for grep -qs '"ready"' "$vm/events.jsonl"
        python3 client
        pkill -P $! -f qemu || kill $!
        wait
        """))
      """, limit: 150)
  }
}
