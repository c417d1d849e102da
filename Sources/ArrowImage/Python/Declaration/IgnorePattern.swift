import ArrowHost

/// A line of `.dockerignore`, with docker's meaning: Go's filepath.Match, and `**` for any number of folders.
struct IgnorePattern {
  private enum Token {
    case byte(UInt8)
    /// `?`: one character, but no slash.
    case character
    /// `[a-z]`, `[^a-z]`
    case set([ClosedRange<UInt32>], isNegated: Bool)
    /// `*`
    case withinFolder
    /// `**/`: nothing, or all up to any slash.
    case folders
    /// `**` at the end.
    case anything
  }

  struct Mistake: Error {
    var message: String
    /// In the pattern's bytes.
    var offset: Int
  }

  private var tokens: [Token] = []

  init(_ text: [UInt8]) throws(Mistake) {
    var reader = Reader(text: text)
    while let byte = reader.next() {
      switch byte {
      case UInt8(ascii: "*") where reader.take("*"):
        let isAtStart = reader.offset == 2
        let hasSlash = reader.take("/")
        if reader.isAtEnd || isAtStart && !hasSlash && reader.restIsPlain {
          tokens.append(.anything)
        } else {
          tokens.append(.folders)
        }
      case UInt8(ascii: "*"): tokens.append(.withinFolder)
      case UInt8(ascii: "?"): tokens.append(.character)
      case UInt8(ascii: "["): tokens.append(try reader.set())
      case UInt8(ascii: "\\"): tokens.append(.byte(try reader.escaped()))
      default: tokens.append(.byte(byte))
      }
    }
  }

  /// Follows all ways through the path at once, so that no pattern takes long.
  func matches(_ path: BytePath) -> Bool {
    let bytes = path.bytes
    var places = [0]
    for token in tokens {
      switch token {
      case .byte(let byte): places = places.compactMap { $0 < bytes.count && bytes[$0] == byte ? $0 + 1 : nil }
      case .character:
        places = places.compactMap { $0 < bytes.count && bytes[$0] != slash ? $0 + scalar(bytes[$0...]).count : nil }
      case .set(let ranges, let isNegated):
        places = places.compactMap { place in
          guard place < bytes.count else { return nil }
          let (value, count) = scalar(bytes[place...])
          return ranges.contains { $0.contains(value) } != isNegated ? place + count : nil
        }
      case .withinFolder:
        var reached: [Int] = []
        // Ways that begin in one folder reach the same places.
        for place in places where place > (reached.last ?? -1) {
          reached += place...(bytes[place...].firstIndex(of: slash) ?? bytes.count)
        }
        places = reached
      case .folders:
        guard let first = places.first else { return false }
        let behind = (first..<bytes.count).filter { bytes[$0] == slash }.map { $0 + 1 }
        places = Set(places + behind).sorted()
      case .anything: places = places.first.map { Array($0...bytes.count) } ?? []
      }
      if places.isEmpty { return false }
    }
    return places.last == bytes.count
  }

  private struct Reader {
    var text: [UInt8]
    var offset = 0

    var isAtEnd: Bool { offset == text.count }
    /// Nothing but letters: docker then compares ends.
    var restIsPlain: Bool { !text[offset...].contains { "*?[]\\".utf8.contains($0) } }

    mutating func next() -> UInt8? {
      if isAtEnd { return nil }
      offset += 1
      return text[offset - 1]
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      if isAtEnd || text[offset] != UInt8(ascii: character) { return false }
      offset += 1
      return true
    }

    mutating func escaped() throws(Mistake) -> UInt8 {
      guard let byte = next() else { throw Mistake(message: "a \\ with nothing behind it", offset: offset - 1) }
      return byte
    }

    /// Behind the bracket.
    mutating func set() throws(Mistake) -> Token {
      let start = offset - 1
      let isNegated = take("^")
      var ranges: [ClosedRange<UInt32>] = []
      while ranges.isEmpty || !take("]") {
        let low = try member(of: start)
        let high = take("-") ? try member(of: start) : low
        guard low <= high else { throw Mistake(message: "a range in [ ] that ends before it begins", offset: start) }
        ranges.append(low...high)
      }
      return .set(ranges, isNegated: isNegated)
    }

    private mutating func member(of start: Int) throws(Mistake) -> UInt32 {
      let isEscaped = take("\\")
      // As filepath.Match has it, `-` and `]` stand for themselves only behind a backslash.
      guard !isAtEnd, isEscaped || !"-]".utf8.contains(text[offset]) else {
        throw Mistake(message: "a [ without its end, or with an empty range", offset: start)
      }
      let (value, count) = scalar(text[offset...])
      offset += count
      return value
    }
  }
}

private let slash = UInt8(ascii: "/")

/// The first character, and its bytes; a byte that is no UTF-8 is one of its own.
private func scalar(_ bytes: ArraySlice<UInt8>) -> (value: UInt32, count: Int) {
  var decoder = UTF8()
  var iterator = bytes.makeIterator()
  guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return (0xFFFD, 1) }
  return (scalar.value, UTF8.width(scalar))
}
