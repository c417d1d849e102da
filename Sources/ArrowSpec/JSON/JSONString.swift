/// Appends a text as a JSON string, in quotes. The escapes of all JSON that Arrow writes, in the guest and on the host.
public func appendJSONString(_ text: String, to bytes: inout [UInt8]) {
  bytes.append(UInt8(ascii: "\""))
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
    case 0..<0x20, 0x7F:
      bytes += Array("\\u00".utf8) + Array(hexText(byte).utf8)
    default: bytes.append(byte)
    }
  }
  bytes.append(UInt8(ascii: "\""))
}
