// What confines the task: cgroups, seccomp, and parts of the kernel that are left out.
#include "check.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>

long cgroup_with_limits(void) {
  mkdir("/cgroup", 0755);
  if (mount("cgroup2", "/cgroup", "cgroup2", 0, NULL)) return -1;
  if (write_text("/cgroup/cgroup.subtree_control", "+memory +pids")) return -1;
  mkdir("/cgroup/task", 0755);
  return access("/cgroup/task/memory.max", F_OK) || access("/cgroup/task/pids.max", F_OK) ||
         access("/cgroup/task/cgroup.kill", F_OK) ? -1 : 0;
}

// A child takes more memory than its cgroup may have. It is killed, this process goes on, and the reason can be read.
long cgroup_kills_at_its_limit(void) {
  const size_t size = 16 << 20;
  int status;
  if (write_text("/cgroup/task/memory.max", "4M")) return -1;
  if (fork() == 0) {
    if (write_text("/cgroup/task/cgroup.procs", "0")) _exit(1);
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(memory, 1, size);
    _exit(2);
  }
  wait(&status);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) return truth(0);
  return contains("/cgroup/task/memory.events", "oom_kill 1");
}

// A child's getppid() is denied and logged. Without an audit daemon, a listener to netlink's multicast sees it.
long seccomp_denial_is_logged(void) {
  struct sock_filter code[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {LENGTH(code), code};
  struct sockaddr_nl readers = {.nl_family = AF_NETLINK, .nl_groups = 1 << (AUDIT_NLGRP_READLOG - 1)};
  struct { struct nlmsghdr head; char text[1024]; } record;
  char expected[32];
  int status, audit = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
  if (audit < 0 || bind(audit, (void *)&readers, sizeof readers)) return -1;
  if (fork() == 0) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) _exit(1);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, &program)) _exit(2);
    _exit(syscall(SYS_getppid) == -1 && errno == EPERM ? 0 : 3);
  }
  wait(&status);
  if (status) return truth(0);
  snprintf(expected, sizeof expected, "syscall=%d", SYS_getppid);
  for (struct pollfd ready = {audit, POLLIN, 0}; poll(&ready, 1, 1000) == 1;) {
    ssize_t length = recv(audit, &record, sizeof record - 1, 0);
    if (length < 0) break;
    ((char *)&record)[length] = 0;
    if (record.head.nlmsg_type == AUDIT_SECCOMP && strstr(record.text, expected)) return close(audit);
  }
  return truth(0);
}

long no_user_namespaces(void) { return truth(unshare(CLONE_NEWUSER) < 0 && errno == EINVAL); }

// System calls that exploits use, and that this kernel does not have.
long closed_doors(void) {
  static const long doors[] = {SYS_io_uring_setup, SYS_userfaultfd, SYS_kexec_load, SYS_init_module, SYS_add_key,
                               SYS_keyctl, SYS_process_vm_writev, SYS_kcmp, SYS_iopl, SYS_modify_ldt,
                               SYS_fanotify_init, SYS_swapon, SYS_io_setup, SYS_landlock_create_ruleset};
  for (size_t door = 0; door < LENGTH(doors); door++)
    if (syscall(doors[door], 0, 0, 0, 0, 0, 0) >= 0 || errno != ENOSYS) return printf("%ld: ", doors[door]), -1;
  return 0;
}

// A program in a memory file can be neither executed nor mapped as code.
long memory_files_are_no_code(void) {
  char page[4096] = "#!/init\n", *const no[] = {NULL};
  int file = memfd_create("program", 0);
  if (file < 0 || write(file, page, sizeof page) < 0) return -1;
  if (fexecve(file, no, no) == 0 || errno != EACCES) return -1;
  return truth(mmap(NULL, sizeof page, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED && errno == EPERM);
}

long exit_is_seen_through_pidfd(void) {
  pid_t child = fork();
  if (child == 0) _exit(0);
  struct pollfd end = {syscall(SYS_pidfd_open, child, 0), POLLIN, 0};
  int seen = poll(&end, 1, 1000);
  wait(NULL);
  return truth(end.fd >= 0 && seen == 1 && end.revents & POLLIN);
}
