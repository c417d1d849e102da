/// PID 1's own seccomp filter while it supervises: what reading, waiting, signalling and powering off take. Everything
/// else is refused with EPERM, for PID 1 handles errors and must not die.
enum SupervisorFilter {
  /// By x86-64's numbers, in their order (arch/x86/entry/syscalls/syscall_64.tbl).
  private static let allowed: [UInt32] = [
    0, 1, 2, 3,  // read, write, open, close
    7, 9, 10, 11, 12,  // poll; memory: mmap, mprotect, munmap, brk
    13, 14, 15, 16,  // rt_sigaction, rt_sigprocmask, rt_sigreturn; ioctl: the console
    25, 28,  // mremap, madvise
    41, 44, 45,  // socket, for addresses; sendto, recvfrom
    60, 61, 62,  // exit, wait4, kill
    72, 89,  // fcntl, readlink
    162, 166, 169,  // sync, umount2, reboot
    227, 228, 231, 232, 233,  // clock_settime, clock_gettime, exit_group, epoll_wait, epoll_ctl
    257, 271, 281, 318,  // openat, ppoll, epoll_pwait, getrandom
    437,  // openat2
  ]
  private static let bpf: UInt32 = 321
  /// BPF_MAP_GET_NEXT_KEY: whether a port is still waited for.
  private static let nextKey: UInt32 = 4
  private static let architecture: UInt32 = 0xC000_003E

  /// Instructions as seccomp(2) takes them: struct sock_filter, linux/filter.h.
  static var program: [UInt8] {
    let load: UInt16 = 0x20
    let jumpIfEqual: UInt16 = 0x15
    let finish: UInt16 = 0x06
    let refuse: UInt32 = 0x0005_0001  // SECCOMP_RET_ERRNO, EPERM
    let allow: UInt32 = 0x7FFF_0000
    var program: [UInt8] = []
    func add(_ code: UInt16, _ constant: UInt32, ifTrue: Int = 0, ifFalse: Int = 0) {
      program += [UInt8(code & 0xFF), UInt8(code >> 8), UInt8(ifTrue), UInt8(ifFalse)]
      program += [0, 8, 16, 24].map { UInt8(constant >> $0 & 0xFF) }
    }
    // Of struct seccomp_data: the architecture at 4, the number at 0, the first argument's lower half at 16.
    add(load, 4)
    add(jumpIfEqual, architecture, ifFalse: allowed.count + 4)
    add(load, 0)
    for (index, number) in allowed.enumerated() { add(jumpIfEqual, number, ifTrue: allowed.count - index + 3) }
    add(jumpIfEqual, bpf, ifFalse: 2)
    add(load, 16)
    add(jumpIfEqual, nextKey, ifTrue: 1)
    add(finish, refuse)
    add(finish, allow)
    return program
  }
}
