extension Shot {
  /// Starts the VM and leaves it to itself. Returns when it runs; when it is interrupted before, nothing is left of it.
  public func shoot(in store: InstanceStore) throws -> Instance {
    let signals = try SignalDescriptor()
    let launch = try launch(in: store, signals, diesWithCaller: false)
    launch.claim.release()
    signals.release()
    return launch.claim.instance
  }
}
