import Testing

@Suite("actrl's help")
struct ActrlHelpTests {
  private func expectHelp(
    _ arguments: [String], _ text: String, _ place: SourceLocation = #_sourceLocation
  ) async throws {
    let outcome = try await ActrlRun().actrl(arguments)
    #expect(outcome.stdout == text, sourceLocation: place)
    #expect(outcome.stderr == "", sourceLocation: place)
    #expect(outcome.code == 0, sourceLocation: place)
  }

  @Test("--help")
  func help() async throws {
    try await expectHelp(
      ["--help"],
      """
      OVERVIEW: Shoot arrows: run single-task virtual machines under QEMU.

      An instance is a QEMU process and a folder that its console and its events are
      written to; there is no daemon. Commands that take an instance mean the newest
      one where none is named.

        actrl shoot --wait python-web
        actrl logs

      Exit codes: the task's own from run and attach; 125 the VM or actrl failed, 126
      the task's command can't be executed, 127 there is no such arrow or command.

      USAGE: actrl <subcommand>

      OPTIONS:
        -h, --help              Show help information.

      SUBCOMMANDS:
        shoot                   Start an arrow in a VM of its own and leave it
                                running.
        run                     Run an arrow in the foreground and end with its exit
                                code.
        list, ps                List the instances: name, arrow, state, ports, uptime.
        logs                    Show what an instance has said.
        attach                  Show what an instance says from now on, and end with
                                its exit code.
        stop                    Stop instances gracefully.
        kill                    Kill the task of instances, or send it a signal.
        inspect                 Show everything about an instance, as JSON.
        rm                      Remove what ended instances have left: logs, events,
                                records.
        doctor                  Check what actrl needs of this machine.

        See 'actrl help <subcommand>' for detailed help.

      """)
  }

  @Test("shoot --help")
  func shootHelp() async throws {
    try await expectHelp(
      ["shoot", "--help"],
      """
      OVERVIEW: Start an arrow in a VM of its own and leave it running.

      Prints the instance's name. Words behind the arrow's name replace the arguments
      of its spec, the command first. Without an arrow the image's default one is
      shot.

        actrl shoot --wait -p 8000:8080 -e LOG=debug python-web

      USAGE: actrl shoot [OPTION…] [ARROW [COMMAND ARG…]]

      ARGUMENTS:
        <arrow>                 The arrow, and what it is to run.

      OPTIONS:
        --image <folder>        The image folder; else $ARROW_IMAGE, ./out, the
                                installed one.
        --name <name>           The instance's name; else the arrow's.
        -m, --memory <size>     Memory of the VM, as 64m or 1g.
        --cpus <number>         Processors of the VM. (default: 1)
        -p, --publish <mapping> A port of the host for one of the task:
                                [[ADDRESS:]HOST_PORT:]PORT[/udp]. HOST_PORT 0: any
                                free one.
        -e, --env <variable>    A variable: NAME=VALUE, or NAME for the host's value.
        --env-file <file>       Variables, one a line.
        -v, --volume <mapping>  A disk image or a folder of the host, for the mount
                                whose source the spec calls NAME: PATH:NAME[:ro].
        --hostname <name>       The VM's host name.
        --network <network>     user: behind the host's network; none: no network.
                                (values: user, none; default: user)
        --accel <accel>         How the VM runs; auto: kvm where it works. (values:
                                auto, kvm, tcg; default: auto)
        --machine <machine>     The machine QEMU shows the guest. (values: microvm,
                                q35; default: microvm)
        --qemu-arg <word>       A word more for QEMU's command line.
        --debug                 Let the kernel and arrow-init tell what they do.
        --dry-run               Print the shell commands that would start the VM, and
                                start nothing.
        -t, --tty               Give the task a terminal, for attach.
        -i, --interactive       Keep the task's stdin open, for attach.
        --wait                  Return when the task is ready: its exported port
                                accepts, it said READY=1, or it runs and has no port.
        --wait-timeout <seconds>
                                How long to wait for that. (default: 60)
        --record-seccomp <file> Wait for the end, allow every system call, and write
                                the seccomp profile of those used.
        -h, --help              Show help information.


      """)
  }

