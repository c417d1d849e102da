import Glibc
import Testing

/// A network as libvirt makes one: a TAP device, and dnsmasq behind it as DHCP server and router; in a network namespace,
/// which takes no rights.
@Suite(.needsImage, .enabled(if: access("/dev/net/tun", W_OK) == 0, "no /dev/net/tun to make a network with"))
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
    print(wait_for(lambda: "10.9.0.5" in read("/proc/net/fib_trie")), sorted(routes()))
    """

  private static let network = """
    ip link set lo up
    ip tuntap add tap0 mode tap
    ip address add 10.9.0.1/24 dev tap0
    ip address add fd00:9::1/64 dev tap0 nodad
    ip link set tap0 up
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
    timeout 90 bash line >/dev/null 2>&1 &
    vm=$!
    for attempt in $(seq 400); do [ "$(grep -c DHCPREQUEST dnsmasq.log)" -ge 3 ] && break; sleep 0.1; done
    kill $server; wait $server || :
    serve 10.9.0.50,10.9.0.59,2m
    wait $vm || :
    kill $server
    """

  @Test func `a lease is renewed when its server says so, and replaced when it refuses; routers name servers, too`()
    async throws
  {
    let bench = try Bench()
    try bench.write(Self.program, to: "program")
    try bench.write("set -euo pipefail\n" + Self.network, to: "network")
    let end = try await bench.shell(
      """
      "$actrl" shoot --dry-run --accel tcg --name vm --hostname box python python -c "$(cat program)" |
        perl -pe 's/arrow\\.ip=[0-9.,\\/]*/arrow.ip=dhcp/; s/-netdev user,id=net/-netdev tap,id=net,ifname=tap0,script=no,downscript=no/' >line
      user=; [ "$(id -u)" = 0 ] || user=--map-root-user
      unshare --net $user bash network
      grep -c 'DHCPREQUEST.* 10.9.0.1[0-9]' dnsmasq.log >renewals
      grep -o 'DHCPACK.* box$' dnsmasq.log | grep -c 10.9.0.5 >named
      cd "$XDG_STATE_HOME/arrow/instances/vm"; cat stdout.log; cat events.jsonl ~-/dnsmasq.log >&2
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
