import CSeccomp
import Glibc

/// The names and numbers of x86-64's system calls.
enum SystemCalls {
  /// AUDIT_ARCH_X86_64, which is SCMP_ARCH_X86_64.
  static let architecture: UInt32 = 0xC000_003E

  /// Linux 6.5 to 6.17 (arch/x86/entry/syscalls/syscall_64.tbl): newer than the libseccomp 2.5.4 of Debian 12, which
  /// would call them unknown. Negative where x86-64 has no such call, but a profile for all machines names it.
  static let newer: [(name: String, number: Int32)] = [
    ("cachestat", 451), ("fchmodat2", 452), ("map_shadow_stack", 453), ("futex_wake", 454), ("futex_wait", 455),
    ("futex_requeue", 456), ("statmount", 457), ("listmount", 458), ("lsm_get_self_attr", 459),
    ("lsm_set_self_attr", 460), ("lsm_list_modules", 461), ("mseal", 462), ("setxattrat", 463), ("getxattrat", 464),
    ("listxattrat", 465), ("removexattrat", 466), ("open_tree_attr", 467), ("file_getattr", 468),
    ("file_setattr", 469), ("uretprobe", 335), ("riscv_hwprobe", -1),
  ]

  /// The number; negative for a call that only other architectures have; `nil` for a name nobody knows.
  static func number(of name: String) -> Int32? {
    let number = seccomp_syscall_resolve_name_arch(architecture, name)
    // __NR_SCMP_ERROR
    if number != -1 { return number }
    return newer.first { $0.name == name }?.number
  }

  static func name(of number: Int32) -> String? {
    guard let name = seccomp_syscall_resolve_num_arch(architecture, number) else {
      return newer.first { $0.number == number }?.name
    }
    defer { free(name) }
    return String(cString: name)
  }

  /// Every name there is, for hints.
  static var names: [String] { (0..<512).compactMap { name(of: $0) } }
}
