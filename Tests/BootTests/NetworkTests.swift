import TestSupport
import Testing

/// The exported ports, as clients on the host see them (docs/faults.md, 28 to 30).
@Suite("Exported ports, seen from the host", .needsImage)
struct NetworkTests {
  /// Shoots an arrow with these mappings, waits until it is ready, and does `line`; `$port` is the first port of the
  /// host.
  private func shoot(_ arrow: String, _ options: String, then line: String, limit: Int = 120) async throws -> Outcome {
    try await Bench().shell(
      """
      "$actrl" shoot --wait --accel tcg --name vm \(options) \(arrow) >/dev/null
      trap '"$actrl" kill vm >/dev/null 2>&1 || true' EXIT
      port=$("$actrl" list | sed -n 's/.*127.0.0.1:\\([0-9]*\\)->.*/\\1/p')
      \(line)
      """, limit: limit)
  }

  @Test("a task on 127.0.0.1 is reached, over TCP and UDP on one number, and sees who asks")
  func loopback() async throws {
    let end = try await shoot(
      "python-ports", "-p 0:7000 -p 0:7000/udp",
      then: """
        ports=$("$actrl" list | grep -o '127.0.0.1:[0-9]*->7000/[a-z]*')
        tcp=$(sed -n 's/.*:\\([0-9]*\\)->7000.tcp/\\1/p' <<<"$ports"); udp=$(sed -n 's/.*:\\([0-9]*\\)->7000.udp/\\1/p' <<<"$ports")
        echo hello | nc -N -w 5 localhost $tcp
        echo hello | socat -t 3 - UDP:127.0.0.1:$udp
        for size in 1400 9000; do head -c $size /dev/zero | tr '\\0' x | socat -b 65536 -t 3 - UDP:127.0.0.1:$udp | wc -c; done
        """)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "tcp 10.0.2.2 hello\nudp 10.0.2.2 hello\n1413\n9013\n", "\(end.stderr)")
  }

  @Test("services are known by their names")
  func services() async throws {
    let script = """
      from socket import *
      print(getservbyname("ntp"), getservbyport(53), getaddrinfo("::1", "https")[0][4][1])
      """
    let end = try await Bench().run("python", "python", "-c", script, exactly: 0)
    #expect(end.stdout == "123 domain 443\n", "\(end.stderr)")
  }

  @Test("only the exported ports are reached from outside")
  func onlyExported() async throws {
    // QEMU forwards to port 7001 too, where the task listens but which is not exported. The second forward, to the
    // exported port, shows that such forwards work.
    let end = try await shoot(
      "python-ports", "-p 0:7000",
      then: """
        free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
        shut=$(free); open=$(free)
        add='{"execute":"human-monitor-command","arguments":{"command-line":"hostfwd_add net tcp:127.0.0.1:%d-:%d"}}'
        qmp "$(printf "$add" $shut 7001)" "$(printf "$add" $open 7100)"
        echo hello | timeout 5 nc -N -w 3 localhost $shut | grep . || echo shut
        echo hello | nc -N -w 5 localhost $open
        """)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "shut\ntcp 10.0.2.2 hello\n", "\(end.stderr)")
  }

  /// `make soak` does the same with 10,000 connections and 2,000 that stop half-way.
  @Test("many connections leave nothing behind, and idle ones don't keep others out")
  func connections() async throws {
    let end = try await shoot(
      "python-connections", "-p 0:8080", then: #""$clone/Tests/BootTests/connect" $port 500 100"#,
      limit: 300)
    #expect(end.code == 0, "\(end.stderr)")
    let growths = end.stdout.split(separator: "\n").map { $0.split(separator: " ").compactMap { Int($0) } }
    try #require(growths.map(\.count) == [4, 4, 4], "\(end.stdout)")
    for growth in growths {
      #expect(growth[..<3] == [0, 0, 0], "descriptors, sockets, orphans")
      #expect(growth[3] < 1024, "KiB of the kernel's memory")
    }
  }

  /// The server closes first, so its side of the connection waits for late packets for a minute (TIME_WAIT). Clients
  /// that connect anew for each request come from the same port within it, sooner or later.
  @Test("a client that comes from the same port again is answered", arguments: ["python-web", "python-connections"])
  func samePort(arrow: String) async throws {
    let end = try await shoot(
      arrow, "-p 0:8080",
      then: """
        python3 - $port <<'END'
        import socket, sys, time
        def ask(port):
            with socket.socket() as client:
                client.settimeout(40)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                client.bind(("127.0.0.1", port))
                client.connect(("127.0.0.1", int(sys.argv[1])))
                client.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
                answer = b"".join(iter(lambda: client.recv(4096), b""))
                return client.getsockname()[1], len(answer) > 0
        port, _ = ask(0)
        for _ in range(2):
            time.sleep(1)
            print(ask(port)[1])
        END
        """)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "True\nTrue\n", "\(end.stderr)")
  }

  @Test("a taken port of the host is 125 before there is a VM, with who has it")
  func portTaken() async throws {
    let end = try await Bench().shell(
      """
      coproc python3 -c 'import socket, time; s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1], flush=True); time.sleep(60)'
      read -r port <&"${COPROC[0]}"
      "$actrl" run --accel tcg -p $port:8080 python-web || echo $?
      kill $COPROC_PID
      """)
    #expect(end.stdout == "125\n")
    #expect(end.stderr.contains("is in use by python3 (pid "), "\(end.stderr)")
  }

  @Test("a shot that waits for a port on which nothing listens says what does listen")
  func otherPort() async throws {
    let end = try await Bench().shell(
      """
      "$actrl" shoot --accel tcg --wait --wait-timeout 20 -p 0:8080 python python -m http.server 8000 2>&1 >/dev/null || echo $?
      "$actrl" kill >/dev/null
      """)
    #expect(
      end.stdout.contains("is not ready after 20 s: nothing listens on port 8080 of the task; it listens on 8000\n"),
      "\(end.stdout)\(end.stderr)")
    #expect(end.stdout.hasSuffix("\n125\n"), "\(end.stdout)")
  }
}
