import ArgumentParser
import ArrowHost
import ArrowVM

struct Attach: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show an instance's output from now on, and end with its exit code.",
    discussion: """
      Ctrl-C stops the task, as with run; with --sig-proxy=false it only ends attach. An instance that was \
      shot with -i gets our stdin, one that was shot with -t our terminal (Ctrl-] leaves it).

        actrl attach python-web
      """)

  @Option(help: ArgumentHelp("Whether Ctrl-C stops the task.", valueName: "true|false"))
  var sigProxy = true

  @Argument(help: "The instance; else the newest that runs.")
  var instance: String?

  func run() throws {
    let instance = try Host.current().store().live(named: instance.map { [$0] } ?? [])[0]
    guard let code = try instance.attach(stopsWithUs: sigProxy) else { return }
    if let remark = instance.remark { say("actrl: \(remark)") }
    throw EndsWith(code: code)
  }
}
