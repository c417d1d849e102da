import ArrowHost
import ArrowSpec
import Glibc

extension Shot {
  /// `actrl run`: the task has the calling process's stdin, stdout and stderr, and the VM ends with it. Returns the
  /// exit code. Call it on the main thread: the VM ends when that thread does.
  public func run(in store: InstanceStore) throws -> Int32 {
    let terminal = request.terminal ? try Terminal.ofStdin() : nil
    let signals = try SignalDescriptor()
    let launch = try launch(in: store, signals, diesWithCaller: true)
    defer { if request.isTemporary { try? store.discard(launch.claim) } else { launch.claim.release() } }
    let instance = launch.claim.instance
    let attachment = Attachment(instance, process: launch.machine.child.process, signals)
    if let stream = launch.machine.stream { try attachment.connect(stream, terminal) }
    try attachment.copy(instance.outputFiles(withKernel: request.isDebug), isOnly: true)
    attachment.watchBoot()
    _ = try attachment.wait()
    let status = launch.machine.child.end()
    if let exit = instance.events.exit {
      let code = try instance.code(of: exit)
      for remark in [instance.remark].compactMap({ $0 }) + instance.notices { say("actrl: \(remark)") }
      return code
    }
    throw instance.failure(status: status)
  }
}
