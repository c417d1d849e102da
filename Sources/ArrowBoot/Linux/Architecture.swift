/// Everything in arrow-init that is true of x86-64 only. Another architecture needs another file like this one, and
/// another table of names like `CLinux/system_calls_x86_64.c`.
enum Architecture {
  /// AUDIT_ARCH_X86_64 (linux/audit.h): how a seccomp filter recognizes the architecture of a system call.
  static let audit: UInt32 = 0xC000_003E
  /// The same as the kernel's audit records write it.
  static var auditText: String { "c000003e" }

  /// O_DIRECTORY of `open(2)`; other architectures have another number for it.
  static let openFolder: Int32 = 0o200000

  /// The system calls that PID 1 needs while it supervises, in ascending order
  /// (arch/x86/entry/syscalls/syscall_64.tbl).
  static let supervisorCalls: [UInt32] = [
    0, 1, 2, 3,  // read, write, open, close
    7, 9, 10, 11, 12,  // poll; memory: mmap, mprotect, munmap, brk
    13, 14, 15, 16,  // rt_sigaction, rt_sigprocmask, rt_sigreturn; ioctl: the console
    25, 28,  // mremap, madvise
    41, 44, 45,  // socket, for addresses; sendto, recvfrom
    60, 61, 62,  // exit, wait4, kill
    72, 89,  // fcntl, readlink
    162, 166, 169,  // sync, umount2, reboot
    227, 228, 231, 232, 233,  // clock_settime, clock_gettime, exit_group, epoll_wait, epoll_ctl
    257, 271, 275, 281, 318,  // openat, ppoll, splice, epoll_pwait, getrandom
    437,  // openat2
  ]
  /// The number of bpf(2). PID 1 needs one of its commands only.
  static let bpf: UInt32 = 321
}
