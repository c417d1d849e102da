// The spec's reader as the guest has it: Embedded Swift, optimised for size. `check-guest` compiles it with ArrowSpec.
//
// Reads samples from stdin, each `NAME LENGTH` on a line and then the bytes, and writes `NAME: ` and the message, or `ok`.

import ArrowSpec

@_silgen_name("getchar") private func getCharacter() -> Int32
@_silgen_name("putchar") @discardableResult private func putCharacter(_ byte: Int32) -> Int32

@main
enum GuestReader {
  static func main() {
    while let header = readLine() {
      let fields = header.split(separator: 0x20)
      guard fields.count == 2, let length = decimal(fields[1]) else { return }
      let name = String(decoding: fields[0], as: UTF8.self)
      var source: [UInt8] = []
      for _ in 0..<length { source.append(UInt8(truncatingIfNeeded: getCharacter())) }
      write("\(name): \(message(for: source, name + ".json"))\n")
    }
  }

  private static func message(for source: [UInt8], _ file: String) -> String {
    do {
      let document = try JSONDocument(source)
      _ = try Spec(document)
      _ = try SeccompProfile(in: document)
      return "ok"
    } catch {
      return error.rendered(file: file, source: source)
    }
  }

  private static func readLine() -> [UInt8]? {
    var line: [UInt8] = []
    while true {
      let byte = getCharacter()
      if byte < 0 { return nil }
      if byte == 0x0A { return line }
      line.append(UInt8(truncatingIfNeeded: byte))
    }
  }

  private static func write(_ text: String) {
    for byte in text.utf8 { putCharacter(Int32(byte)) }
  }
}
