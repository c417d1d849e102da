import ArrowSpec

/// Why the boot ends: a fatal error of one stage, as one line and an exit code (docs/contracts.md, "Exit codes").
public struct BootError: Error {
  public var message: String
  public var hint: String?
  public var code: Int32
  /// The file of the stage: `ArrowBoot/MountPieces.swift`.
  private var file: StaticString

  init(_ message: String, hint: String? = nil, code: Int32 = ExitCode.failure, file: StaticString = #fileID) {
    self.message = message
    self.hint = hint
    self.code = code
    self.file = file
  }

  init(
    cannot what: String, _ error: Errno, hint: String? = nil, code: Int32 = ExitCode.failure,
    file: StaticString = #fileID
  ) {
    self.init("cannot \(what): \(error.text)", hint: hint, code: code, file: file)
  }

  init(_ error: SpecError, in path: String, source: [UInt8], file: StaticString = #fileID) {
    var bare = error
    bare.hint = nil
    self.init(bare.rendered(file: path, source: source), hint: error.hint, file: file)
  }

  /// The stage's name: `MountPieces`.
  public var stage: String {
    let path = UnsafeBufferPointer(start: file.utf8Start, count: file.utf8CodeUnitCount)
    let name = path.split(separator: UInt8(ascii: "/")).last?.prefix { $0 != UInt8(ascii: ".") } ?? []
    return String(decoding: name, as: UTF8.self)
  }
}

/// Makes the call, whose failure ends the boot: `cannot VERB OBJECT: EBUSY Device or resource busy`.
///
/// What several stages share takes the stage's `file` and passes it on, so that the error names the stage.
func must<Result>(
  _ what: @autoclosure () -> String, file: StaticString = #fileID, _ call: @autoclosure () throws(Errno) -> Result
) throws(BootError) -> Result {
  do {
    return try call()
  } catch {
    throw BootError(cannot: what(), error, file: file)
  }
}

/// The same for several statements.
func must<Result>(
  _ what: @autoclosure () -> String, file: StaticString = #fileID, _ body: () throws(Errno) -> Result
) throws(BootError) -> Result {
  do {
    return try body()
  } catch {
    throw BootError(cannot: what(), error, file: file)
  }
}
