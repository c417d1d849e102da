import ArrowSpec

extension Spec.Port.TransportProtocol {
  public static let all: [Self] = [.tcp, .udp]

  /// By its name in specs and on command lines; `nil` for another word.
  public init?(named name: String) {
    guard let proto = Self.all.first(where: { $0.name == name }) else { return nil }
    self = proto
  }
}

/// A word in JSON that should be a protocol's name, and its place.
struct UnknownProtocol: Error {
  var name: String
  var path: [any CodingKey]
}

/// In `image.json`: the name.
extension Spec.Port.TransportProtocol: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let proto = Self(named: name) else { throw UnknownProtocol(name: name, path: decoder.codingPath) }
    self = proto
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
