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
  /// The system calls by which a task would try to get out of its confinement, or into the kernel: a refusal of one of
  /// them is told however many others were.
  static let escapes: [Int] = [
    56, 101, 154, 155, 161,  // clone, ptrace, modify_ldt, pivot_root, chroot
    165, 166, 167, 169, 172, 173,  // mount, umount2, swapon, reboot, iopl, ioperm
    175, 176, 246, 248, 249, 250,  // init_module, delete_module, kexec_load, add_key, request_key, keyctl
    272, 298, 304, 308,  // unshare, perf_event_open, open_by_handle_at, setns
    310, 311, 313,  // process_vm_readv, process_vm_writev, finit_module
    320, 321, 323, 425,  // kexec_file_load, bpf, userfaultfd, io_uring_setup
    428, 429, 430, 431, 432, 433, 438, 442,  // open_tree to fspick: mounts; pidfd_getfd, mount_setattr
  ]

  /// The number of bpf(2). PID 1 needs one of its commands only.
  static let bpf: UInt32 = 321
}
