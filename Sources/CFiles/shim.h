// System calls on files that Swift's Glibc module leaves out. Each function returns a value or -errno.
#ifndef CFILES_H
#define CFILES_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/// renameat2(2) with RENAME_EXCHANGE: lets each path name what the other one named, in one step.
static inline int files_exchange(const char *a, const char *b) {
  return syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2u) < 0 ? -errno : 0;
}

/// copy_file_range(2) from and to the descriptors' own positions: the number of bytes copied, 0 at the end.
static inline int64_t files_copy(int from, int to, uint64_t count) {
  int64_t copied = syscall(SYS_copy_file_range, from, (void *)0, to, (void *)0, count, 0u);
  return copied < 0 ? -errno : copied;
}

#endif
