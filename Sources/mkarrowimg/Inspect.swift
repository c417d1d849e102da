import ArgumentParser
import ArrowHost
import ArrowImage

struct Inspect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in an image, and whether its files are whole.",
    discussion: """
      The exit code is 1 when a file is missing or has other contents than when the image was made.

        mkarrowimg inspect out --json
      """)

  @Argument(help: ArgumentHelp("The image folder.", valueName: "out"))
  var image: String

  @Flag(help: "Print JSON, for programs.")
  var json = false

  func validate() throws { try refuseEmpty(("OUT", image)) }

  func run() async throws {
    let inspection = try await Inspection(image: image)
    try answer(json ? try inspection.json() : inspection.table)
    if inspection.damaged.isEmpty { return }
    for (name, _) in inspection.files {
      if let damage = inspection.damaged[name] { say("mkarrowimg: error: \(image)/\(name) is damaged: \(damage)") }
    }
    throw InputIsWrong()
  }
}
