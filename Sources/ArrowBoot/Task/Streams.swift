import ArrowSpec

/// The task's stdin, stdout and stderr where it has no terminal: pipes, with PID 1 between them and the host's channels.
///
/// Nothing here blocks. What a channel does not take stays in its pipe, and a full pipe stops the task, not PID 1.
struct Streams {
  private let poll: Int32
  private var input: Input
  private var outputs: [Output]
  private var pipes: [TaskPipe] = []
  /// Whether there may be more to move. PID 1 stops in between, so that a flood does not keep it from everything else.
  private(set) var hasMore = false

  private struct Input {
    var source: Int32
    /// PID 1's end of the task's stdin; `nil` once one of the two sides has ended it.
    var pipe: Int32?
    /// What the pipe did not take yet.
    var rest: ArraySlice<UInt8> = []
    var isWatched = false
  }

  /// stdout or stderr.
  private struct Output {
    var target: Int32
    var pipe: Int32?
    var bytes: UInt64 = 0
    var isWatched = false
  }

  private static let movesAtOnce = 64
  private static let chunk = 4096
  /// How long the host may take nothing of the task's last words, in ms.
  private static let patience: Int32 = 5000

  /// Where the host has no channel, the console takes its place.
  init(_ channels: Channels, poll: Int32, _ linux: some Linux) throws(Errno) {
    self.poll = poll
    input = Input(source: try Self.descriptor(channels.stdin, .read, linux))
    outputs = [
      Output(target: try Self.descriptor(channels.stdout, .write, linux)),
      Output(target: try Self.descriptor(channels.stderr, .write, linux)),
    ]
    // /dev/null can't be watched, and need not be.
    try? linux.watch(input.source, on: poll)
    // A task that writes line by line goes on, and PID 1 takes many lines at once: when the task waits, or at the tick.
    try? linux.setBatchScheduling()
  }

  private static func descriptor(
    _ channel: Int32?, _ flags: OpenFlags, _ linux: some Linux
  ) throws(Errno) -> Int32 {
    if let channel { return channel }
    guard let console = Console.open(flags.union(.nonBlocking), linux) else { throw .noEntry }
    // Bytes are to pass unchanged. Only /dev/null is not a terminal.
    try tolerating(.notTerminal, because: "the machine has no console", linux.makeRaw(terminal: console.descriptor))
    return console.descriptor
  }

  /// Makes new pipes: an earlier task may have changed those that it had.
  mutating func open(for user: Spec.User, _ linux: some Linux) throws(Errno) {
    if let pipe = input.pipe { linux.close(pipe) }
    pipes = []
    for isInput in [true, false, false] {
      pipes.append(try linux.openTaskPipe(isInput: isInput, uid: user.uid, gid: user.gid))
    }
    input.pipe = pipes[0].ours
    input.isWatched = false
    for index in outputs.indices {
      outputs[index].pipe = pipes[index + 1].ours
      try linux.watch(pipes[index + 1].ours, on: poll)
    }
  }

  /// The task's descriptors 0 to 2, before ``begin(_:)``.
  var taskEnds: [Int32] { pipes.map { $0.task } }

  /// The task has its ends.
  mutating func begin(_ linux: some Linux) {
    for pipe in pipes { linux.close(pipe.task) }
    moveInput(linux)
  }

  /// Whether this is a descriptor of a stream. Then it has moved what there was.
  mutating func move(_ descriptor: Int32, _ linux: some Linux) -> Bool {
    if descriptor == input.source || descriptor == input.pipe {
      moveInput(linux)
      return true
    }
    guard let index = outputs.firstIndex(where: { $0.pipe == descriptor || $0.target == descriptor }) else {
      return false
    }
    moveOutput(index, linux)
    return true
  }

  mutating func moveMore(_ linux: some Linux) {
    hasMore = false
    moveInput(linux)
    for index in outputs.indices { moveOutput(index, linux) }
  }

  private mutating func moveInput(_ linux: some Linux) {
    for _ in 0..<Self.movesAtOnce {
      guard let pipe = input.pipe else { return }
      do throws(Errno) {
        if input.rest.isEmpty {
          input.rest = try linux.read(input.source, atMost: Self.chunk)[...]
          if input.rest.isEmpty { return endInput(pipe, linux) }
        }
        do throws(Errno) {
          input.rest = input.rest.dropFirst(try linux.write(input.rest, to: pipe))
        } catch {
          if error == .again { watch(pipe, &input.isWatched, linux) } else { endInput(pipe, linux) }
          return
        }
      } catch {
        if error != .again { endInput(pipe, linux) }
        return
      }
    }
    hasMore = true
  }

  private mutating func endInput(_ pipe: Int32, _ linux: some Linux) {
    linux.close(pipe)
    input.pipe = nil
  }

  private mutating func moveOutput(_ index: Int, _ linux: some Linux) {
    guard let pipe = outputs[index].pipe else { return }
    for _ in 0..<Self.movesAtOnce {
      do throws(Errno) {
        let count = try linux.splice(pipe, to: outputs[index].target)
        if count == 0 { return }
        outputs[index].bytes += UInt64(count)
      } catch {
        // A channel that is broken is one that takes nothing: what it is owed is counted at the end.
        watch(outputs[index].target, &outputs[index].isWatched, linux)
        return
      }
    }
    hasMore = true
  }

  private func watch(_ descriptor: Int32, _ isWatched: inout Bool, _ linux: some Linux) {
    if !isWatched { isWatched = (try? linux.watchOutput(descriptor, on: poll)) != nil }
  }

  /// Moves the last words of a task that has ended. Returns how many bytes are lost because the host takes none.
  mutating func finish(_ linux: some Linux) -> UInt64 {
    var lost: UInt64 = 0
    for index in outputs.indices {
      guard let pipe = outputs[index].pipe else { continue }
      var isStuck = false
      while true {
        let before = outputs[index].bytes
        moveOutput(index, linux)
        if outputs[index].bytes > before {
          isStuck = false
          continue
        }
        let left = UInt64((try? linux.unread(in: pipe)) ?? 0)
        if left == 0 { break }
        // Looks once more after the wait, since the port may have been found with room.
        if isStuck || (try? linux.waitWritable(outputs[index].target, timeout: Self.patience)) != true {
          lost += left
          outputs[index].bytes += left
          break
        }
        isStuck = true
      }
      linux.close(pipe)
      outputs[index].pipe = nil
    }
    return lost
  }

  /// What the task has written so far, the lost bytes among it.
  var output: GuestEvent { .output(stdout: outputs[0].bytes, stderr: outputs[1].bytes) }
}
