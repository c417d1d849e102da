/// A DHCP server, written from RFC 2131 and not from arrow-init's own code.
struct DHCPServer {
  var address: [UInt8] = [10, 0, 2, 15]
  /// The options of an answer after its kind, as they are sent.
  var options: [UInt8] =
    [1, 4, 255, 255, 255, 0]  // subnet mask
    + [3, 4, 10, 0, 2, 2]  // router
    + [6, 4, 10, 0, 2, 3]  // name server
    + [51, 4, 0, 1, 0x51, 0x80]  // lease time: a day
    + [54, 4, 10, 0, 2, 2]  // server
  /// How many requests it leaves unanswered at first.
  var deafness = 0
  /// The last request that it answers, from 1.
  var lastAnswered = Int.max
  /// How many requests that follow an offer it answers with NAK.
  var refusals = 0
  /// How long an answer takes, in ms.
  var delay: UInt64 = 1
  /// What it sends before each right answer.
  var noise: [[UInt8]] = []

  /// Answers DISCOVER with OFFER, and REQUEST with ACK, or with NAK when it is to be refused.
  func answer(to message: [UInt8], isRefused: Bool = false) -> [UInt8] {
    answer(to: message, kind: message[242] == 1 ? 2 : isRefused ? 6 : 5)
  }

  func answer(to message: [UInt8], kind: UInt8) -> [UInt8] {
    // BOOTREPLY, hardware type and length, hops; the transaction; seconds, flags; ciaddr.
    var answer: [UInt8] = [2, 1, 6, 0] + message[4..<8] + [0, 0, 0x80, 0] + [0, 0, 0, 0]
    // yiaddr, siaddr, giaddr, chaddr, sname, file, cookie.
    answer += address + [UInt8](repeating: 0, count: 8) + message[28..<44] + [UInt8](repeating: 0, count: 192)
    return answer + [99, 130, 83, 99, 53, 1, kind] + options + [255]
  }
}
