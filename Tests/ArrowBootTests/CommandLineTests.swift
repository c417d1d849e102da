import Testing

@Suite("The kernel command line")
struct CommandLineTests {
  @Test(
    "the kernel command line is refused where it is wrong",
    arguments: [
      ("arrow=a arrow=b", "\"arrow=\" stands twice\n  hint: one arrow= only"),
      ("arrow.pices=/x", "unknown key \"arrow.pices\"\n  hint: did you mean \"arrow.pieces\"?"),
      ("arrow=", "\"arrow\" has no value"),
      (
        "arrow.ip=10.0.0.300/8",
        "arrow.ip has \"10.0.0.300/8\"\n  hint: ADDRESS/PREFIX[,GATEWAY[,DNS...]], dhcp, slaac or off"
      ),
      ("arrow=../x", "the arrow's name \"../x\" begins with a dot"),
      ("arrow.log=loud", "arrow.log is none of quiet, info, debug"),
    ])
  func wrong(_ line: String, _ message: String) {
    var machine = Machine()
    machine.commandLine = line
    expectFailure(machine, "fatal: kernel command line: " + message)
  }

  @Test("the kernel command line is refused where it may have been cut, whatever it still says")
  func cut() {
    var machine = Machine()
    machine.commandLine = "arrow=hello arrow.log=quiet x="
    machine.commandLine += String(repeating: "x", count: 2046 - machine.commandLine.utf8.count)
    _ = expectBoot(machine)
    for more in ["x", "xx", "x arrow.verity=0"] {
      var machine = machine
      machine.commandLine += more
      expectFailure(
        machine,
        "fatal: the kernel command line may have been cut: it has all 2047 bytes that the kernel keeps\n"
          + "  hint: shorten it: what is cut off, such as arrow.verity=, would not count")
    }
  }

  @Test("the kernel command line may have words that are not Arrow's")
  func others() {
    var machine = Machine()
    machine.commandLine = #"init=/bin/sh PYTHONPATH=x LD_PRELOAD=/x "quoted words" arrows=1 arrow=hello"#
    let run = expectBoot(machine)
    #expect(
      run.children.first?.ending
        == .executed(
          "/binary/tool/v1.2.3/bin/tool", ["tool", "serve"],
          environment: ["PATH=/binary/tool/v1.2.3/bin:/bin", "HOME=/tmp", "NOTIFY_SOCKET=/run/arrow/notify"]))
  }

  @Test(
    "the kernel command line decides how much arrow-init says", arguments: [("quiet", 0), ("info", 2), ("debug", 3)])
  func log(_ level: String, _ lines: Int) {
    var machine = Machine()
    machine.commandLine = "arrow=hello arrow.log=\(level)"
    let run = expectBoot(machine)
    #expect(run.text(of: "/dev/kmsg").split(separator: "\n").count == lines)
  }
}
