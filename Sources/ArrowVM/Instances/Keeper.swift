import Glibc

/// What stays behind after a shot, beside the VM: it bounds the logs, and ends a boot in which nothing happens. The VM
/// does without it: when it is killed, the logs only grow.
public enum Keeper {
  /// How often it looks at files that grow, in seconds.
  private static let pause = 0.25

  /// Returns when the VM has ended.
  public static func keep(_ instance: Instance) throws {
    guard let process = instance.process else { return }
    let watch = InstanceWatch(instance, process: process)
    let bounds = LogBounds(instance)
    var boot = BootWatch(instance, process.pid)
    while true {
      bounds.apply()
      switch boot?.look() {
      case .isOver: boot = nil
      case .stuck(let why):
        instance.recordStuckBoot(why)
        process.kill()
        return
      case .goesOn, nil: break
      }
      if poll([process.descriptor], before: .after(seconds: boot == nil ? pause : 1))[0] { return bounds.apply() }
      if boot == nil { _ = watch.next() }
    }
  }
}
