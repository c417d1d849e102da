#define _GNU_SOURCE
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/capability.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CLinux.h"
#include "result.h"

int cl_fork(void) { return RESULT(fork()); }

int cl_new_session(void) { return RESULT(setsid()); }

int cl_control_terminal(int fd) { return RESULT(ioctl(fd, TIOCSCTTY, 0)); }

int cl_execute(const char *path, const char *const *arguments, const char *const *environment) {
  return RESULT(execve(path, (char *const *)arguments, (char *const *)environment));
}

void cl_exit(int code) { _exit(code); }

int cl_batch(void) {
  // musl's own sched_setscheduler(3) refuses.
  const int batch = 3, reset_on_fork = 0x40000000;
  return RESULT((int)syscall(SYS_sched_setscheduler, 0, batch | reset_on_fork, &(int){0}));
}

int cl_change_folder(const char *path) { return RESULT(chdir(path)); }

int cl_change_root(const char *path) { return RESULT(chroot(path)); }

uint32_t cl_set_umask(uint32_t mask) { return umask(mask); }

int cl_set_limit(int resource, uint64_t soft, uint64_t hard) {
  return RESULT(setrlimit(resource, &(struct rlimit){.rlim_cur = soft, .rlim_max = hard}));
}

int cl_set_groups(const uint32_t *groups, size_t count) { return RESULT(setgroups(count, groups)); }

int cl_set_group(uint32_t gid) { return RESULT(setresgid(gid, gid, gid)); }

int cl_set_user(uint32_t uid, int keep_capabilities) {
  if (prctl(PR_SET_KEEPCAPS, keep_capabilities, 0, 0, 0) == -1) return -errno;
  return RESULT(setresuid(uid, uid, uid));
}

int cl_keep_bounding(uint64_t mask) {
  for (cap_value_t capability = 0; capability < cap_max_bits(); capability++)
    if (!(mask >> capability & 1) && cap_drop_bound(capability) == -1) return -errno;
  return 0;
}

static int set_flags(cap_t set, cap_flag_t flag, uint64_t mask) {
  for (cap_value_t capability = 0; capability < cap_max_bits(); capability++)
    if ((mask >> capability & 1) && cap_set_flag(set, flag, 1, &capability, CAP_SET) == -1) return -errno;
  return 0;
}

int cl_set_capabilities(uint64_t permitted, uint64_t effective, uint64_t inheritable, uint64_t ambient) {
  cap_t set = cap_init();
  if (!set) return -errno;
  int result = set_flags(set, CAP_PERMITTED, permitted);
  if (!result) result = set_flags(set, CAP_EFFECTIVE, effective);
  if (!result) result = set_flags(set, CAP_INHERITABLE, inheritable);
  if (!result) result = RESULT(cap_set_proc(set));
  cap_free(set);
  for (cap_value_t capability = 0; !result && capability < cap_max_bits(); capability++)
    if (ambient >> capability & 1) result = RESULT(cap_set_ambient(capability, CAP_SET));
  return result;
}

int cl_no_new_privileges(void) { return RESULT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }

int cl_load_filter(const void *program, size_t size) {
  struct sock_fprog filter = {.len = size / sizeof(struct sock_filter), .filter = (struct sock_filter *)program};
  return RESULT((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, &filter));
}
