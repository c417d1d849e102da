/// The options of a mount as mount(8) writes them, taken apart: flags of mount(2), and words for the file system.
public struct MountOptions: Equatable {
  /// MS_* of mount(2). Safe unless an option says otherwise: no set-user-ID programs, devices or executables in a
  /// place that can be written to.
  public private(set) var flags: UInt = noSetUID | noDevices | noExecute
  /// What the file system is told: `size=64m,mode=0755`.
  public private(set) var data = ""

  private static let noSetUID: UInt = 2
  private static let noDevices: UInt = 4
  private static let noExecute: UInt = 8
  public static let bind: UInt = 1 << 12
  public static let recursive: UInt = 1 << 14

  /// mount(8), "Filesystem-independent mount options". What a single mount namespace makes true anyway (`private`) sets
  /// nothing; what needs a second one (`shared`) is not known here.
  private static let words: [(word: String, flag: UInt, isSet: Bool)] = [
    ("ro", 1, true), ("rw", 1, false), ("nosuid", noSetUID, true), ("suid", noSetUID, false),
    ("nodev", noDevices, true), ("dev", noDevices, false), ("noexec", noExecute, true), ("exec", noExecute, false),
    ("sync", 16, true), ("async", 16, false), ("dirsync", 128, true), ("nosymfollow", 256, true),
    ("symfollow", 256, false), ("noatime", 1 << 10, true), ("atime", 1 << 10, false), ("nodiratime", 1 << 11, true),
    ("diratime", 1 << 11, false), ("relatime", 1 << 21, true), ("norelatime", 1 << 21, false),
    ("strictatime", 1 << 24, true), ("nostrictatime", 1 << 24, false), ("lazytime", 1 << 25, true),
    ("nolazytime", 1 << 25, false), ("bind", bind, true), ("rbind", bind | recursive, true), ("private", 0, true),
    ("rprivate", 0, true), ("defaults", 0, true),
  ]

  /// These are the file system's, not one mount's: a bind mount can't have them.
  private static let ofFileSystem: UInt = 16 | 128 | 1 << 25

  init(_ options: [JSONValue], of kind: Spec.Mount.Kind) throws(SpecError) {
    let words = Self.words.filter { kind != .bind || $0.flag & Self.ofFileSystem == 0 }
    for option in options {
      let text = try option.string(allowsEmpty: false)
      if let word = words.first(where: { $0.word.hasSameBytes(as: text) }) {
        if word.isSet { flags |= word.flag } else { flags &= ~word.flag }
        continue
      }
      try FileSystemOption.check(option, text, of: kind, words: words.map { $0.word })
      data += data.utf8.isEmpty ? text : "," + text
    }
  }
}

/// What a file system may be told, and in which form. The rest the kernel would refuse at boot, and say EINVAL.
private enum FileSystemOption {
  /// What may stand behind an option's name.
  private enum Form {
    case nothing
    /// One of the rule's words.
    case word
    /// A number in the rule's range.
    case number
    /// Octal, at most 7777.
    case permissions
    /// With k, m or g behind it; not 0, which tmpfs takes for no limit.
    case amount
    /// As ``amount``, or a share of the memory: `50%`.
    case size
  }

  private struct Rule {
    var name: String
    var form: Form
    /// With a blank between them.
    var words = ""
    var least = 0
    var most = 0
  }

  // Each list a constant of its own, of plain fields: where one function holds several, Embedded Swift 6.3 takes them for
  // the same one.

  /// The largest user or group.
  private static let id = 4_294_967_294

  /// tmpfs(5)
  private static let tmpfs = [
    Rule(name: "size", form: .size), Rule(name: "mode", form: .permissions), Rule(name: "nr_inodes", form: .amount),
    Rule(name: "nr_blocks", form: .amount), Rule(name: "uid", form: .number, most: id),
    Rule(name: "gid", form: .number, most: id),
  ]

