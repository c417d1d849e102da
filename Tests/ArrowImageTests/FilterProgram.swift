import Testing

@testable import ArrowImage
@testable import ArrowSpec

/// A classic BPF program and what it says about a system call: an interpreter for as much as seccomp(2) allows.
struct FilterProgram {
  struct Call {
    var number: Int32
    var arguments: [UInt64] = []
    /// AUDIT_ARCH_X86_64.
    var architecture: UInt32 = 0xC000_003E
  }

  private let code: [(operation: UInt16, ifTrue: Int, ifFalse: Int, constant: UInt32)]

  init(_ bytes: [UInt8]) {
    code = stride(from: 0, to: bytes.count, by: 8).map { start in
      let instruction = bytes[start..<start + 8].map(UInt32.init)
      return (
        UInt16(instruction[0] | instruction[1] << 8), Int(instruction[2]), Int(instruction[3]),
        instruction[4] | instruction[5] << 8 | instruction[6] << 16 | instruction[7] << 24
      )
    }
  }

  init(profile: String, bounding: UInt64 = 0) throws {
    self.init(try SeccompCompiler.compile(SeccompProfile(JSONDocument(Array(profile.utf8)).root), bounding: bounding))
  }

  /// The action, SECCOMP_RET_* with its data.
  func action(on call: Call) -> UInt32? {
    var accumulator: UInt32 = 0
    var next = 0
    while next < code.count {
      let step = code[next]
      next += 1
      func jump(_ condition: Bool) { next += condition ? step.ifTrue : step.ifFalse }
      switch step.operation {
      case 0x20: accumulator = word(at: Int(step.constant), of: call)  // BPF_LD | BPF_W | BPF_ABS
      case 0x54: accumulator &= step.constant  // BPF_ALU | BPF_AND | BPF_K
      case 0x05: next += Int(step.constant)  // BPF_JMP | BPF_JA
      case 0x15: jump(accumulator == step.constant)  // BPF_JEQ
      case 0x25: jump(accumulator > step.constant)  // BPF_JGT
      case 0x35: jump(accumulator >= step.constant)  // BPF_JGE
      case 0x45: jump(accumulator & step.constant != 0)  // BPF_JSET
      case 0x06: return step.constant  // BPF_RET | BPF_K
      default: return nil
      }
    }
    return nil
  }

  /// struct seccomp_data: number, architecture, instruction pointer, six arguments.
  private func word(at offset: Int, of call: Call) -> UInt32 {
    switch offset {
    case 0: UInt32(bitPattern: call.number)
    case 4: call.architecture
    case 16...: argument((offset - 16) / 8, of: call, high: offset % 8 == 4)
    default: 0
    }
  }

  private func argument(_ index: Int, of call: Call, high: Bool) -> UInt32 {
    let value = index < call.arguments.count ? call.arguments[index] : 0
    return UInt32(truncatingIfNeeded: high ? value >> 32 : value)
  }
}
