import ArrowSpec

extension Spec.Port.TransportProtocol {
  public static let all: [Self] = [.tcp, .udp]

  /// By its name in specs and on command lines; `nil` for another word.
  public init?(named name: String) {
    guard let proto = Self.all.first(where: { $0.name == name }) else { return nil }
    self = proto
  }
}

/// In `image.json`: the name.
extension Spec.Port.TransportProtocol: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let proto = Self(named: name) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "the unknown protocol \(quoted(name))")
    }
    self = proto
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
