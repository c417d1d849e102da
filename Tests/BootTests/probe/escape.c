// Calls that must be refused.
#define _GNU_SOURCE
#include "probe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Tries everything that must be refused.
int do_escape(char **arguments) {
  (void)arguments;
  told("mount", mount("tmpfs", "/tmp", "tmpfs", 0, ""));
  told("umount", umount2("/proc", 0));
  told("pivot_root", syscall(SYS_pivot_root, "/", "/tmp"));
  told("chroot", chroot("/tmp"));
  told("reboot", reboot(RB_AUTOBOOT));
  told("init_module", syscall(SYS_init_module, "", 0, ""));
  told("finit_module", syscall(SYS_finit_module, 0, "", 0));
  told("kexec_load", syscall(SYS_kexec_load, 0, 0, NULL, 0));
  told("kexec_file_load", syscall(SYS_kexec_file_load, 0, 0, 0, "", 0));
  told("bpf", syscall(SYS_bpf, 0, "", 0));
  told("ptrace", ptrace(PTRACE_ATTACH, 1, NULL, NULL));
  told("process_vm_readv", syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0));
  told("kill 1", kill(1, SIGKILL));
  told("unshare user", unshare(CLONE_NEWUSER));
  told("unshare mount", unshare(CLONE_NEWNS));
  told("clone user", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
  told("clone3", syscall(SYS_clone3, NULL, 0));
  told("keyctl", syscall(SYS_keyctl, 0, 0));
  told("add_key", syscall(SYS_add_key, "user", "a", "b", 1, -1));
  told("userfaultfd", syscall(SYS_userfaultfd, 0));
  told("perf_event_open", syscall(SYS_perf_event_open, NULL, 0, 0, 0, 0));
  told("io_uring_setup", syscall(SYS_io_uring_setup, 1, NULL));
  told("setuid", setuid(0));
  told("settimeofday", syscall(SYS_settimeofday, NULL, NULL));
  told("swapon", syscall(SYS_swapon, "/tmp", 0));
  told("iopl", syscall(SYS_iopl, 3));
  told("socket alg", socket(AF_ALG, SOCK_SEQPACKET, 0));
  told("socket vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
  told("socket packet", socket(AF_PACKET, SOCK_RAW, 0));
  told("socket netlink", socket(AF_NETLINK, SOCK_RAW, 0));
  told("socket raw", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
  told("open disk", open("/dev/vda", O_RDONLY));
  told("mknod", mknod("/tmp/vda", S_IFBLK | 0600, 254 << 8));
  told("write sysctl", open("/proc/sys/kernel/hostname", O_WRONLY));
  told("write sysrq", open("/proc/sysrq-trigger", O_WRONLY));
  told("write cgroup", open("/sys/fs/cgroup/cgroup.procs", O_WRONLY));
  told("open kmsg", open("/dev/kmsg", O_RDONLY));
  told("open mem", open("/dev/mem", O_RDONLY));
  told("open environ of PID 1", open("/proc/1/environ", O_RDONLY));
  return 0;
}

// Makes refused calls, as fast as it can.
int do_refused(char **arguments) {
  for (int i = number(arguments, 1); i > 0; i--) syscall(SYS_add_key, "user", "a", "b", 1, -1);
  return 0;
}

// Makes a system call in the way of 32-bit x86.
int do_i386(char **arguments) {
  long result;
  (void)arguments;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
  printf("int 0x80: %ld\n", result);
  return 0;
}

// Makes a system call in the way of the x32 ABI.
int do_x32(char **arguments) {
  (void)arguments;
  told("x32", syscall(0x40000000 + SYS_getpid));
  return 0;
}
