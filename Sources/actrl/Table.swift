/// Columns for people: as wide as their widest field, three spaces apart.
struct Table {
  let text: String

  init(_ titles: [String], _ rows: [[String]]) {
    let lines = [titles] + rows
    let widths = titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    text = lines.map { fields in
      let padded = zip(fields, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return padded.joined(separator: "   ").trimmingRight
    }.joined(separator: "\n")
  }
}

extension String {
  fileprivate var trimmingRight: String { String(reversed().drop { $0 == " " }.reversed()) }
}
