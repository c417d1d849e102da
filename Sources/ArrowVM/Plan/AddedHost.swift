import ArrowHost
import ArrowSpec

/// One `--add-host` in docker's grammar: `NAME:ADDRESS` or `NAME=ADDRESS`; an IPv6 address may stand in brackets, and
/// `host-gateway` is the host's own address.
public struct AddedHost: Equatable, Sendable {
  public var name: String
  /// `nil`: `host-gateway`.
  public var address: IPAddress?

  public static let gateway = "host-gateway"
  /// As many aliases as a spec may have.
  public static let maximum = 1024

  /// The name of the host for a task that may reach it, beside docker's `host.docker.internal`.
  static let host = AddedHost(name: "host.arrow.internal", address: nil)

  private init(name: String, address: IPAddress?) {
    self.name = name
    self.address = address
  }

  public init(_ text: String) throws {
    guard let separator = text.firstIndex(of: "=") ?? text.firstIndex(of: ":") else { throw Self.malformed(text) }
    name = String(text[..<separator])
    var field = text[text.index(after: separator)...]
    guard !name.isEmpty, !field.isEmpty else { throw Self.malformed(text) }
    try Self.check(name, in: text)
    if field == Self.gateway { return }
    if field.hasPrefix("["), field.hasSuffix("]") { field = field.dropFirst().dropLast() }
    guard let address = IPAddress(field.utf8) else {
      throw HostError(
        "--add-host \(text): \(quoted(String(field))) is not an IP address",
        hint: "as in 192.0.2.7 or 2001:db8::7, or \(Self.gateway) for the host itself")
    }
    self.address = address
  }

  private static func malformed(_ text: String) -> HostError {
    HostError("--add-host \(text) is not NAME:ADDRESS", hint: "as in --add-host db:192.0.2.7")
  }

  /// Refuses what the guest's reader would refuse.
  private static func check(_ name: String, in text: String) throws {
    do throws(SpecError) {
      _ = try JSONDocument(Array(JSONText.string(name).text.utf8)).root.hostname(atMost: 253)
    } catch {
      throw HostError("--add-host \(text): \(error.message)", hint: error.hint)
    }
  }

  /// The entries of /etc/hosts. `host` are the addresses of the host itself.
  static func aliases(_ hosts: [AddedHost], host: [IPAddress]) throws -> [Spec.HostAlias] {
    guard hosts.count <= maximum else {
      throw HostError("--add-host stands \(hosts.count) times", hint: "\(maximum) at most")
    }
    return hosts.flatMap { added in
      (added.address.map { [$0] } ?? host).map { Spec.HostAlias(ip: $0, hostnames: [added.name]) }
    }
  }
}
