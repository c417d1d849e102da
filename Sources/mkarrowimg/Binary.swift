import ArgumentParser
import ArrowHost
import ArrowImage

struct Binary: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Add Arrow Binaries to the pieces.", subcommands: [BinaryAdd.self])
}

struct BinaryAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add a runtime that was built elsewhere.",
    discussion: """
      PATH is a statically linked program for x86-64, a folder with such programs in bin/, or a tar \
      archive of one. It becomes PIECES/binary/NAME/vVERSION; specs choose it by name and version. \
      A Python's library is compiled to byte code on the way.

        mkarrowimg binary add .build/pieces cpython-3.11.tar.gz
        mkarrowimg binary add .build/pieces ./server --name server --version 1.0
      """)

  @Argument(help: "The folder with binary/ and meta/.")
  var pieces: String

  @Argument(help: "A program, a folder or an archive.")
  var path: String

  @Option(help: "The binary's name.")
  var name = "python"

  @Option(help: "Its version; a Python says it itself.")
  var version: String?

  @Option(help: ArgumentHelp("Its seccomp profile, in OCI's form.", valueName: "file"))
  var seccomp: String?

  @Flag(name: .shortAndLong, help: "Say each step and when it began.")
  var verbose = false

  func validate() throws {
    try refuseEmpty(
      ("PIECES", pieces), ("PATH", path), ("--name", name), ("--version", version), ("--seccomp", seccomp))
  }

  func run() async throws {
    let clock = StepClock(verbose: verbose)
    let request = BinaryRequest(pieces: pieces, path: path, name: name, version: version, seccomp: seccomp)
    try answer("\(try await BinaryAdding.add(request, log: clock.log)), in \(clock.seconds) s")
  }
}
