import ArrowHost
import ArrowSpec
import Testing

@testable import ArrowVM

@Suite("Names that are added")
struct AddedHostTests {
  private static let host = ["10.0.2.2", "fec0::2"].compactMap { IPAddress($0.utf8) }

  private func lines(_ texts: String...) throws -> [String] {
    try AddedHost.aliases(texts.map { try AddedHost($0) }, host: Self.host).flatMap { alias in
      alias.hostnames.map { "\(alias.ip.bytes.map(String.init).joined(separator: ".")) \($0)" }
    }
  }

  @Test("a name stands before : or =, an IPv6 address with or without brackets, host-gateway for both of the host's")
  func grammar() throws {
    let six = "32.1.13.184" + String(repeating: ".0", count: 11) + ".7"
    #expect(try lines("db:192.0.2.7", "db=192.0.2.8") == ["192.0.2.7 db", "192.0.2.8 db"])
    #expect(
      try lines("a:2001:db8::7", "a=2001:db8::7", "a:[2001:db8::7]", "a.b=[2001:db8::7]")
        == ["\(six) a", "\(six) a", "\(six) a", "\(six) a.b"])
    #expect(try lines("gw:host-gateway").count == 2)
    #expect(try lines("gw=host-gateway").first == "10.0.2.2 gw")
    #expect(try lines() == [])
  }

  private static let nameHint = "letters, digits, '-' and '.', at most 253 of them"
  private static let addressHint = "as in 192.0.2.7 or 2001:db8::7, or host-gateway for the host itself"

  @Test(
    "what is no name or no address is refused, and named",
    arguments: [
      ("db", "db is not NAME:ADDRESS", "as in --add-host db:192.0.2.7"),
      ("", " is not NAME:ADDRESS", "as in --add-host db:192.0.2.7"),
      (":192.0.2.7", ":192.0.2.7 is not NAME:ADDRESS", "as in --add-host db:192.0.2.7"),
      ("db:", "db: is not NAME:ADDRESS", "as in --add-host db:192.0.2.7"),
      ("my_db:192.0.2.7", "my_db:192.0.2.7: \"my_db\" is not a host name", nameHint),
      ("a b:192.0.2.7", "a b:192.0.2.7: \"a b\" is not a host name", nameHint),
      ("db:192.0.2.256", "db:192.0.2.256: \"192.0.2.256\" is not an IP address", addressHint),
      ("db:[192.0.2.7", "db:[192.0.2.7: \"[192.0.2.7\" is not an IP address", addressHint),
      ("db:fe80::1%eth0", "db:fe80::1%eth0: \"fe80::1%eth0\" is not an IP address", addressHint),
      ("db:Host-Gateway", "db:Host-Gateway: \"Host-Gateway\" is not an IP address", addressHint),
      ("192.0.2.7:db", "192.0.2.7:db: \"db\" is not an IP address", addressHint),
    ])
  func refused(text: String, message: String, hint: String) throws {
    let error = try #require(throws: HostError.self) { try AddedHost(text) }
    #expect(error.message == "--add-host \(message)" && error.hint == hint)
  }

  @Test("a thousand and twenty-four may be added, and no more")
  func limit() throws {
    let added = [AddedHost](repeating: try AddedHost("a:192.0.2.7"), count: AddedHost.maximum)
    #expect(try AddedHost.aliases(added, host: []).count == 1024)
    let error = try #require(throws: HostError.self) { try AddedHost.aliases(added + added.prefix(1), host: []) }
    #expect(error.message == "--add-host stands 1025 times" && error.hint == "1024 at most")
  }
}
