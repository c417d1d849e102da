import Testing

/// The network and the clock where actrl does not set them: addresses come from the kernel command line, by DHCP or
/// from a router, perhaps late (docs/faults.md, 28 and 32).
@Suite("Addresses, links and clocks", .needsImage)
struct AddressTests {
  /// Runs a Python program in a VM whose kernel has `words` in place of actrl's `arrow.ip`, while `meanwhile` is done
  /// on the host.
  private func run(_ words: String, _ program: String, options: String = "", meanwhile: String = ":") async throws
    -> MachineOutcome
  {
    let bench = Bench()
    try bench.write(program, to: "program")
    let end = try await bench.shell(
      """
      "$actrl" shoot --dry-run --accel tcg --name vm \(options) python python -c "$(cat program)" |
        W='\(words)' perl -pe 's/arrow\\.ip=[0-9.,\\/]*/$ENV{W}/' >line
      grep -q '\(words)' line
      timeout 160 bash line >/dev/null 2>&1 &
      qemu=$!
      \(meanwhile)
      wait $qemu || true
      cd "$vm"; cat stdout.log; cat events.jsonl >&2
      ! grep -E 'Kernel panic|Oops|BUG:' kernel.log
      """, limit: 110)
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
    return MachineOutcome(end, events: end.stderr)
  }

  /// Functions for a task that waits for an address or a route.
  private static let functions = """
    import time
    def route(): return any(line.split()[1] == "00000000" for line in list(open("/proc/net/route"))[1:])
    def addresses(): return [line.split()[0][:4] for line in open("/proc/net/if_inet6")]
    def wait_for(what, seconds=30):
        end = time.monotonic() + seconds
        while not what() and time.monotonic() < end: time.sleep(0.05)
        return what()

    """

  @Test("DHCP gives the address, the router and the name server, and the command line the MTU")
  func dhcp() async throws {
    let program =
      Self.functions + """
        print(route(), open("/etc/resolv.conf").readline(), open("/sys/class/net/eth0/mtu").read())
        """
    let end = try await run("arrow.ip=dhcp arrow.mtu=1400", program)
    #expect(end.stdout == "True nameserver 10.0.2.3\n 1400\n\n", "\(end.stderr)")
  }

  @Test("a network that is late does not delay a task that exports no port")
  func lateNetwork() async throws {
    let program =
      Self.functions + """
        print("early", route(), flush=True)
        print("late", wait_for(route), open("/etc/resolv.conf").readline().strip())
        """
    let meanwhile = """
      qmp '{"execute":"set_link","arguments":{"name":"net","up":false}}' '{"execute":"cont"}'
      wait_for grep -qs early "$vm/stdout.log"
      qmp '{"execute":"set_link","arguments":{"name":"net","up":true}}'
      """
    let end = try await run("arrow.ip=dhcp", program, options: "--qemu-arg=-S", meanwhile: meanwhile)
    #expect(end.stdout == "early False\nlate True nameserver 10.0.2.3\n", "\(end.stderr)")
    #expect(end.events.last == #"{"event":"exited","code":0,"reason":"exited"}"#)
  }

  @Test("a router's advertisement gives an IPv6 address")
  func advertisement() async throws {
    let program =
      Self.functions + """
        print(wait_for(lambda: "fec0" in addresses()), route())
        """
    #expect(try await run("arrow.ip=slaac", program).stdout == "True False\n")
  }

  @Test("after the VM stood still the clock is set right, which is an event, and no time-out fires")
  func clock()
    async throws
  {
    let program = """
      import time
      print("here", flush=True)
      start, clock = time.monotonic(), time.time()
      while time.time() - clock < time.monotonic() - start + 4 and time.monotonic() - start < 40: time.sleep(0.1)
      print(round(time.time() - clock - (time.monotonic() - start)) in (5, 6, 7, 8, 9), time.monotonic() - start < 30)
      """
    let meanwhile = """
      wait_for grep -qs here "$vm/stdout.log"
      qmp '{"execute":"stop"}'; sleep 6; qmp '{"execute":"cont"}'
      """
    let end = try await run("arrow.ip=off", program, meanwhile: meanwhile)
    #expect(end.stdout == "here\nTrue True\n", "\(end.stderr)")
    #expect(end.events.contains { $0.hasPrefix(#"{"event":"clock","seconds":"#) }, "\(end.stderr)")
  }
}
