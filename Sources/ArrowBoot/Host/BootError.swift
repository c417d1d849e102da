import ArrowSpec

/// Why the boot ends: a fatal error of one stage, in one line (s6-linux-init's grammar) and an exit code (DESIGN.md 3.4).
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
    let name = path.split(separator: 0x2F).last?.prefix { $0 != 0x2E } ?? []
    return String(decoding: name, as: UTF8.self)
  }
}

/// Does `body`, whose failure ends the boot: `cannot VERB OBJECT: EBUSY Device or resource busy`.
func must<Result>(
  _ what: @autoclosure () -> String, file: StaticString = #fileID, _ body: () throws(Errno) -> Result
) throws(BootError) -> Result {
  do {
    return try body()
  } catch {
    throw BootError(cannot: what(), error, file: file)
  }
}

/// Does `body`; one error is expected in the situation `reason` names, and is passed over.
func tolerating(_ expected: Errno, because reason: StaticString, _ body: () throws(Errno) -> Void) throws(Errno) {
  do {
    try body()
  } catch {
    if error != expected { throw error }
  }
}
