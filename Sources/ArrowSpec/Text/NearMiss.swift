/// The candidate that `word` most likely means; `nil` when none is near.
public func nearMiss(_ word: String, among candidates: [String]) -> String? {
  var best: (name: String, distance: Int)?
  let written = smallLetters(word)
  for candidate in candidates {
    let meant = smallLetters(candidate)
    // `net_raw` for CAP_NET_RAW.
    let isEnd = written.count > 1 && meant.suffix(written.count + 1).elementsEqual([UInt8(ascii: "_")] + written)
    let distance = isEnd ? 0 : editDistance(written, meant)
    // A third of the word may be wrong, and a single letter always; CAP_ and the like are no part of it.
    let prefix = commonPrefix(written, meant)
    let allowed = max(1, (min(written.count, meant.count) - prefix) / 3)
    if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

/// `did you mean "X"?` for the nearest candidate, or else the list of them: what a message about an unknown name needs.
public func nameHint(_ word: String, among candidates: [String]) -> String {
  if let near = nearMiss(word, among: candidates) { return "did you mean \(quoted(near))?" }
  if candidates.isEmpty { return "there is none" }
  // A line that a person reads.
  if candidates.count <= 16 { return "known: " + joined(candidates) }
  return "known: " + joined(Array(candidates.prefix(12))) + " and \(candidates.count - 12) more"
}

/// The length of the beginning that both share, up to an underscore.
private func commonPrefix(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var length = 0
  for index in 0..<min(a.count, b.count) {
    guard a[index] == b[index] else { break }
    if a[index] == UInt8(ascii: "_") { length = index + 1 }
  }
  return length
}

/// ASCII's, and no more of a name than a message has room for.
private func smallLetters(_ name: String) -> [UInt8] {
  name.utf8.prefix(256).map { isASCIILetter($0) ? $0 | 0x20 : $0 }
}

/// Levenshtein's distance in bytes, where two neighbours swapped count as one.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforePrevious = [Int](repeating: 0, count: b.count + 1)
  var previous = [Int](0...b.count)
  for i in 0..<a.count {
    var current = [i + 1]
    for j in 0..<b.count {
      var distance = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, beforePrevious[j - 1] + 1) }
      current.append(distance)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.count]
}
