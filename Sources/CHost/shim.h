// What actrl needs of Linux and Swift can't express: fork with the steps between fork and exec, and calls that the
// Glibc module leaves out. Each function returns a value or -errno.
#ifndef CHOST_H
#define CHOST_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/// pipe2(2) with O_CLOEXEC: the end to read in `ends[0]`, the one to write in `ends[1]`.
static inline int host_pipe(int *ends) { return syscall(SYS_pipe2, ends, O_CLOEXEC) < 0 ? -errno : 0; }

/// A program to start. It gets the descriptors 0, 1 and 2 only.
struct host_spawn {
  const char *path;
  char *const *arguments;
  /// The child's working folder, an open descriptor.
  int folder;
  /// The child's stdout and stderr.
  int output;
  /// SIGKILL when the thread that called `host_spawn` ends.
  int dies_with_parent;
};

static inline void host_child(const struct host_spawn *spawn, pid_t parent, int failure) {
  sigset_t none;
  int null = open("/dev/null", O_RDONLY);
  setsid(); // Ctrl-C on the terminal goes to actrl only
  if (spawn->dies_with_parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
  }
  if (null >= 0 && dup2(null, 0) >= 0 && dup2(spawn->output, 1) >= 0 && dup2(spawn->output, 2) >= 0 &&
      fchdir(spawn->folder) == 0) {
    syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, 0);
    execv(spawn->path, spawn->arguments);
  }
  int error = errno;
  if (write(failure, &error, sizeof error) < 0) _exit(2);
  _exit(1);
}

/// fork(2) and execv(2): the child's pid, or why it could not be started.
static inline int host_spawn(const struct host_spawn *spawn) {
  int failure[2], error = 0;
  pid_t parent = getpid();
  if ((error = host_pipe(failure)) < 0) return error;
  pid_t child = fork();
  if (child == 0) host_child(spawn, parent, failure[1]);
  int result = child < 0 ? -errno : child;
  close(failure[1]);
  if (child > 0 && read(failure[0], &error, sizeof error) == sizeof error) {
    waitpid(child, 0, 0);
    result = -error;
  }
  close(failure[0]);
  return result;
}

/// fallocate(2) with FALLOC_FL_KEEP_SIZE: room for the file's first `size` bytes, whatever the disk holds later.
static inline int host_reserve(int file, off_t size) {
  return syscall(SYS_fallocate, file, 1, (off_t)0, size) < 0 ? -errno : 0;
}

/// Whether the file system of `path` keeps extended attributes of users (xattr(7)).
static inline int host_has_attributes(const char *path) {
  return getxattr(path, "user.arrow", (void *)0, 0) >= 0 || errno != ENOTSUP;
}

/// lseek(2) with SEEK_DATA: where the next bytes are that no hole has taken.
static inline off_t host_data(int file, off_t from) {
  off_t result = lseek(file, from, 3);
  return result < 0 ? -errno : result;
}

/// lseek(2) with SEEK_HOLE: where the next hole begins, or the end of the file.
static inline off_t host_hole(int file, off_t from) {
  off_t result = lseek(file, from, 4);
  return result < 0 ? -errno : result;
}

/// fallocate(2) with FALLOC_FL_PUNCH_HOLE and FALLOC_FL_KEEP_SIZE: gives the bytes' room back to the disk.
static inline int host_punch(int file, off_t start, off_t size) {
  return syscall(SYS_fallocate, file, 3, start, size) < 0 ? -errno : 0;
}

/// pidfd_open(2): readable once the process has ended.
static inline int host_pidfd(pid_t pid) {
  int result = (int)syscall(SYS_pidfd_open, pid, 0);
  return result < 0 ? -errno : result;
}

/// pidfd_send_signal(2): unlike a pid, the descriptor never means another process.
static inline int host_signal(int pidfd, int signal) {
  return syscall(SYS_pidfd_send_signal, pidfd, signal, (void *)0, 0u) < 0 ? -errno : 0;
}

/// pidfd_getfd(2): our own descriptor of what the other process has open under that number.
static inline int host_getfd(int pidfd, int number) {
  int result = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0u);
  return result < 0 ? -errno : result;
}

/// The frequency of the time stamp counter in kHz, measured for 10 ms; 0 where there is none.
static inline int64_t host_tsc_khz(void) {
#if defined(__x86_64__)
  struct timespec start, now, pause = {0, 10 * 1000 * 1000};
  clock_gettime(CLOCK_MONOTONIC_RAW, &start);
  uint64_t first = __rdtsc();
  nanosleep(&pause, 0);
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  uint64_t last = __rdtsc();
  int64_t elapsed = (now.tv_sec - start.tv_sec) * 1000000000LL + now.tv_nsec - start.tv_nsec;
  return elapsed > 0 ? (int64_t)((last - first) * 1e6 / elapsed) : 0;
#else
  return 0;
#endif
}

#endif
