/// Columns as wide as their widest field, three spaces apart.
struct Table {
  let text: String

  init(_ titles: [String], _ rows: [[String]]) {
    let lines = [titles] + rows
    let widths = titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    text = lines.map { fields in
      var line = zip(fields, widths).map { $0.padded(to: $1) }.joined(separator: "   ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }
}
