import ArrowHost
import Glibc

/// A thread that runs one closure. Detached: it ends with the closure or with the process.
enum Thread {
  private final class Body {
    let run: @Sendable () -> Void
    let done: Int32

    init(_ run: @escaping @Sendable () -> Void, done: Int32) {
      self.run = run
      self.done = done
    }
  }

  /// The result is a descriptor that reads end-of-file once the closure has returned; poll(2) waits for that.
  static func start(_ body: @escaping @Sendable () -> Void) throws -> Int32 {
    let pipe = try makePipe()
    let argument = Unmanaged.passRetained(Body(body, done: pipe.write))
    var thread = pthread_t()
    let number = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        body.run()
        close(body.done)
        return nil
      }, argument.toOpaque())
    guard number == 0 else {
      argument.release()
      close(pipe.read)
      close(pipe.write)
      throw HostError("cannot start a thread: \(systemText(number))")
    }
    pthread_detach(thread)
    return pipe.read
  }
}
