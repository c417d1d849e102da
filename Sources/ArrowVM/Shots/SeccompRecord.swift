import ArrowHost
import ArrowSpec
import Glibc

/// The seccomp profile, in the OCI runtime-spec's words, of what a task was seen to use.
public enum SeccompRecord {
  /// What the kernel and the C library call on their own. They are allowed even if this run did not call them.
  private static let always = ["execve", "exit", "exit_group", "restart_syscall", "rt_sigreturn"]

  /// Refuses a file that could not be written, before the run.
  public static func check(_ path: String) throws {
    let (folder, _) = Files.split(path)
    guard access(folder, W_OK) == 0 else { throw Files.failure("write \(path)") }
    // The profile takes the place of what is there: of a file, not of a folder or a device.
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw HostError("cannot write \(path): it is there and no file", hint: "name a file, in a folder of yours")
    }
  }

  /// Waits for the end of the instance and writes the profile. Meanwhile a signal to us asks the task to stop. The
  /// result is the number of system calls that the profile allows, and the task's exit code.
  public static func write(_ path: String, of instance: Instance) throws -> (calls: Int, code: Int32) {
    if let process = instance.process {
      _ = try Attachment(instance, process: process, SignalDescriptor()).wait()
    }
    let events = instance.events
    guard let exit = events.exit else { throw instance.failure(status: 0) }
    if let error = events.errors.last { throw HostError("no profile is written: \(error.message)") }
    let names = Set(events.loggedSystemCalls + always).filter { $0.utf8.allSatisfy(isInName) }.sorted()
    try WholeFile.write(Array(profile(names).utf8), to: path)
    return (names.count, exit.code)
  }

  private static func isInName(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || isASCIIDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  static func profile(_ names: [String]) -> String {
    JSONText.object([
      ("defaultAction", .string("SCMP_ACT_ERRNO")),
      ("architectures", .strings([HostArchitecture.seccompName])),
      ("syscalls", .array([.object([("names", .strings(names)), ("action", .string("SCMP_ACT_ALLOW"))])])),
    ]).indented() + "\n"
  }
}
