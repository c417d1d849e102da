import CHost

/// What is x86-64 about the host and the machines it shows to guests. Host and guest have the same architecture: actrl
/// for another one has another file in this one's place.
///
/// The machine types themselves (microvm, q35) are in `Plan/MachinePlan.swift`, their options in
/// `QEMU/QemuMachine.swift`.
enum HostArchitecture {
  /// QEMU has a program for each architecture of a guest.
  static let qemuProgram = "qemu-system-x86_64"
  /// The Debian package with that program.
  static let qemuPackage = "qemu-system-x86"

  /// The flags in /proc/cpuinfo without which there is no KVM: Intel's and AMD's.
  static let virtualizationFlags: [Substring] = ["vmx", "svm"]

  /// The kernel's name for the serial port where it writes its log: the first one of a PC.
  static let serialConsole = "ttyS0"

  /// What libseccomp calls the architecture in a profile.
  static let seccompName = "SCMP_ARCH_X86_64"

  /// The frequency of the time stamp counter in kHz, measured; `nil` where there is none. Under TCG the guest's counter
  /// runs at the pace of the host's.
  static func timeStampKHz() -> Int64? {
    let frequency = host_tsc_khz()
    return frequency > 0 ? frequency : nil
  }

  /// The word that tells the guest's kernel that frequency. Without it the kernel measures against an emulated timer,
  /// which hangs one boot in four.
  static func kernelArgument(timeStampKHz: Int64) -> String { "tsc_early_khz=\(timeStampKHz)" }
}
