import ArrowHost
import Glibc

extension Shot {
  /// Starts the VM and leaves it to itself. Returns when it runs; when it is interrupted before, nothing is left of it.
  public func shoot(in store: InstanceStore) throws -> Instance {
    let signals = try SignalDescriptor()
    let launch = try launch(in: store, signals, diesWithCaller: false)
    startKeeper(launch.claim.instance)
    launch.claim.release()
    signals.release()
    return launch.claim.instance
  }

  /// ``Keeper`` is a process of its own, `actrl keep NAME`, which ends with the VM.
  private func startKeeper(_ instance: Instance) {
    do {
      let root = try Files.open("/", O_RDONLY | O_DIRECTORY)
      defer { close(root) }
      let null = try Files.open("/dev/null", O_WRONLY)
      defer { close(null) }
      let command = [executable, "keep", instance.name]
      _ = try ForkedProcess.start(command, folder: root, output: null, diesWithCaller: false)
    } catch {
      say("actrl: warning: nothing bounds the logs of \(instance.name): \(error)")
    }
  }
}
