import ArgumentParser
import ArrowHost
import ArrowImage

struct Build: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make an image of a pieces folder.",
    discussion: """
      PIECES holds binary/NAME/VERSION (Arrow Binaries), meta/ARROW (applications with their \
      arrow_spec.json) and, if you like, share (what all of them read). Every spec is checked before \
      anything is written. OUT is replaced as a whole, and only if it is an image; same input, same bytes.

        mkarrowimg build .build/pieces -o out --default python-web
      """)

  @Argument(help: "The folder with binary/, meta/ and share/.")
  var pieces: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The image folder to make.", valueName: "out"))
  var output: String

  @Option(help: ArgumentHelp("The arrow that runs when none is named.", valueName: "arrow"))
  var `default`: String?

  @Option(help: ArgumentHelp("Another kernel (vmlinux or bzImage).", valueName: "file"))
  var kernel: String?

  @Option(help: ArgumentHelp("Another arrow-init.", valueName: "file"))
  var `init`: String?

  @Flag(help: "Add dm-verity's hash tree: altered pieces never run.")
  var verity = false

  @Flag(name: .shortAndLong, help: "Say each step and when it began.")
  var verbose = false

  func validate() throws {
    try refuseEmpty(
      ("PIECES", pieces), ("-o", output), ("--default", `default`), ("--kernel", kernel), ("--init", `init`))
  }

  func run() async throws {
    let clock = StepClock(verbose: verbose)
    let request = BuildRequest(
      pieces: pieces, output: output, defaultArrow: `default`, kernel: kernel, arrowInit: `init`,
      hasVerity: verity)
    let manifest = try await Assembly.build(request, log: clock.log)
    try answer("\(output): \(manifest.sizes) in \(clock.seconds) s")
  }
}

extension ImageManifest {
  /// `3 arrows, kernel 3.9 MB + initrd 0.8 MB + pieces 16.9 MB = 21.6 MB`
  fileprivate var sizes: String {
    let total = files.kernel.size + files.initrd.size + files.pieces.size
    return "\(arrows.count) \(arrows.count == 1 ? "arrow" : "arrows"), kernel \(ByteCount.text(files.kernel.size))"
      + " + initrd \(ByteCount.text(files.initrd.size)) + pieces \(ByteCount.text(files.pieces.size))"
      + " = \(ByteCount.text(total))"
  }
}
