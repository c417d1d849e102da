import Testing

/// The whole text of each help.
@Suite("Help of actrl and of the commands that start a VM")
struct ActrlHelpTests {
  /// What `shoot` and `run` have in common.
  private static let sharedOptions = """
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
      --add-host <mapping>    A name for the VM's /etc/hosts: NAME:ADDRESS, or
                              NAME:host-gateway for the host.
      --network <network>     user: behind the host's network; none: no network.
                              (values: user, none; default: user)
      --host-loopback         Let the task reach services on the host's loopback,
                              as host.arrow.internal.
      --accel <accel>         How the VM runs; auto: kvm where it works. (values:
                              auto, kvm, tcg; default: auto)
      --machine <machine>     The machine QEMU shows the guest. (values: microvm,
                              q35; default: microvm)
      --qemu-arg <word>       One more word for QEMU's command line.
      --log-size <size>       How much of stdout, and of stderr, is kept; what is
                              older goes. none: all. (default: 64m)
      --boot-timeout <seconds>
                              End a VM in which nothing happens for so long before
                              its task runs; 0: never. (default: 30)
      --debug                 Show the messages of the kernel and arrow-init.
      --dry-run               Print the shell commands that would start the VM, and
                              start nothing.
    """

  @Test("actrl --help is pinned")
  func help() async throws {
    try await expectActrlHelp(
      ["--help"],
      """
      OVERVIEW: Shoot arrows: run single-task virtual machines under QEMU.

      An instance is a QEMU process and a folder with its output and its events;
      there is no daemon. Without a name, commands take the newest instance.

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
        logs                    Show the output of an instance.
        attach                  Show an instance's output from now on, and end with
                                its exit code.
        stop                    Stop instances gracefully.
        kill                    Kill the task of instances, or send it a signal.
        inspect                 Show everything about an instance, as JSON.
        rm                      Remove ended instances: their logs, events and
                                records.
        doctor                  Check whether this machine has what actrl needs.

        See 'actrl help <subcommand>' for detailed help.

      """)
  }

  @Test("shoot --help is pinned")
  func shootHelp() async throws {
    try await expectActrlHelp(
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
      \(Self.sharedOptions)
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

  @Test("run --help is pinned")
  func runHelp() async throws {
    try await expectActrlHelp(
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
      \(Self.sharedOptions)
        -t, --tty               Give the task the terminal.
        -i, --interactive       Changes nothing: stdin is always passed on.
        --rm/--keep             Remove the instance when it has ended (the default),
                                or keep it for logs and inspect. (default: --rm)
        -h, --help              Show help information.


      """)
  }
}
