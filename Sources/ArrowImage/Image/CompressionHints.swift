import ArrowHost
import Glibc

/// Files that are compressed already (archives, pictures, model weights) go into the image as they are. LZ4 would gain
/// nothing, and mkfs.erofs needs 0.7 s for each MB to find that out.
enum CompressionHints {
  /// Below a page there is nothing to gain or to lose.
  private static let smallest = 4096

  /// The text for `--compress-hints`: for each file a cluster size of 0, which means "don't", and a regular expression.
  static func text(for pieces: PiecesFolder) throws(HostError) -> [UInt8] {
    var text: [UInt8] = []
    for path in pieces.order {
      guard case .file(let file) = pieces.entries[path], file.size >= smallest else { continue }
      if try isIncompressible(pieces.hostPath(path), size: file.size) {
        text += Array("0 ^".utf8) + pattern(path) + Array("$\n".utf8)
      }
    }
    return text
  }

  /// A POSIX extended regular expression that matches `path`. A blank would end the word, so `.` stands for it.
  private static func pattern(_ path: BytePath) -> [UInt8] {
    path.bytes.reduce(into: []) { pattern, byte in
      if "\\^$.[]|()?*+{}".utf8.contains(byte) { pattern.append(UInt8(ascii: "\\")) }
      pattern.append(byte == UInt8(ascii: " ") ? UInt8(ascii: ".") : byte)
    }
  }

  private static let blockSize = 4096
  private static let blocks = 8

  /// Judges by the bytes' frequencies in a few blocks that are spread over the file.
  static func isIncompressible(_ path: some SystemPath, size: Int) throws(HostError) -> Bool {
    let descriptor = try Files.open(path, O_RDONLY | O_NONBLOCK)
    defer { close(descriptor) }
    var sample = [UInt8](repeating: 0, count: blockSize * blocks)
    var count = 0
    let step = max(blockSize, size / blocks)
    for block in 0..<blocks where block * step < size {
      let read = sample.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress! + count, blockSize, block * step) }
      guard read >= 0 else { throw Files.failure("read \(path)") }
      count += read
    }
    return entropy(of: sample[..<count]) > 7.9
  }

  /// Shannon's, in bits a byte: 8 for noise, about 7.99 for zip, 6 for machine code, 5 for text.
  static func entropy(of bytes: ArraySlice<UInt8>) -> Double {
    var frequencies = [Int](repeating: 0, count: 256)
    for byte in bytes { frequencies[Int(byte)] += 1 }
    let total = Double(bytes.count)
    return frequencies.filter { $0 > 0 }.reduce(0) { $0 - Double($1) / total * log2(Double($1) / total) }
  }
}
