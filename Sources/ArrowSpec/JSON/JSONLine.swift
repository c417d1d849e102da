/// One flat JSON object on one line.
struct JSONLine {
  private var bytes: [UInt8] = []

  mutating func add(_ key: StaticString, _ value: String) {
    addKey(key)
    appendJSONString(value, to: &bytes)
  }

  mutating func add(_ key: StaticString, _ value: some BinaryInteger) {
    addKey(key)
    bytes += Array(String(value).utf8)
  }

  mutating func add(_ key: StaticString, _ values: [UInt16]) {
    addKey(key)
    bytes.append(UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += Array(String(value).utf8)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func addKey(_ key: StaticString) {
    bytes.append(bytes.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
    bytes.append(UInt8(ascii: "\""))
    bytes += UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
    bytes += [UInt8(ascii: "\""), UInt8(ascii: ":")]
  }

  var line: [UInt8] { bytes + [UInt8(ascii: "}"), UInt8(ascii: "\n")] }
}
