/// Reads what routers advertise apart from addresses and routes. The kernel handles those itself, and passes the rest
/// on by netlink.
struct RouterNews {
  let descriptor: Int32
  private var names = AdvertisedNames()
  /// Whether there may be more to read.
  private(set) var hasMore = false

  private static let messagesAtOnce = 16

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  var nameService: NameService { names.inForce }

  /// Reads what has arrived about the interface. Returns whether that changed the names in force.
  mutating func read(about interface: Int32, _ linux: some Linux) throws(Errno) -> Bool {
    let before = nameService
    hasMore = true
    for _ in 0..<Self.messagesAtOnce {
      do {
        names.hear(try linux.read(descriptor, atMost: 4096), about: interface, at: linux.now())
      } catch {
        // The kernel has dropped messages. Routers repeat them.
        if error == .noSpaceInBuffer { continue }
        hasMore = false
        if error == .again { break }
        throw error
      }
    }
    return nameService != before
  }
}
