/// One flat JSON object on one line.
struct JSONLine {
  private var bytes: [UInt8] = []

  mutating func add(_ key: StaticString, _ value: String) {
    addKey(key)
    bytes.append(0x22)
    for byte in value.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes += [0x5C, byte]
      case 0..<0x20, 0x7F:
        bytes += Array("\\u00".utf8) + Array(hexText(byte).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  mutating func add(_ key: StaticString, _ value: Int) {
    addKey(key)
    bytes += Array(String(value).utf8)
  }

  private mutating func addKey(_ key: StaticString) {
    bytes.append(bytes.isEmpty ? 0x7B : 0x2C)
    bytes.append(0x22)
    bytes += UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
    bytes += [0x22, 0x3A]
  }

  var line: [UInt8] { bytes + [0x7D, 0x0A] }
}
