import Glibc
import TestSupport
import Testing

/// From shot to end, with a QEMU that only plays one: what actrl itself does, and what the world does to it.
@Suite("actrl and its instances")
struct ActrlLifeTests {
  private func expect(
    _ outcome: Outcome, _ stdout: String = "", stderr: String = "", code: Int32 = 0,
    _ place: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome == .init(stdout: stdout, stderr: stderr, code: code), sourceLocation: place)
  }

  private func expectNothingLeft(_ run: ActrlRun, _ place: SourceLocation = #_sourceLocation) throws {
    #expect(try run.instances().isEmpty, sourceLocation: place)
    #expect(try run.processes().isEmpty, sourceLocation: place)
  }

  // run

  @Test("run: stdout, stderr and the exit code are the task's; nothing stays")
  func runs() async throws {
    let run = try ActrlRun()
    expect(try await run.actrl("run", "--accel", "tcg", "job", "x", "7"), "out\n", stderr: "err\n", code: 7)
    try expectNothingLeft(run)
  }

  @Test("run without a name takes the image's default arrow")
  func runsDefault() async throws {
    expect(try await ActrlRun().actrl("run", "--accel", "tcg"), "out\n", stderr: "err\n")
  }

  @Test("run --keep keeps the instance for logs and inspect")
  func keeps() async throws {
    let run = try ActrlRun()
    _ = try await run.actrl("run", "--accel", "tcg", "--keep", "--name", "kept", "job", "x", "3")
    expect(try await run.actrl("list"), "NAME   ARROW   STATE        PORTS   UPTIME\nkept   job     exited (3)\n")
    expect(try await run.actrl("logs"), "out\n", stderr: "err\n")
    expect(try await run.actrl("logs", "--stderr"), "err\n")
    expect(
      try await run.actrl("logs", "--events", "kept"),
      """
      {"event": "booted", "arrow": "job"}
      {"event": "exited", "code": 3, "reason": "exited"}

      """)
    expect(try await run.actrl("rm", "kept"), "kept\n")
    try expectNothingLeft(run)
  }

  @Test("-e: a value, the host's value, a file; the last of a name wins")
  func environment() async throws {
    let run = try ActrlRun()
    try run.write("# why\nA=file\n\nB=file\nHOST\n", to: "file")
    let outcome = try await run.shell("HOST=mine $actrl run --accel tcg --env-file file -e B=option -e NONE -e C= job")
    expect(outcome, "out\nA=file\nHOST=mine\nB=option\nC=\n", stderr: "err\n")
  }

  @Test("run passes stdin on, to its end, and every byte of it")
  func stdin() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      "head -c 3000000 /dev/urandom >bytes; $actrl run --accel tcg cat <bytes >seen; cmp bytes seen && echo same")
    expect(outcome, "same\n")
    expect(try await run.shell("$actrl run --accel tcg cat <&-"))
  }

  @Test("a reader that stops does not lose output, and one that leaves ends the task")
  func readers() async throws {
    let run = try ActrlRun()
    expect(try await run.shell("$actrl run --accel tcg flood x 100 | (sleep 1; wc -c)"), "6553600\n")
    expect(try await run.shell("$actrl run --accel tcg flood x 100 | head -c 5; echo ${PIPESTATUS[1]}"), "xxxxx0\n")
    expect(
      try await run.shell("$actrl run --accel tcg flood x 100 >/dev/full"),
      stderr: "actrl: error: cannot write the task's output: No space left on device\n", code: 125)
    try expectNothingLeft(run)
  }

  @Test("why the task was killed is said")
  func remarks() async throws {
    let run = try ActrlRun()
    expect(
      try await run.actrl("run", "--accel", "tcg", "hog"),
      stderr: "actrl: the task was killed: its VM's 64 MiB of memory are full\n  hint: give it more with -m\n",
      code: 137)
    expect(
      try await run.actrl("run", "--accel", "tcg", "refused"),
      stderr: "actrl: the task was killed by its seccomp filter: mount\n", code: 159)
    expect(
      try await run.actrl("run", "--accel", "tcg", "failed"), stderr: "actrl: no such command: \"x\"\n", code: 127)
  }

  // Ctrl-C

  @Test("the first Ctrl-C stops the task, which keeps its own exit code", arguments: ["INT", "TERM", "HUP"])
  func interrupted(signal: String) async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      env --default-signal $actrl run --accel tcg stubborn >out & run=$!
      until grep -qs up out; do sleep 0.01; done
      kill -\(signal) $run; until grep -q ignored out; do sleep 0.01; done
      kill -\(signal) $run; wait $run; echo "ended with $?"
      """)
    // stubborn ignores the first one.
    expect(outcome, "ended with 137\n")
    try expectNothingLeft(run)
    let web = try await run.shell(
      """
      env --default-signal $actrl run --accel tcg -p 0:8080 web >out & run=$!
      until grep -qs serving out; do sleep 0.01; done
      kill -\(signal) $run; wait $run; echo "ended with $?"
      """)
    expect(web, "ended with 143\n")
    try expectNothingLeft(run)
  }

  @Test("Ctrl-C at any moment leaves nothing", arguments: ["run", "shoot --wait"])
  func interruptedAnywhen(command: String) async throws {
    let run = try ActrlRun()
    for milliseconds in stride(from: 10, through: 310, by: 20) {
      _ = try await run.shell(
        """
        timeout --foreground -s INT 0.\(String(1000 + milliseconds).dropFirst()) \
        env --default-signal $actrl \(command) --accel tcg -p 0:8080 web
        $actrl rm --all --force >/dev/null
        """)
      try expectNothingLeft(run)
    }
  }

  @Test("actrl run is killed: its QEMU ends with it, list says lost, the next shot cleans up")
  func launcherKilled() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl run --accel tcg -p 0:8080 web >out & run=$!
      until grep -qs serving out; do sleep 0.01; done
      { kill -KILL $run; wait $run; } 2>/dev/null
      until [ "$($actrl list | awk 'NR > 1 { print $3 }')" = lost ]; do sleep 0.01; done
      $actrl run --accel tcg job
      """)
    expect(outcome, "out\n", stderr: "err\n")
    try expectNothingLeft(run)
  }

  @Test("QEMU that ends when it is greeted is an error with a hint")
  func qemuGone() async throws {
    let run = try ActrlRun()
    let expected = "actrl: error: the VM ended without saying how\n  hint: --debug shows its kernel and arrow-init\n"
    for _ in 1...5 { expect(try await run.actrl("run", "--accel", "tcg", "gone"), stderr: expected, code: 125) }
    try expectNothingLeft(run)
  }

  @Test("QEMU is killed: run says so, 125; of a shot instance list says lost, and a name can be had again")
  func qemuKilled() async throws {
    let run = try ActrlRun()
    let foreground = try await run.shell(
      """
      $actrl run --accel tcg --name vm mute & run=$!
      until grep -qs booted state/arrow/instances/vm/events.jsonl; do sleep 0.01; done
      kill -KILL $(cat state/arrow/instances/vm/qemu.pid); wait $run
      """)
    expect(foreground, stderr: "actrl: error: QEMU was killed by signal 9\n", code: 125)
    try expectNothingLeft(run)
    let detached = try await run.shell(
      """
      $actrl shoot --accel tcg --name vm mute
      kill -KILL $(cat state/arrow/instances/vm/qemu.pid)
      $actrl logs -f; $actrl list; $actrl doctor | grep -A1 lost; $actrl shoot --accel tcg --name vm job; $actrl stop vm
      """)
    expect(
      detached,
      """
      vm
      NAME   ARROW   STATE   PORTS   UPTIME
      vm     mute    lost
      warning  lost: vm
                 hint: actrl rm vm
      vm
      vm

      """)
  }

  // shoot, list, logs, stop

  @Test("shoot, list, logs, stop: the seed's walk")
  func walk() async throws {
    let run = try ActrlRun()
    let shot = try await run.actrl("shoot", "--accel", "tcg", "--wait", "-p", "0:8080", "web")
    let port = try #require(shot.stderr.firstMatch(of: #/127\.0\.0\.1:([0-9]+)->8080/tcp/#)).1
    #expect(shot.stdout == "web\n")
    #expect(
      shot.stderr.replacing(#/[0-9]+\.[0-9] s/#, with: "N s")
        == "actrl: 127.0.0.1:\(port)->8080/tcp\nactrl: web is ready after N s\n")
    expect(try await run.actrl("logs"), "serving at port 8080\n")
    let list = try await run.actrl("list")
    #expect(
      list.stdout.replacing(#/([0-9]+m )?[0-9]+s$/#.anchorsMatchLineEndings(), with: "Ns") == """
        NAME   ARROW   STATE   PORTS                       UPTIME
        web    web     ready   127.0.0.1:\(port)->8080/tcp   Ns

        """)
    expect(try await run.actrl("list", "-q"), "web\n")
    expect(try await run.actrl("stop"), "web\n")
    expect(try await run.actrl("list"), "NAME   ARROW   STATE          PORTS   UPTIME\nweb    web     exited (143)\n")
    #expect(try run.processes().isEmpty)
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

  @Test("logs gives a VM that has only just been shot time for its first words")
  func firstWords() async throws {
    let run = try ActrlRun()
    expect(try await run.shell("$actrl shoot --accel tcg late; $actrl logs"), "late\nup\n")
  }

  @Test("logs -f goes on until the end; -n shows the last lines")
  func follows() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl shoot --accel tcg stubborn >/dev/null
      said() { until $actrl logs stubborn | grep -qx "$1"; do sleep 0.01; done; }
      (said up; $actrl kill -s HUP; said 'signal 1'; $actrl kill -s USR1; said 'signal 10'; $actrl kill) >/dev/null &
      $actrl logs -f
      wait; echo --; $actrl logs -n 2; echo --; $actrl logs --tail 0
      """)
    expect(outcome, "up\nsignal 1\nsignal 10\n--\nsignal 1\nsignal 10\n--\n")
  }

  @Test("stop: in time; the task that ignores it is killed; the VM that does not answer too")
  func stops() async throws {
    let run = try ActrlRun()
    expect(
      try await run.shell(
        """
        for arrow in web stubborn deaf; do $actrl shoot --accel tcg -p 0:8080 $arrow 2>/dev/null; done
        until [ "$($actrl list | grep -c starting)" = 0 ]; do sleep 0.01; done
        $actrl stop -t 1 web stubborn
        """),
      """
      web
      stubborn
      deaf
      web
      stubborn

      """, stderr: "actrl: warning: stubborn did not end in time and was killed\n")
    #expect(try run.processes().count == 1)
    expect(
      try await run.actrl("rm", "deaf"), stderr: "actrl: error: deaf is running\n  hint: actrl stop deaf\n", code: 125)
    #expect(try await run.actrl("inspect", "stubborn").stdout.contains(#""state": "exited (137)""#))
  }

  @Test("an instance that actrl killed is on record as killed, not as lost")
  func killed() async throws {
    let run = try ActrlRun()
    expect(
      try await run.shell("$actrl shoot --accel tcg late; $actrl kill; $actrl list"),
      """
      late
      late
      NAME   ARROW   STATE          PORTS   UPTIME
      late   late    exited (137)

      """)
  }

  @Test("attach ends with the task's code; with --sig-proxy=false Ctrl-C leaves the task alone")
  func attaches() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl shoot --accel tcg stubborn
      until grep -qs up state/arrow/instances/stubborn/stdout.log; do sleep 0.01; done
      env --default-signal $actrl attach --sig-proxy=false >first & attach=$!
      until grep -qs 'signal 1' first; do $actrl kill -s HUP >/dev/null; done
      kill -INT $attach; wait $attach; echo "left with $?"
      env --default-signal $actrl attach >second & attach=$!
      until grep -qs 'signal 10' second; do $actrl kill -s USR1 >/dev/null; done
      kill -INT $attach; until grep -q ignored second; do sleep 0.01; done
      kill -INT $attach; wait $attach; echo "ended with $?"; cat first second | uniq
      """)
    expect(outcome, "stubborn\nleft with 0\nended with 137\nsignal 1\nsignal 10\nignored\n")
  }

  @Test("attach to an instance that was shot with -i gives it our stdin")
  func attachesStdin() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl shoot --accel tcg -i cat; mkfifo in
      env --default-signal $actrl attach --sig-proxy=false <in >seen & attach=$!
      exec 3>in; until grep -qs hello seen; do echo hello >&3; sleep 0.05; done
      kill -INT $attach; wait $attach; uniq seen; $actrl kill
      """)
    expect(outcome, "cat\nhello\ncat\n")
  }

  // names and ports

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

  @Test("a host port in use: 125 before the VM starts, with who holds it")
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
      // The name is the test runner's.
      #expect(
        outcome.stderr.replacing(#/by .* \(pid [0-9]+\)/#, with: "by NAME") == """
          actrl: error: host port 127.0.0.1:\(port)/tcp is in use by NAME
            hint: stop it, or take any port that is free: -p 0:8080

          """)
      #expect(outcome.stderr.contains("(pid \(getpid()))"))
      try expectNothingLeft(run)
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

  @Test("twenty shots at once: twenty names, twenty ports, none lost")
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
    try expectNothingLeft(run)
  }

  // --dry-run

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
