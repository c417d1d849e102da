import ArrowHost
import ArrowSpec

/// `--default ARROW`.
enum DefaultArrow {
  static func choose(_ wanted: String?, among arrows: [CheckedArrow]) throws(HostError) -> String? {
    guard let wanted, !arrows.contains(where: { $0.name == wanted }) else { return wanted }
    throw HostError(
      "the default arrow \"\(wanted)\" is not in the pieces",
      hint: nameHint(wanted, among: arrows.map(\.name)), kind: .input)
  }
}
