import ArrowSpec
import Testing

/// Boots the machine, and expects that it ends with an error of its own: this code, and this text on the console.
@discardableResult
func expectFailure(
  _ machine: Machine, _ said: String, code: Int32 = 125, sourceLocation: SourceLocation = #_sourceLocation
) -> Run {
  let run = machine.boot()
  #expect(run.ending == .poweredOff, sourceLocation: sourceLocation)
  #expect(run.said == said + "\n", sourceLocation: sourceLocation)
  #expect(run.exit?.code == code, sourceLocation: sourceLocation)
  #expect(run.exit?.reason == .failed, sourceLocation: sourceLocation)
  #expect(!run.events.contains { $0.contains("booted") }, sourceLocation: sourceLocation)
  return run
}

/// Boots the machine with a task that ends with code 0 after a second, and expects no error.
func expectBoot(_ machine: Machine, sourceLocation: SourceLocation = #_sourceLocation) -> Run {
  var machine = machine
  machine.at(1000, .exits(Machine.task, 0))
  let run = machine.boot()
  #expect(run.ending == .poweredOff, sourceLocation: sourceLocation)
  #expect(run.said == "", sourceLocation: sourceLocation)
  #expect(run.exit?.code == 0, sourceLocation: sourceLocation)
  return run
}

/// Boots the machine, and expects that it powers off in the end.
func expectPowerOff(_ machine: Machine, sourceLocation: SourceLocation = #_sourceLocation) -> Run {
  let run = machine.boot()
  #expect(run.ending == .poweredOff, sourceLocation: sourceLocation)
  return run
}
