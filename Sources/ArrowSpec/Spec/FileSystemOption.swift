/// The options each file system takes, and their form. The kernel would refuse any other one at boot, with EINVAL.
enum FileSystemOption {
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

  // Each list is a constant of its own and has plain fields: where one function holds several lists, Embedded Swift 6.3
  // takes them for the same one.

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

  private static func rules(for kind: MountKind) -> [Rule] {
    switch kind {
    case .tmpfs: tmpfs
    case .ext4: ext4
    case .ninep: ninep
    case .bind: []
    }
  }

  static func check(
    _ option: JSONValue, _ text: String, of kind: MountKind, words: [String]
  ) throws(SpecError) {
    let name = text.utf8.prefix { $0 != UInt8(ascii: "=") }
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
          rule.words.utf8.split(separator: UInt8(ascii: " ")).contains { $0.elementsEqual(text) },
          "= one of "
            + joined(rule.words.utf8.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) })
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
    let digits = text.first == UInt8(ascii: "0") ? text.dropFirst() : text
    return !text.isEmpty && digits.count <= 4
      && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
  }

  private static func isAmount(_ text: Substring.UTF8View) -> Bool {
    let hasUnit =
      switch (text.last ?? 0) | 0x20 {
      case UInt8(ascii: "k"), UInt8(ascii: "m"), UInt8(ascii: "g"): true
      default: false
      }
    let digits = hasUnit ? text.dropLast() : text
    // 9 digits and a unit fit the kernel's 64 bits.
    return digits.count <= (hasUnit ? 9 : 18) && decimal(digits) ?? 0 > 0
  }

  private static func isShare(_ text: Substring.UTF8View) -> Bool {
    text.last == UInt8(ascii: "%") && decimal(text.dropLast()).map((1...100).contains) ?? false
  }
}
