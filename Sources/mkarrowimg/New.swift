import ArgumentParser
import ArrowHost
import ArrowImage

extension Template: ExpressibleByArgument {}

struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start a project that runs without a change.",
    discussion: """
      Makes the folder NAME with an arrow_spec.json and a few lines of code to change: a script that \
      ends, an http service of the standard library, a flask service behind waitress, or an asyncio \
      worker that runs until it is stopped.

        mkarrowimg new hello --template flask
      """)

  @Argument(help: "The folder to make; it also names the arrow.")
  var name: String

  @Option(help: "The kind of project.")
  var template = Template.script

  func validate() throws { try refuseEmpty(("NAME", name)) }

  func run() throws {
    let files = try NewProject.make(name, from: template)
    let arrow = name.split(separator: "/").last ?? ""
    try answer(
      """
      \(name): \(files.joined(separator: ", "))
      now:
        mkarrowimg add PIECES \(name)
        mkarrowimg build PIECES -o out
        actrl run \(arrow)
      """)
  }
}
