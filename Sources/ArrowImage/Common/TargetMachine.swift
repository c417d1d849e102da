/// The machine that images are made for: all that this module knows about one stands in a value of this type. Each
/// architecture has a file of its own with its value.
struct TargetMachine: Sendable {
  /// As messages call it.
  var name: String
  /// `e_machine` in elf(5).
  var elfMachine: Int
  /// The file name of musl's loader.
  var loader: String
  /// What the names of the SDK's compilers begin with.
  var compilerTriple: String
  /// How libseccomp and the kernel's audit number it.
  var seccompArchitecture: UInt32
  /// What a seccomp profile calls it; the first is the name that messages propose.
  var seccompNames: [String]
  /// System calls that are newer than libseccomp. The number is negative for a call that this machine does not have but
  /// that profiles for all machines name.
  var newerSystemCalls: [(name: String, number: Int32)]
  /// The forms a kernel may have, for a message.
  var kernelForms: String
  /// Whether a file is a kernel in the machine's own boot format; ELF is checked elsewhere.
  var isBootImage: @Sendable ([UInt8]) -> Bool
}