  /// ext4(5)
  private static let ext4 = [
    Rule(name: "commit", form: .number, most: 3600),
    Rule(name: "data", form: .word, words: "ordered journal writeback"),
    Rule(name: "errors", form: .word, words: "remount-ro continue"), Rule(name: "barrier", form: .number, most: 1),
    Rule(name: "nobarrier", form: .nothing), Rule(name: "discard", form: .nothing),
    Rule(name: "nodiscard", form: .nothing), Rule(name: "noload", form: .nothing),
  ]

  /// Documentation/filesystems/9p.rst
  private static let ninep = [
    Rule(name: "cache", form: .word, words: "none loose mmap readahead"),
    Rule(name: "msize", form: .number, least: 4096, most: 1_048_576),
    Rule(name: "access", form: .word, words: "user any client"), Rule(name: "dfltuid", form: .number, most: id),
    Rule(name: "dfltgid", form: .number, most: id), Rule(name: "noxattr", form: .nothing),
  ]

  private static func rules(for kind: Spec.Mount.Kind) -> [Rule] {
    switch kind {
    case .tmpfs: tmpfs
    case .ext4: ext4
    case .ninep: ninep
    case .bind: []
    }
  }

  static func check(
    _ option: JSONValue, _ text: String, of kind: Spec.Mount.Kind, words: [String]
  ) throws(SpecError) {
    let name = text.utf8.prefix { $0 != 0x3D }
    let value = text.utf8.dropFirst(name.count)
    let rules = rules(for: kind)
    guard let rule = rules.first(where: { $0.name.utf8.elementsEqual(name) }) else {
      let names = rules.map { $0.name }
      let near = nearMiss(String(decoding: name, as: UTF8.self), among: names + words)
      throw SpecError(
        "\(quoted(text)) is not an option of \(kind.name)", at: option.offset,
        hint: near.map { "did you mean \(quoted($0))?" }
          ?? "known: \(joined(names + ["ro", "exec"])) and others of mount(8)")
    }
    if let wanted = wanted(rule, value) {
      throw SpecError(
        "\(quoted(text)) is not right", at: option.offset,
        hint: String(decoding: name, as: UTF8.self) + wanted)
    }
  }

  /// What should stand behind the option's name; `nil` when it does.
  private static func wanted(_ rule: Rule, _ value: Substring.UTF8View) -> String? {
    let text = value.dropFirst()
    let (isRight, wanted): (Bool, String) =
      switch rule.form {
      case .nothing: (value.isEmpty, " stands alone")
      case .word:
        (
          rule.words.utf8.split(separator: 0x20).contains { $0.elementsEqual(text) },
          "= one of " + joined(rule.words.utf8.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) })
        )
      case .number:
        (
          decimal(text).map((rule.least...rule.most).contains) ?? false,
          "= a number from \(rule.least) to \(rule.most)"
        )
      case .permissions: (isPermissions(text), "= octal permissions, as in 1777")
      case .amount: (isAmount(text), "= a number above 0, as in 64k")
      case .size: (isAmount(text) || isShare(text), "= bytes or a share of the memory, as in 64m or 50%")
      }
    return isRight ? nil : wanted
  }

  private static func isPermissions(_ text: Substring.UTF8View) -> Bool {
    let digits = text.first == 0x30 ? text.dropFirst() : text
    return !text.isEmpty && digits.count <= 4 && digits.allSatisfy { (0x30...0x37).contains($0) }
  }

  private static func isAmount(_ text: Substring.UTF8View) -> Bool {
    let hasUnit = [0x6B, 0x6D, 0x67].contains((text.last ?? 0) | 0x20)
    let digits = hasUnit ? text.dropLast() : text
    // 9 digits and a unit fit the kernel's 64 bits.
    return digits.count <= (hasUnit ? 9 : 18) && decimal(digits) ?? 0 > 0
  }

  private static func isShare(_ text: Substring.UTF8View) -> Bool {
    text.last == 0x25 && decimal(text.dropLast()).map((1...100).contains) ?? false
  }
}
