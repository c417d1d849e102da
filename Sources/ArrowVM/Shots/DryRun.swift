import ArrowHost

extension Shot {
  /// The shell commands that start this shot by hand: what actrl prepares, then QEMU's very line.
  public func script(store: InstanceStore) throws -> String {
    let plan = try planWithFreePorts(store).named(store.nextName(request.name, for: arrow.name))
    let folder = ShellWord.quoted("\(store.folder)/\(plan.name)")
    var lines = ["mkdir -p -m 700 \(folder) && cd \(folder) &&"]
    for pipe in plan.pipes { lines.append("rm -f \(pipe) && mkfifo \(pipe) &&") }
    if let overrides {
      let segment = try ArrowImageFolder.segment(of: overrides, behind: Files.contents(of: image.initrd).count)
      // The last block's filling would only be noise.
      let end = (segment.lastIndex { $0 != 0 } ?? segment.startIndex) + 5
      let format = ShellWord.printfFormat(segment.prefix(end))
      lines.append("{ cat \(ShellWord.quoted(image.initrd)); printf \(format); } >\(InstanceFile.initrd) &&")
    }
    let groups = [[program]] + QemuCommandLine(plan).groups
    let words = groups.map { $0.map(ShellWord.quoted).joined(separator: " ") }
    return (lines + [words.joined(separator: " \\\n  ")]).joined(separator: "\n")
  }
}

/// Words as a POSIX shell reads them back.
enum ShellWord {
  static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || "_-./:=,+@%".utf8.contains(byte)
    }
    if isPlain, !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// A format for printf(1) that writes these bytes.
  static func printfFormat(_ bytes: some Sequence<UInt8>) -> String {
    var text = "'"
    for byte in bytes {
      switch byte {
      case 0x25: text += "%%"
      case 0x20...0x7E where byte != 0x27 && byte != 0x5C: text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 8)
        text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    }
    return text + "'"
  }
}
