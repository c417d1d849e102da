/// `/etc/services`, for getservbyname(3) and for a getaddrinfo(3) that is asked for "https". It lists the services that
/// programs ask for by name: the whole registry would be a third of a megabyte.
enum Services {
  static var text: String {
    var lines = ""
    for (name, port) in overTCP { lines += "\(name)\t\(port)/tcp\n" }
    for (name, port) in overBoth { lines += "\(name)\t\(port)/tcp\n\(name)\t\(port)/udp\n" }
    for (name, port) in overUDP { lines += "\(name)\t\(port)/udp\n" }
    return lines
  }

  /// `/etc/protocols`: those that the kernel has.
  static let protocols = """
    ip\t0\tIP
    icmp\t1\tICMP
    tcp\t6\tTCP
    udp\t17\tUDP
    ipv6\t41\tIPv6
    ipv6-icmp\t58\tIPv6-ICMP

    """

  private static let overTCP = [
    ("ftp-data", 20), ("ftp", 21), ("ssh", 22), ("telnet", 23), ("smtp", 25), ("whois", 43), ("gopher", 70),
    ("finger", 79), ("pop3", 110), ("nntp", 119), ("imap", 143), ("submissions", 465), ("nntps", 563),
    ("submission", 587), ("ldaps", 636), ("rsync", 873), ("ftps", 990), ("imaps", 993), ("pop3s", 995), ("mqtt", 1883),
    ("nfs", 2049), ("mysql", 3306), ("xmpp-client", 5222), ("xmpp-server", 5269), ("postgresql", 5432),
    ("amqps", 5671), ("amqp", 5672), ("redis", 6379), ("git", 9418), ("mongodb", 27017),
  ]
  private static let overBoth = [
    ("echo", 7), ("discard", 9), ("daytime", 13), ("qotd", 17), ("chargen", 19), ("time", 37), ("domain", 53),
    ("http", 80), ("kerberos", 88), ("sunrpc", 111), ("ldap", 389), ("https", 443), ("domain-s", 853), ("sip", 5060),
    ("sip-tls", 5061),
  ]
  private static let overUDP = [
    ("bootps", 67), ("bootpc", 68), ("tftp", 69), ("ntp", 123), ("snmp", 161), ("snmp-trap", 162), ("syslog", 514),
    ("mdns", 5353),
  ]
}
