import ArrowHost
import ArrowSpec

/// One `-p` in docker's grammar: `[[HOST_ADDRESS:]HOST_PORT:]PORT[/tcp|udp]`.
public struct PortMapping: Equatable {
  /// Where the host listens unless the user says otherwise: for this machine only.
  public static let loopback = "127.0.0.1"

  public var hostAddress: String
  /// 0: any that is free. `nil`: the same number as the VM's NIC has for it.
  public var hostPort: UInt16?
  /// Docker's container port: where the task listens.
  public var port: UInt16
  public var proto: Spec.Port.TransportProtocol

  public init(_ text: String) throws {
    if text.contains("[") {
      throw HostError("-p \(text): QEMU's user network forwards IPv4 addresses only", hint: "-p 8080:8080")
    }
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    let fields = halves[0].split(separator: ":", omittingEmptySubsequences: false)
    guard halves.count <= 2, (1...3).contains(fields.count) else { throw Self.malformed(text) }
    proto = try Self.transportProtocol(halves.count == 2 ? halves[1] : "tcp", in: text)
    port = try Self.number(fields[fields.count - 1], atLeast: 1, in: text)
    hostPort = fields.count > 1 ? try Self.number(fields[fields.count - 2], atLeast: 0, in: text) : nil
    hostAddress = fields.count == 3 ? try Self.address(fields[0], in: text) : Self.loopback
  }

  private static func malformed(_ text: String) -> HostError {
    HostError("-p \(text) is not a port mapping", hint: "[[HOST_ADDRESS:]HOST_PORT:]PORT[/tcp|udp], as in -p 3009:8080")
  }

  private static func number(_ digits: Substring, atLeast minimum: UInt16, in text: String) throws -> UInt16 {
    guard !digits.isEmpty, digits.utf8.allSatisfy(isASCIIDigit) else { throw malformed(text) }
    guard let number = UInt16(digits), number >= minimum else {
      throw HostError("-p \(text): port \(digits) is out of range", hint: "ports go from \(minimum) to 65535")
    }
    return number
  }

  private static func transportProtocol(_ name: Substring, in text: String) throws -> Spec.Port.TransportProtocol {
    if let proto = Spec.Port.TransportProtocol(named: String(name)) { return proto }
    let names = Spec.Port.TransportProtocol.all.map(\.name)
    throw HostError(
      "-p \(text): \(quoted(String(name))) is not a protocol", hint: nameHint(String(name), among: names))
  }

  private static func address(_ field: Substring, in text: String) throws -> String {
    guard let address = IPAddress(field.utf8), !address.isIPv6 else {
      throw HostError(
        "-p \(text): \(quoted(String(field))) is not an IPv4 address", hint: "0.0.0.0 means every address of the host")
    }
    return address.text
  }
}
