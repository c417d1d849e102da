import ArrowSpec

/// Where packets to a range of addresses are sent.
public struct Route: Equatable {
  public var destination: IPAddress
  public var prefixLength: Int
  /// `nil` where the addresses are on the link itself.
  public var gateway: IPAddress?

  /// The default route.
  static func everything(via gateway: IPAddress) -> Route {
    Route(destination: IPAddress(bytes: gateway.bytes.map { _ in 0 }), prefixLength: 0, gateway: gateway)
  }

  public var text: String {
    (prefixLength == 0 ? "default" : "\(destination.text)/\(prefixLength)") + (gateway.map { " via \($0.text)" } ?? "")
  }
}
