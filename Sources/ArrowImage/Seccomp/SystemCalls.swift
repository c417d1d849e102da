import CSeccomp
import Glibc

/// The names and numbers of the target machine's system calls.
enum SystemCalls {
  private static let machine = TargetMachine.target

  /// The number; negative for a call that only other architectures have; `nil` for an unknown name.
  static func number(of name: String) -> Int32? {
    let number = seccomp_syscall_resolve_name_arch(machine.seccompArchitecture, name)
    // __NR_SCMP_ERROR
    if number != -1 { return number }
    return machine.newerSystemCalls.first { $0.name == name }?.number
  }

  static func name(of number: Int32) -> String? {
    guard let name = seccomp_syscall_resolve_num_arch(machine.seccompArchitecture, number) else {
      return machine.newerSystemCalls.first { $0.number == number }?.name
    }
    defer { free(name) }
    return String(cString: name)
  }

  /// Every name there is, for hints.
  static var names: [String] { (0..<512).compactMap { name(of: $0) } }
}
