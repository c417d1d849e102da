/// PID 1's own seccomp filter while it supervises. It allows what reading, waiting, signalling and powering off need.
/// Everything else fails with EPERM: PID 1 handles errors, and it must not die.
enum SupervisorFilter {
  /// BPF_MAP_GET_NEXT_KEY, the one command of bpf(2) that is allowed: it tells whether ports are still waited for.
  private static let nextKey: UInt32 = 4

  /// Instructions as seccomp(2) takes them: struct sock_filter, linux/filter.h.
  static var program: [UInt8] {
    let load: UInt16 = 0x20
    let jumpIfEqual: UInt16 = 0x15
    let finish: UInt16 = 0x06
    let refuse: UInt32 = 0x0005_0001  // SECCOMP_RET_ERRNO, EPERM
    let allow: UInt32 = 0x7FFF_0000
    let allowed = Architecture.supervisorCalls
    var program: [UInt8] = []
    func add(_ code: UInt16, _ constant: UInt32, ifTrue: Int = 0, ifFalse: Int = 0) {
      program += [UInt8(code & 0xFF), UInt8(code >> 8), UInt8(ifTrue), UInt8(ifFalse)]
      program += [0, 8, 16, 24].map { UInt8(constant >> $0 & 0xFF) }
    }
    // Offsets in struct seccomp_data: 4 is the architecture, 0 the number, 16 the lower half of the first argument.
    add(load, 4)
    add(jumpIfEqual, Architecture.audit, ifFalse: allowed.count + 4)
    add(load, 0)
    for (index, number) in allowed.enumerated() { add(jumpIfEqual, number, ifTrue: allowed.count - index + 3) }
    add(jumpIfEqual, Architecture.bpf, ifFalse: 2)
    add(load, 16)
    add(jumpIfEqual, nextKey, ifTrue: 1)
    add(finish, refuse)
    add(finish, allow)
    return program
  }
}
