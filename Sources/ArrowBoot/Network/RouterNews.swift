/// Hears what routers advertise beside addresses and routes, which are the kernel's business; the rest it hands on by netlink.
struct RouterNews {
  let descriptor: Int32
  private var names = AdvertisedNames()
  /// Whether something was left unread.
  private(set) var hasMore = false

  private static let messagesAtOnce = 16

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  var nameService: NameService { names.inForce }

  /// Reads what has come about the interface. True where it changed what is in force.
  mutating func read(about interface: Int32, _ linux: some Linux) throws(Errno) -> Bool {
    let before = nameService
    hasMore = true
    for _ in 0..<Self.messagesAtOnce {
      do {
        names.hear(try linux.read(descriptor, atMost: 4096), about: interface, at: linux.now())
      } catch {
        // Too much at once: what was lost, routers say again.
        if error == .noSpaceInBuffer { continue }
        hasMore = false
        if error == .again { break }
        throw error
      }
    }
    return nameService != before
  }
}
