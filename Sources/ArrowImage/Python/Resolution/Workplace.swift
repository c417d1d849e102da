/// What every step of `mkarrowimg add` needs from the first one: for whom the work is done, with what, and where.
/// Nothing in it changes on the way.
struct Workplace {
  /// For temporary files; it goes when the work is done.
  let folder: String
  let application: Application
  /// The static one, which runs here.
  let python: PythonRuntime
  let pip: PipHome
  let sources: PackageSources
  /// `nil`: no C code can be built.
  let toolchain: Toolchain?
  let log: BuildLog

  /// The name of ``folder`` in the folder of what is being made.
  static let folderName = ".work"

  /// A name for all that decides what is built of C code.
  var toolchainKey: String { toolchain?.key ?? "none" }
}
