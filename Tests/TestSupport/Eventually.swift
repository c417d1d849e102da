import ArrowHost

/// Returns as soon as `condition` holds; after a minute it is an error that there is no `what`.
public func eventually(_ what: String, seconds: Int = 180, until condition: () throws -> Bool) async throws {
  let end = ContinuousClock.now + .seconds(seconds)
  while !(try condition()) {
    guard ContinuousClock.now < end else { throw HostError("no \(what) within \(seconds) s") }
    try await Task.sleep(for: .milliseconds(10))
  }
}
