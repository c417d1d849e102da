import Glibc
import Testing

/// A shot takes a name and ports of the host; --dry-run prints what it would run.
@Suite("Names and ports of a shot")
struct ActrlShootTests {
  @Test("a second shot of an arrow gets a name of its own; the name of an ended one is used again")
  func names() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      for n in 1 2 3; do $actrl shoot --accel tcg mute; done
      $actrl shoot --accel tcg --name mute-2 mute; $actrl kill mute; $actrl shoot --accel tcg mute; $actrl list -q
      """)
    expect(
      outcome, "mute\nmute-2\nmute-3\nmute\nmute\nmute-2\nmute-3\nmute\n",
      stderr: "actrl: error: an instance \"mute-2\" is running\n  hint: choose another --name, or: actrl stop mute-2\n")
  }

  @Test("a host port in use is 125 before the VM starts, with who holds it")
  func portInUse() async throws {
    let run = try ActrlRun()
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    try withUnsafeMutablePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        try #require(bind(socket, pointer, length) == 0 && listen(socket, 1) == 0)
        try #require(getsockname(socket, pointer, &length) == 0)
      }
    }
    let port = UInt16(bigEndian: address.sin_port)
    for command in ["shoot", "run"] {
      let outcome = try await run.actrl(command, "--accel", "tcg", "-p", "\(port):8080", "web")
      #expect(outcome.code == 125)
      // The process that holds the port is the test runner.
      #expect(
        outcome.stderr.replacing(#/by .* \(pid [0-9]+\)/#, with: "by NAME") == """
          actrl: error: host port 127.0.0.1:\(port)/tcp is in use by NAME
            hint: stop it, or take any port that is free: -p 0:8080

          """)
      #expect(outcome.stderr.contains("(pid \(getpid()))"))
      try run.expectNothingLeft()
    }
  }

  @Test("a host port that another instance has is known by the instance's name")
  func portOfInstance() async throws {
    let run = try ActrlRun()
    let first = try await run.actrl("shoot", "--accel", "tcg", "-p", "0:8080", "--name", "first", "web")
    let port = try #require(first.stderr.firstMatch(of: #/127\.0\.0\.1:([0-9]+)->/#)).1
    expect(
      try await run.actrl("shoot", "--accel", "tcg", "-p", "0.0.0.0:\(port):8080", "web"),
      stderr: """
        actrl: error: host port 0.0.0.0:\(port)/tcp is in use by the instance first
          hint: actrl stop first, or take any port that is free: -p 0:8080

        """, code: 125)
  }

  @Test("a port has room for clients that come together, where QEMU's own listens with a backlog of 1")
  func backlog() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl shoot --accel tcg -p 0:8080 web >/dev/null 2>&1
      port=$($actrl list | sed -n 's/.*127.0.0.1:\\([0-9]*\\)->8080.*/\\1/p')
      backlog=$(ss --no-header --listening --tcp --numeric "sport = :$port" | awk '{ print $3 }')
      most=$(cat /proc/sys/net/core/somaxconn)
      echo $((backlog == (most < 4096 ? most : 4096)))
      $actrl kill >/dev/null
      """)
    expect(outcome, "1\n")
  }

  @Test("twenty shots at once get twenty names and twenty ports")
  func twentyAtOnce() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      for n in $(seq 20); do $actrl shoot --accel tcg -p 0:8080 --wait web & shots="$shots $!"; done >names 2>words
      for shot in $shots; do wait $shot || { echo "failed: $?"; cat words; }; done
      sort -u names | wc -l; $actrl list | grep -c ready; $actrl list | grep -o '127[^ ]*' | sort -u | wc -l
      $actrl rm --all --force | wc -l
      """)
    expect(outcome, "20\n20\n20\n20\n")
    try run.expectNothingLeft()
  }

  @Test("--dry-run prints shell commands that start the very VM, and starts nothing")
  func dryRun() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl shoot --dry-run --accel tcg --name by-hand -e "A=it's %d" job >script
      ls state; bash script & until grep -qs exited state/arrow/instances/by-hand/events.jsonl; do sleep 0.01; done
      cat state/arrow/instances/by-hand/stdout.log
      $actrl shoot --accel tcg --name shot -e "A=it's %d" job
      diff <(sed -n '/^HERE/,$p; /qemu-system/,$p' script | sed 's/tsc_early_khz=[0-9]*//; s/by-hand/shot/') \
        <($actrl shoot --dry-run --accel tcg --name shot -e "A=it's %d" job | sed -n '/qemu-system/,$p' | sed 's/tsc_early_khz=[0-9]*//')
      """)
    expect(outcome, "out\nA=it's %d\nshot\n")
  }
}
