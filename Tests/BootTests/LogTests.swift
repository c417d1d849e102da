import Glibc
import Testing

/// What stays of a VM's output where there is little room, and the end of boots in which nothing happens
/// (docs/faults.md, 20, 31 and 34).
@Suite("Logs of VMs", .needsImage)
struct LogTests {
  @Test("a bounded log of a flood holds exactly its newest part")
  func bounded() async throws {
    let end = try await Bench().shell(
      """
      "$actrl" shoot --accel tcg --log-size 1m --name vm probe probe flood 20000000 >&2
      "$actrl" logs -f vm >/dev/null; sleep 0.5
      stat -c %s "$vm/stdout.log"
      [ $(($(stat -c %b "$vm/stdout.log") * 512)) -le $((1024 * 1024 + 65536)) ]
      "$actrl" logs vm >left; [ $(wc -c <left) -gt $((768 * 1024)) ]
      "$clone/.build/test-image/pieces/binary/probe/v1/bin/probe" flood 20000000 | tail -c $(wc -c <left) | cmp - left
      """, limit: 120)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "20000000\n")
  }

  @Test("on a disk of 1 MB a run gives all 20 MB, or says exactly how many are lost", .enabled(if: geteuid() == 0))
  func smallDisk() async throws {
    let end = try await Bench().shell(
      """
      export actrl; mkdir -p small
      unshare -m bash -c 'mount -t tmpfs -o size=1m none small
        XDG_STATE_HOME=$PWD/small "$actrl" run --accel tcg probe probe flood 20000000 2>said | { sleep 3; wc -c; }
        echo ${PIPESTATUS[0]}'; cat said >&2
      """, limit: 120)
    let numbers = end.stdout.split(separator: "\n").compactMap { Int($0) }
    try #require(numbers.count == 2, "\(end.stdout)\(end.stderr)")
    let lost = 20_000_000 - numbers[0]
    #expect(numbers[1] == (lost == 0 ? 0 : 125))
    #expect(lost == 0 ? end.stderr.isEmpty : end.stderr.contains("\(lost) bytes of the task's stdout are lost"))
  }

  @Test("a VM that is too small to boot is ended, and run says what memory it had")
  func tooSmall() async throws {
    let end = try await Bench().run(
      "probe", "true", options: ["--boot-timeout", "5", "--qemu-arg=-m", "--qemu-arg=16M"], limit: 120, exactly: 125)
    #expect(end.stderr.hasPrefix("actrl: nothing happened in its VM for 5 s"), "\(end.stderr)")
    #expect(end.stderr.contains("64 MiB of memory"), "\(end.stderr)")
    #expect(end.stderr.contains("-m gives it more memory"), "\(end.stderr)")
  }

  @Test("a VM that never starts its processor is ended, with QEMU's word for it")
  func neverStarted() async throws {
    let end = try await Bench().run(
      "probe", "true", options: ["--boot-timeout", "3", "--qemu-arg=-S"], exactly: 125)
    #expect(end.stderr.contains("QEMU says prelaunch"), "\(end.stderr)")
    #expect(end.events.last == #"{"event":"exited","code":125,"reason":"failed"}"#)
  }
}
