import ArrowHost
import ArrowSpec
import CSeccomp
import Glibc

/// Makes the BPF program of a seccomp profile, with libseccomp. In the guest this would take a third of Python's start.
enum SeccompCompiler {
  private static let machine = TargetMachine.target

  /// seccomp(2): more instructions are not loaded (BPF_MAXINSNS).
  static let maximumInstructions = 4096

  /// The program as seccomp(2) takes it, for the target machine. A system call of any other architecture (on x86-64:
  /// int 0x80, x32) kills the process; a number that is none gets the default action, a negative one too. `bounding` is the task's bounding set, which rules may depend on.
  static func compile(_ profile: SeccompProfile, bounding: UInt64) throws(SpecError) -> [UInt8] {
    try checkArchitecture(profile)
    let defaultAction = code(profile.defaultAction)
    guard let filter = seccomp_init(defaultAction) else { throw SpecError("libseccomp refuses the default action") }
    defer { seccomp_release(filter) }
    try setUp(filter)
    var decided: [Int32: UInt32] = [:]
    // Names that only other machines have need not be known here.
    for rule in profile.rules where rule.isForThisMachine {
      let numbers = try numbers(of: rule)
      guard rule.applies(bounding: bounding) else { continue }
      let action = code(rule.action)
      if rule.args.isEmpty, !rule.isConditional { try refuseContradiction(numbers, action, rule, &decided) }
      // What happens anyway needs no rule, and libseccomp takes none.
      if action == defaultAction { continue }
      for arguments in alternatives(rule.args) {
        for number in numbers { try add(number, arguments, action, rule, to: filter) }
      }
    }
    return try exported(filter)
  }

  /// An image is for one machine. A profile may name others too, as Docker's does. Calls through their interfaces never
  /// get past the filter, so there is nothing to compile for them.
  private static func checkArchitecture(_ profile: SeccompProfile) throws(SpecError) {
    guard profile.architectures.isEmpty || profile.architectures.contains(where: machine.seccompNames.contains) else {
      throw SpecError(
        "the seccomp profile is for \(profile.architectures.joined(separator: ", ")) only",
        hint: "add \"\(machine.seccompNames[0])\" to its architectures")
    }
  }

