// Classes of ASCII bytes. `Character` has them too, but its Unicode tables would be a tenth of arrow-init.

public func isASCIIDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

public func isASCIILetter(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

public func isASCIILetterOrDigit(_ byte: UInt8) -> Bool { isASCIIDigit(byte) || isASCIILetter(byte) }

/// Letters, digits, `_`, `.` and `-`: what names of instances and volumes are made of.
public func isASCIINameByte(_ byte: UInt8) -> Bool {
  isASCIILetterOrDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
}
