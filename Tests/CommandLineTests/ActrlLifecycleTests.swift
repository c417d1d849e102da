import Testing

/// Instances whose files are damaged or gone, and commands at bad moments.
@Suite("The life of instances")
struct ActrlLifecycleTests {
  private static let state = "state/arrow/instances"

  @Test(
    "a live VM whose record or pid file is damaged or gone is listed, keeps its name, and can be stopped",
    arguments: [
      ": >instance.json", "rm instance.json", "rm instance.json; mkfifo instance.json", "rm instance.json qemu.pid",
      "rm instance.json qemu.pid qmp.sock; mkdir qemu.pid",
    ])
  func recordGone(damage: String) async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl shoot --accel tcg mute
      until grep -qs booted \(Self.state)/mute/events.jsonl; do sleep 0.01; done
      (cd \(Self.state)/mute && \(damage))
      $actrl list 2>warning | awk '{ print $1, $2, $3 }'; grep -c 'warning: mute: .*instance.json' warning
      $actrl rm mute 2>&1 | head -1
      $actrl shoot --accel tcg --name mute job 2>&1 | head -1
      $actrl shoot --accel tcg mute
      $actrl kill mute; $actrl kill mute-2; $actrl list 2>/dev/null | awk '{ print $1, $3, $4 }'
      $actrl rm --all 2>/dev/null
      """)
    expect(
      outcome,
      """
      mute
      NAME ARROW STATE
      mute ? running
      1
      actrl: error: mute is running
      actrl: error: an instance "mute" is running
      mute-2
      mute
      mute-2
      NAME STATE PORTS
      mute exited (137)
      mute-2 exited (137)
      mute
      mute-2

