import Testing

/// A DHCP server and router as libvirt sets them up: dnsmasq.
@Suite("Leases of a DHCP server", .needsImage, .needsTap)
struct DHCPServerTests {
  private static let program = """
    import time
    def read(path): return open(path).read()
    def routes(): return [tuple(line.split()[1:3]) for line in read("/proc/net/route").splitlines()[1:]]
    def wait_for(what, seconds=60):
        end = time.monotonic() + seconds
        while not what() and time.monotonic() < end: time.sleep(0.05)
        return what()
    print(wait_for(lambda: "10.9.0.53" in read("/etc/resolv.conf") and "fd00" in read("/etc/resolv.conf")))
    print(read("/etc/resolv.conf"), sorted(routes()), flush=True)
    # The address comes first, then the routes.
    print(wait_for(lambda: "10.9.0.5" in read("/proc/net/fib_trie") and len(routes()) == 3), sorted(routes()))
    """

  private static let network = """
    serve() {
      : >leases
      dnsmasq --conf-file=/dev/null --keep-in-foreground --user= --group= --pid-file= --port=0 --interface=tap0 --bind-interfaces \\
        --dhcp-leasefile=leases --log-dhcp --log-facility=- --dhcp-authoritative --dhcp-option=option:T1,3 --dhcp-option=option:T2,8 \\
        --dhcp-option=option:dns-server,10.9.0.53 --dhcp-option=option:domain-search,svc.example.org,example.org \\
        --dhcp-option=option:classless-static-route,172.20.0.0/16,10.9.0.7,0.0.0.0/0,10.9.0.1 \\
        --enable-ra --ra-param=tap0,5 --dhcp-range=fd00:9::,ra-only '--dhcp-option=option6:dns-server,[fd00:9::53]' \\
        --dhcp-range=$1 2>>dnsmasq.log &
      server=$!
    }
    serve 10.9.0.10,10.9.0.20,2m
    timeout 180 bash line >/dev/null 2>&1 &
    qemu=$!
    renewed() { [ "$(grep -c DHCPREQUEST dnsmasq.log)" -ge 3 ]; }
    wait_for renewed
    kill $server; wait $server || :
    serve 10.9.0.50,10.9.0.59,2m
    wait $qemu || :
    kill $server
    """

  @Test("a lease is renewed when its server says so, and replaced when it refuses; routers name servers, too")
  func lease()
    async throws
  {
    let bench = Bench()
    try bench.write(Self.program, to: "program")
    let end = try await bench.shell(
      """
      \(TapNetwork.line("--hostname box python python -c \"$(cat program)\"", ip: "dhcp"))
      \(TapNetwork.enter(Self.network))
      grep -c 'DHCPREQUEST.* 10.9.0.1[0-9]' dnsmasq.log >renewals
      grep -o 'DHCPACK.* box$' dnsmasq.log | grep -c 10.9.0.5 >named
      cd "$vm"; cat stdout.log; cat events.jsonl ~-/dnsmasq.log >&2
      test $(cat ~-/renewals) -ge 3; test $(cat ~-/named) -ge 1
      """, limit: 150)
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
    // As /proc/net/route has it: the default route by 10.9.0.1, the network itself, 172.20.0.0/16 by 10.9.0.7.
    let routes = "[('00000000', '0100090A'), ('0000090A', '00000000'), ('000014AC', '0700090A')]"
    let resolv =
      "nameserver 10.9.0.53\nnameserver fd00:0009:0000:0000:0000:0000:0000:0053\nsearch svc.example.org example.org\n"
    #expect(end.stdout == "True\n\(resolv) \(routes)\nTrue \(routes)\n", "\(end.stderr)")
    #expect(end.stderr.contains("eth0 has lost its address: the DHCP server did not renew it"))
  }
}
