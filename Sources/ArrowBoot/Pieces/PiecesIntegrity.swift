import ArrowSpec

/// Tells when dm-verity has found that pieces were altered. The kernel checks each block when it is read.
struct PiecesIntegrity {
  /// The mapping's name.
  static let mapping = "pieces"
  static let hint = "the image is damaged, or arrow.verity is another image's: its own stands in image.json"

  /// The kernel's messages about devices.
  let descriptor: Int32
  /// The file of the stage that made the mapping; the errors name that stage.
  private let file: StaticString

  init(_ descriptor: Int32, file: StaticString = #fileID) {
    self.descriptor = descriptor
    self.file = file
  }

  /// Reads all messages that wait. Returns an error where one of them says that an altered block was read.
  func check(_ linux: some Linux) -> BootError? {
    var problem: BootError?
    let key = Array("DM_VERITY_ERR_BLOCK_NR=".utf8)
    while let message = try? linux.read(descriptor, atMost: 4096), !message.isEmpty {
      guard let line = message.split(separator: 0).first(where: { $0.starts(with: key) }) else { continue }
      // TYPE,BLOCK; the type is 0 for data and 1 for the hash tree.
      let number = line.dropFirst(key.count).drop { $0 != UInt8(ascii: ",") }.dropFirst()
      let block = String(decoding: number, as: UTF8.self)
      problem = BootError("integrity: block \(block) of the pieces has been altered", hint: Self.hint, file: file)
    }
    return problem
  }

  /// The error itself, or, where altered or damaged pieces have caused it, one that says so.
  static func explain(_ error: BootError, on disk: String? = nil, _ linux: some Linux) -> BootError {
    var explained = error
    guard (try? linux.mappingStatus(mapping))?.hasSameBytes(as: "C") == true else {
      guard let fault = PiecesFault.find(on: disk, linux) else { return error }
      explained.message = "\(error.message): \(fault.message)"
      explained.hint = nil
      explained.code = ExitCode.failure
      return explained
    }
    explained.message = "integrity: the pieces have been altered: \(error.message)"
    explained.hint = hint
    explained.code = ExitCode.failure
    return explained
  }
}