  private static func setUp(_ filter: scmp_filter_ctx) throws(SpecError) {
    // The target machine alone, on whatever machine this runs.
    if seccomp_arch_exist(filter, machine.seccompArchitecture) != 0 {
      seccomp_arch_remove(filter, seccomp_arch_native())
      try check(seccomp_arch_add(filter, machine.seccompArchitecture), "select \(machine.name)")
    }
    try check(seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, killProcess), "set the action for other architectures")
    // A binary tree over the numbers makes some ten comparisons a system call instead of three hundred.
    try check(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), "choose a binary tree")
  }

  /// The numbers of a rule's names; a name of another architecture's call has none here and is passed over.
  private static func numbers(of rule: SeccompRule) throws(SpecError) -> [Int32] {
    var numbers: [Int32] = []
    for (name, offset) in rule.names {
      let number = SystemCalls.number(of: name)
      guard let number else {
        throw SpecError(
          "\(quoted(name)) is not a system call", at: offset,
          hint: nearMiss(name, among: SystemCalls.names).map { "did you mean \"\($0)\"?" } ?? "see syscalls(2)")
      }
      if number >= 0 { numbers.append(number) }
    }
    return numbers
  }

  /// libseccomp would let the first of two rules win without a word. That is right only where a rule is conditional:
  /// Podman's own profile allows a call and takes it away again from tasks without a capability.
  private static func refuseContradiction(
    _ numbers: [Int32], _ action: UInt32, _ rule: SeccompRule, _ decided: inout [Int32: UInt32]
  ) throws(SpecError) {
    for number in numbers {
      if let other = decided[number], other != action {
        let name = SystemCalls.name(of: number) ?? String(number)
        throw SpecError("an earlier rule has another action for \(name)", at: rule.offset, hint: "keep one of them")
      }
      decided[number] = action
    }
  }

  /// All conditions of a rule must hold. Where two of them are on one argument, each becomes a rule of its own, as in
  /// runc and crun.
  private static func alternatives(_ arguments: [SeccompRule.Argument]) -> [[SeccompRule.Argument]] {
    Set(arguments.map(\.index)).count == arguments.count ? [arguments] : arguments.map { [$0] }
  }

  private static func add(
    _ number: Int32, _ arguments: [SeccompRule.Argument], _ action: UInt32, _ rule: SeccompRule,
    to filter: scmp_filter_ctx
  ) throws(SpecError) {
    let conditions = arguments.map {
      scmp_arg_cmp(arg: $0.index, op: code($0.op), datum_a: $0.value, datum_b: $0.valueTwo)
    }
    let result = seccomp_rule_add_array(filter, action, number, UInt32(conditions.count), conditions)
    if result < 0 {
      let name = SystemCalls.name(of: number) ?? String(number)
      throw SpecError(
        "libseccomp refuses the rule for \(name): \(String(cString: strerror(-result)))", at: rule.offset)
    }
  }

  /// A pipe holds more than the longest program that can be loaded, so nothing has to be written anywhere.
  private static func exported(_ filter: scmp_filter_ctx) throws(SpecError) -> [UInt8] {
    var ends: [Int32] = [-1, -1]
    try check(-(pipe(&ends) == 0 ? 0 : errno), "make a pipe")
    defer { close(ends[0]) }
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    let result = seccomp_export_bpf(filter, ends[1])
    close(ends[1])
    var program = [UInt8](repeating: 0, count: maximumInstructions * 8 + 1)
    let count = readAll(ends[0], into: &program)
    guard result == 0, count <= maximumInstructions * 8 else {
      throw SpecError("the seccomp profile needs more than \(maximumInstructions) instructions")
    }
    return lettingNegativeNumbersPass(Array(program.prefix(count)))
  }

  /// libseccomp takes every number from 0x4000_0000 on for a call of x32, but for -1 (which a tracer uses). x32 has no
  /// negative numbers: they are calls that do not exist. So its test for -1 becomes one for all of them.
  private static func lettingNegativeNumbersPass(_ program: [UInt8]) -> [UInt8] {
    func instruction(_ index: Int) -> (code: UInt16, constant: UInt32)? {
      let start = index * 8
      guard start + 8 <= program.count else { return nil }
      let constant = program[start + 4..<start + 8].reversed().reduce(0) { $0 << 8 | UInt32($1) }
      return (UInt16(program[start]) | UInt16(program[start + 1]) << 8, constant)
    }
    // BPF_JMP | BPF_K with BPF_JGE and BPF_JEQ (linux/bpf_common.h).
    let (jumpIfAtLeast, jumpIfEqual) = (UInt16(0x35), UInt16(0x15))
    var program = program
    for index in 0..<8 {
      guard let bit = instruction(index), let minusOne = instruction(index + 1) else { break }
      guard bit == (jumpIfAtLeast, 0x4000_0000), minusOne == (jumpIfEqual, .max) else { continue }
      program.replaceSubrange(
        (index + 1) * 8..<(index + 2) * 8,
        with: [
          UInt8(jumpIfAtLeast), 0, program[(index + 1) * 8 + 2], program[(index + 1) * 8 + 3], 0, 0, 0, 0x80,
        ])
      break
    }
    return program
  }

  private static func readAll(_ descriptor: Int32, into buffer: inout [UInt8]) -> Int {
    var count = 0
    buffer.withUnsafeMutableBytes { memory in
      while count < memory.count {
        let more = read(descriptor, memory.baseAddress! + count, memory.count - count)
        if more <= 0 { break }
        count += more
      }
    }
    return count
  }

  private static func check(_ result: Int32, _ action: String) throws(SpecError) {
    if result < 0 { throw SpecError("libseccomp cannot \(action): \(String(cString: strerror(-result)))") }
  }
}

// The constants of seccomp.h that are macros with arguments.

private let killProcess: UInt32 = 0x8000_0000

private func code(_ action: SeccompAction) -> UInt32 {
  switch action {
  case .allow: 0x7FFF_0000
  case .log: 0x7FFC_0000
  case .trace(let errno): 0x7FF0_0000 | UInt32(errno ?? UInt16(EPERM))
  case .errno(let errno): 0x0005_0000 | UInt32(errno ?? UInt16(EPERM))
  case .trap: 0x0003_0000
  case .killProcess: killProcess
  case .killThread: 0
  }
}

private func code(_ comparison: SeccompComparison) -> scmp_compare {
  switch comparison {
  case .notEqual: SCMP_CMP_NE
  case .less: SCMP_CMP_LT
  case .lessOrEqual: SCMP_CMP_LE
  case .equal: SCMP_CMP_EQ
  case .greaterOrEqual: SCMP_CMP_GE
  case .greater: SCMP_CMP_GT
  case .maskedEqual: SCMP_CMP_MASKED_EQ
  }
}
