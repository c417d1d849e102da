import Testing

/// The whole text of each help.
@Suite("Help of actrl's commands for instances")
struct ActrlInstanceHelpTests {
  @Test("list --help is pinned")
  func listHelp() async throws {
    try await expectActrlHelp(
      ["list", "--help"],
      """
      OVERVIEW: List the instances: name, arrow, state, ports, uptime.

      States: starting, running, ready (its exported port accepts, or it said
      READY=1), exited (CODE), running elsewhere (in another PID namespace), and
      lost: the VM ended without saying how. Behind CODE stands why, where the task
      did not end by itself. The last column is the task's STATUS= (sd_notify), and
      the system calls that its filter refused.

        actrl list

      USAGE: actrl list [--quiet]

      OPTIONS:
        -q, --quiet             Names only.
        -h, --help              Show help information.


      """)
  }

  @Test("logs --help is pinned")
  func logsHelp() async throws {
    try await expectActrlHelp(
      ["logs", "--help"],
      """
      OVERVIEW: Show the output of an instance.

      The task's stdout goes to stdout, its stderr to stderr. A VM that has only just
      started gets some time for its first output.

        actrl logs -f python-web

      USAGE: actrl logs [--follow] [--tail <number>] [--stdout] [--stderr] [--kernel] [--events] [<instance>]

      ARGUMENTS:
        <instance>              The instance; else the newest one.

      OPTIONS:
        -f, --follow            Go on until the instance has ended.
        -n, --tail <number>     Only the last lines of each stream.
        --stdout/--stderr/--kernel/--events
                                Only one of its streams. The kernel says little
                                without --debug at the shot.
        -h, --help              Show help information.


      """)
  }

  @Test("attach --help is pinned")
  func attachHelp() async throws {
    try await expectActrlHelp(
      ["attach", "--help"],
      """
      OVERVIEW: Show an instance's output from now on, and end with its exit code.

      Ctrl-C stops the task, as with run; with --sig-proxy=false it only ends attach.
      An instance that was shot with -i gets our stdin, one that was shot with -t our
      terminal (Ctrl-] leaves it).

        actrl attach python-web

      USAGE: actrl attach [--sig-proxy <true|false>] [<instance>]

      ARGUMENTS:
        <instance>              The instance; else the newest that runs.

      OPTIONS:
        --sig-proxy <true|false>
                                Whether Ctrl-C stops the task. (default: true)
        -h, --help              Show help information.


      """)
  }

  @Test("stop --help is pinned")
  func stopHelp() async throws {
    try await expectActrlHelp(
      ["stop", "--help"],
      """
      OVERVIEW: Stop instances gracefully.

      The task gets its stop signal (SIGTERM, or what its spec says), then time to
      end, then SIGKILL.

        actrl stop python-web

      USAGE: actrl stop [--time <seconds>] [<instance> ...]

      ARGUMENTS:
        <instance>              The instances; else the newest that runs.

      OPTIONS:
        -t, --time, --timeout <seconds>
                                Wait no longer than this before SIGKILL.
        -h, --help              Show help information.


      """)
  }

  @Test("kill --help is pinned")
  func killHelp() async throws {
    try await expectActrlHelp(
      ["kill", "--help"],
      """
      OVERVIEW: Kill the task of instances, or send it a signal.

      Without -s the signal is SIGKILL: it ends the VM too, even one that does not
      answer. After SIGKILL and the task's stop signal no restart policy goes on.

        actrl kill -s HUP python-web

      USAGE: actrl kill [--signal <signal>] [<instance> ...]

      ARGUMENTS:
        <instance>              The instances; else the newest that runs.

      OPTIONS:
        -s, --signal <signal>   A name as TERM or SIGTERM, or a number. (default:
                                KILL)
        -h, --help              Show help information.


      """)
  }

  @Test("inspect --help is pinned")
  func inspectHelp() async throws {
    try await expectActrlHelp(
      ["inspect", "--help"],
      """
      OVERVIEW: Show everything about an instance, as JSON.

        actrl inspect python-web

      USAGE: actrl inspect [<instance>]

      ARGUMENTS:
        <instance>              The instance; else the newest one.

      OPTIONS:
        -h, --help              Show help information.


      """)
  }

  @Test("rm --help is pinned")
  func rmHelp() async throws {
    try await expectActrlHelp(
      ["rm", "--help"],
      """
      OVERVIEW: Remove ended instances: their logs, events and records.

        actrl rm --all

      USAGE: actrl rm [--force] [--all] [<instance> ...]

      ARGUMENTS:
        <instance>              The instances.

      OPTIONS:
        -f, --force             Kill those that run, then remove them.
        -a, --all               All that have ended; with --force, all.
        -h, --help              Show help information.


      """)
  }

  @Test("doctor --help is pinned")
  func doctorHelp() async throws {
    try await expectActrlHelp(
      ["doctor", "--help"],
      """
      OVERVIEW: Check whether this machine has what actrl needs.

      The exit code is 125 when something is missing that every VM needs.

        actrl doctor

      USAGE: actrl doctor [--image <folder>]

      OPTIONS:
        --image <folder>        The image folder; else $ARROW_IMAGE, ./out, the
                                installed one.
        -h, --help              Show help information.


      """)
  }
}