      """)
    try run.expectNothingLeft()
  }

  @Test(
    "a live VM whose folder is gone is listed, doctor says so, and it can be stopped",
    arguments: ["kill", "stop", "rm -f"])
  func folderGone(command: String) async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl shoot --accel tcg -p 0:8080 web 2>/dev/null
      until grep -qs ready \(Self.state)/web/events.jsonl; do sleep 0.01; done
      rm -r \(Self.state)/web
      $actrl list | sed 's/[0-9]*s$/Ns/'; $actrl doctor | grep -A1 'its folder'; $actrl inspect web | grep -o 'its folder is gone'
      $actrl shoot --accel tcg --name web job
      $actrl \(command) web
      $actrl list
      """)
    expect(
      outcome,
      """
      web
      NAME   ARROW   STATE   PORTS   UPTIME
      web    ?       ready           Ns
      warning  web (ready): its folder is gone
                 hint: actrl rm -f web
      its folder is gone
      web
      NAME   ARROW   STATE   PORTS   UPTIME

      """,
      stderr: """
        actrl: warning: web: its folder is gone
        actrl: error: an instance "web" is running
          hint: choose another --name, or: actrl stop web

        """)
    #expect(try run.processes().isEmpty)
  }

  @Test(
    "instances can be stopped, watched and run where the user has no inotify left",
    .enabled(if: ActrlLogTests.mayMount))
  func noNotifier() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      for name in a b; do $actrl shoot --accel tcg --name $name mute; done
      unshare --user --map-root-user bash -c "
        echo 0 >/proc/sys/user/max_inotify_instances
        $actrl stop a; $actrl kill b; $actrl logs -f b; $actrl run --accel tcg job x 3 2>&1; echo \\$?
        $actrl shoot --accel tcg --wait --name c mute 2>/dev/null"
      $actrl rm -fa
      """)
    expect(outcome, "a\nb\na\nb\nout\nerr\n3\nc\na\nb\nc\n")
    try run.expectNothingLeft()
  }

  @Test(
    "a signal that can't arrive is said so, and the task can still be stopped",
    arguments: ["true", ": >control", "mkdir control", "mkfifo control"])
  func controlGone(damage: String) async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl shoot --accel tcg mute; (cd \(Self.state)/mute; rm control; \(damage))
      $actrl kill -s HUP mute 2>&1; $actrl stop mute 2>&1; $actrl rm mute
      """)
    expect(
      outcome,
      """
      mute
      actrl: error: mute takes no signal: its file control is damaged or gone
        hint: actrl stop mute
      mute
      actrl: warning: mute did not answer; its VM was killed
      mute

      """)
    try run.expectNothingLeft()
  }

  @Test(
    "an instance of run that was stopped or killed can be removed at once",
    arguments: ["stop r && $actrl rm r", "rm -f r"])
  func removeRun(commands: String) async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      for i in 1 2 3; do
        $actrl run --accel tcg --keep --name r mute </dev/null >/dev/null 2>&1 & run=$!
        until grep -qs booted \(Self.state)/r/events.jsonl; do sleep 0.01; done
        { $actrl \(commands); } >/dev/null || echo failed; wait $run
      done; true
      """)
    expect(outcome)
    try run.expectNothingLeft()
  }

  @Test("an ended instance that can't be removed blocks no other one", .enabled(if: ActrlLogTests.mayMount))
  func notRemovable() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl run --accel tcg --keep job >/dev/null 2>&1; mkdir \(Self.state)/job/x
      unshare --mount bash -c "
        mount -t tmpfs none \(Self.state)/job/x
        $actrl shoot --accel tcg job 2>&1 | grep -o 'cannot remove the ended instance [^:]*: .*'
        $actrl run --accel tcg --name other job; ls -A \(Self.state)"
      """)
    expect(
      outcome,
      """
      cannot remove the ended instance HERE/\(Self.state)/job: cannot remove HERE/\(Self.state)/.removed/x: Device or resource busy
      out
      .lock
      job

      """, stderr: "err\n")
  }

  @Test(
    "an instance whose folder can't be read is listed with the reason", .enabled(if: ActrlLogTests.mayMount))
  func closedFolder() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl run --accel tcg --keep job >/dev/null 2>&1
      chmod 000 \(Self.state)/job; chmod 755 .; chown -R 65534 state; install -m 755 $actrl own
      setpriv --reuid 65534 --regid 65534 --clear-groups ./own list
      """)
    expect(
      outcome,
      """
      NAME   ARROW   STATE   PORTS   UPTIME
      job    ?       lost

      """,
      stderr: "actrl: warning: job: cannot read HERE/\(Self.state)/job/instance.json: Permission denied\n")
  }

  @Test("stop of a VM that never booted takes ten seconds at most, or -t")
  func neverBooted() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      for time in '' '-t 1' '-t 0' '-t 99999999999'; do
        $actrl shoot --accel tcg late sleep 600 >/dev/null
        SECONDS=0; $actrl stop $time 2>&1; [ $SECONDS -le 20 ] || echo "$SECONDS s"
      done
      """)
    let line = "late\nactrl: warning: late did not answer; its VM was killed\n"
    expect(outcome, line + line + line + line)
    #expect(try run.processes().isEmpty)
  }

  @Test("a VM of another PID namespace runs elsewhere: it can be stopped, and is not removed while it runs")
  func otherNamespace() async throws {
    let run = try ActrlRun()
    guard try await run.shell("unshare -rpf --mount-proc true").code == 0 else { return }
    let outcome = try await run.shell(
      """
      inside() { unshare -rpf --mount-proc $actrl "$@" 2>&1; }
      $actrl shoot --accel tcg mute; $actrl shoot --accel tcg deaf
      until [ "$($actrl list | grep -c running)" = 2 ]; do sleep 0.01; done
      inside list; inside rm mute; inside shoot --accel tcg --name mute job | head -1
      inside stop mute; inside list
      """)
    expect(
      outcome,
      """
      mute
      deaf
      NAME   ARROW   STATE               PORTS   UPTIME
      mute   mute    running elsewhere
      deaf   deaf    running elsewhere
      actrl: error: mute is running elsewhere
        hint: actrl stop mute
      actrl: error: an instance "mute" is running
      mute
      NAME   ARROW   STATE               PORTS   UPTIME
      mute   mute    exited (143)
      deaf   deaf    running elsewhere

      """)
    _ = try await run.shell("$actrl rm --all --force")
    try run.expectNothingLeft()
  }

  @Test(
    "numbers beyond their ends are refused",
    arguments: [
      "stop -t -1", "stop --time=-1", "stop -t 99999999999999999999", "stop -t ''", "shoot --wait-timeout=-1 job",
      "logs --tail=-1 job", "logs --tail 99999999999999999999 job",
    ])
  func numbers(command: String) async throws {
    let outcome = try await ActrlRun().shell("$actrl \(command)")
    #expect(outcome.code == 125, "\(outcome)")
    #expect(outcome.stderr.hasPrefix("actrl: error: "), "\(outcome.stderr)")
  }

  @Test("run of an arrow leaves the logs of its ended instance alone")
  func runKeepsLogs() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl shoot --accel tcg job; until [ "$($actrl list | grep -c exited)" = 1 ]; do sleep 0.01; done
      $actrl run --accel tcg job 2>/dev/null; $actrl logs job 2>/dev/null; $actrl list -q
      $actrl run --accel tcg --name job job
      """)
    expect(
      outcome, "job\nout\nout\njob\n",
      stderr: """
        actrl: error: an instance "job" has ended, and its logs are kept
          hint: choose another --name, or: actrl rm job

        """, code: 125)
  }

  @Test("an actrl that is killed at any moment leaves no file behind, list works, and so does the next shot")
  func killedAnywhen() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      for round in $(seq 40); do
        for command in "shoot --accel tcg --name vm mute" "stop -t 0 vm" "run --accel tcg job" "rm -f vm"; do
          timeout -s KILL 0.$(printf %03d $((RANDOM % 150 + 1))) $actrl $command >/dev/null 2>&1
          $actrl list >/dev/null || echo "list fails after $command"
        done
      done 2>/dev/null
      $actrl rm --all --force >/dev/null
      $actrl run --accel tcg job 2>/dev/null
      $actrl rm --all --force >/dev/null; ls -A \(Self.state)
      """)
    expect(outcome, "out\n.lock\n")
    try run.expectNothingLeft()
  }
}