  @Test("run --help")
  func runHelp() async throws {
    try await expectHelp(
      ["run", "--help"],
      """
      OVERVIEW: Run an arrow in the foreground and end with its exit code.

      The task's stdin, stdout and stderr are actrl's. Words behind the arrow's name
      replace the arguments of its spec, the command first. Ctrl-C stops the task
      gracefully, a second one ends the VM; with -t it goes to the task, and Ctrl-]
      stops it. Nothing stays behind.

        actrl run python python -c 'print(6 * 7)'

      USAGE: actrl run [OPTION…] [ARROW [COMMAND ARG…]]

      ARGUMENTS:
        <arrow>                 The arrow, and what it is to run.

      OPTIONS:
        --image <folder>        The image folder; else $ARROW_IMAGE, ./out, the
                                installed one.
        --name <name>           The instance's name; else the arrow's.
        -m, --memory <size>     Memory of the VM, as 64m or 1g.
        --cpus <number>         Processors of the VM. (default: 1)
        -p, --publish <mapping> A port of the host for one of the task:
                                [[ADDRESS:]HOST_PORT:]PORT[/udp]. HOST_PORT 0: any
                                free one.
        -e, --env <variable>    A variable: NAME=VALUE, or NAME for the host's value.
        --env-file <file>       Variables, one a line.
        -v, --volume <mapping>  A disk image or a folder of the host, for the mount
                                whose source the spec calls NAME: PATH:NAME[:ro].
        --hostname <name>       The VM's host name.
        --network <network>     user: behind the host's network; none: no network.
                                (values: user, none; default: user)
        --accel <accel>         How the VM runs; auto: kvm where it works. (values:
                                auto, kvm, tcg; default: auto)
        --machine <machine>     The machine QEMU shows the guest. (values: microvm,
                                q35; default: microvm)
        --qemu-arg <word>       A word more for QEMU's command line.
        --debug                 Let the kernel and arrow-init tell what they do.
        --dry-run               Print the shell commands that would start the VM, and
                                start nothing.
        -t, --tty               Give the task the terminal.
        -i, --interactive       For docker's habit: stdin is passed on always.
        --rm/--keep             Remove the instance when it has ended (the default),
                                or keep it for logs and inspect. (default: --rm)
        -h, --help              Show help information.


      """)
  }

  @Test("list --help")
  func listHelp() async throws {
    try await expectHelp(
      ["list", "--help"],
      """
      OVERVIEW: List the instances: name, arrow, state, ports, uptime.

      States: starting, running, ready (its exported port accepts, or it said
      READY=1), exited (CODE), and lost: the VM ended without saying how. What a task
      says by STATUS= of sd_notify stands at the end.

        actrl list

      USAGE: actrl list [--quiet]

      OPTIONS:
        -q, --quiet             Names only.
        -h, --help              Show help information.


      """)
  }

  @Test("logs --help")
  func logsHelp() async throws {
    try await expectHelp(
      ["logs", "--help"],
      """
      OVERVIEW: Show what an instance has said.

      The task's stdout goes to stdout, its stderr to stderr. An instance that has
      only just been shot is given time for its first words.

        actrl logs -f python-web

      USAGE: actrl logs [--follow] [--tail <number>] [--stdout] [--stderr] [--kernel] [--events] [<instance>]

      ARGUMENTS:
        <instance>              The instance; else the newest one.

      OPTIONS:
        -f, --follow            Go on until the instance has ended.
        -n, --tail <number>     Only the last lines of each stream.
        --stdout/--stderr/--kernel/--events
                                Only one of its streams: what the kernel said needs
                                --debug at the shot.
        -h, --help              Show help information.


      """)
  }

  @Test("attach --help")
  func attachHelp() async throws {
    try await expectHelp(
      ["attach", "--help"],
      """
      OVERVIEW: Show what an instance says from now on, and end with its exit code.

      Ctrl-C stops the task, as with run; --sig-proxy=false makes it leave the task
      alone. An instance that was shot with -i gets our stdin, one that was shot with
      -t our terminal (Ctrl-] leaves it).

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

  @Test("stop --help")
  func stopHelp() async throws {
    try await expectHelp(
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

  @Test("kill --help")
  func killHelp() async throws {
    try await expectHelp(
      ["kill", "--help"],
      """
      OVERVIEW: Kill the task of instances, or send it a signal.

      With SIGKILL, which is what is sent unless -s says otherwise, the VM ends too,
      whether it answers or not.

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

  @Test("inspect --help")
  func inspectHelp() async throws {
    try await expectHelp(
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

  @Test("rm --help")
  func rmHelp() async throws {
    try await expectHelp(
      ["rm", "--help"],
      """
      OVERVIEW: Remove what ended instances have left: logs, events, records.

        actrl rm --all

      USAGE: actrl rm [--force] [--all] [<instance> ...]

      ARGUMENTS:
        <instance>              The instances.

      OPTIONS:
        -f, --force             Kill those that run.
        -a, --all               All that have ended; with --force all.
        -h, --help              Show help information.


      """)
  }

  @Test("doctor --help")
  func doctorHelp() async throws {
    try await expectHelp(
      ["doctor", "--help"],
      """
      OVERVIEW: Check what actrl needs of this machine.

      The exit code is 125 when something is missing that no VM starts without.

        actrl doctor

      USAGE: actrl doctor [--image <folder>]

      OPTIONS:
        --image <folder>        The image folder; else $ARROW_IMAGE, ./out, the
                                installed one.
        -h, --help              Show help information.


      """)
  }
}
