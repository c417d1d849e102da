extension TargetMachine {
  static let amd64 = TargetMachine(
    name: "x86-64",
    elfMachine: 62,  // EM_X86_64
    loader: "ld-musl-x86_64.so.1",
    compilerTriple: "x86_64-linux-musl",
    seccompArchitecture: 0xC000_003E,  // AUDIT_ARCH_X86_64, which is SCMP_ARCH_X86_64
    seccompNames: ["SCMP_ARCH_X86_64", "SCMP_ARCH_NATIVE"],
    // Linux 6.5 to 6.17 (arch/x86/entry/syscalls/syscall_64.tbl). The libseccomp 2.5.4 of Debian 12 would call them
    // unknown.
    newerSystemCalls: [
      ("cachestat", 451), ("fchmodat2", 452), ("map_shadow_stack", 453), ("futex_wake", 454), ("futex_wait", 455),
      ("futex_requeue", 456), ("statmount", 457), ("listmount", 458), ("lsm_get_self_attr", 459),
      ("lsm_set_self_attr", 460), ("lsm_list_modules", 461), ("mseal", 462), ("setxattrat", 463), ("getxattrat", 464),
      ("listxattrat", 465), ("removexattrat", 466), ("open_tree_attr", 467), ("file_getattr", 468),
      ("file_setattr", 469), ("uretprobe", 335), ("riscv_hwprobe", -1),
    ],
    kernelForms: "a vmlinux or a bzImage",
    // A bzImage has `HdrS` at 0x202 (Documentation/arch/x86/boot.rst).
    isBootImage: { $0.count > 0x206 && $0[0x202..<0x206].elementsEqual("HdrS".utf8) })
}
