/// A JSON text (RFC 8259) taken apart into a flat list of nodes, each with its place in the source.
///
/// The list is flat, so that no input can exhaust the stack. It is made for reading once: a value's children follow it
/// directly, and `end` leads past all of them. Strings and numbers are read from the source when they are needed.
public struct JSONDocument {
  public let source: [UInt8]
  let nodes: [JSONNode]

  /// The largest text that is read, in bytes; a spec is a page, not a database.
  public static let maximumSize = 256 * 1024

  public init(_ source: [UInt8]) throws(SpecError) {
    if source.count > Self.maximumSize {
      throw SpecError("the file is larger than \(Self.maximumSize) bytes", at: 0)
    }
    var parser = JSONParser(source)
    nodes = try parser.parse()
    self.source = source
  }
}
