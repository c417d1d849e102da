#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "CLinux.h"
#include "result.h"

int cl_block_signals(void) {
  sigset_t all;
  sigfillset(&all);
  return RESULT(sigprocmask(SIG_SETMASK, &all, NULL));
}

// PID 1 only blocks signals. It sets no handlers and ignores none (execve would pass that on), so nothing else is to
// do.
int cl_restore_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  return RESULT(sigprocmask(SIG_SETMASK, &none, NULL));
}

int cl_open_signals(void) {
  sigset_t all;
  sigfillset(&all);
  return RESULT(signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
}

int cl_read_signal(int fd) {
  struct signalfd_siginfo info;
  long count = read(fd, &info, sizeof info);
  if (count == -1) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
  return (int)info.ssi_signo;
}

int cl_signal(int pid, int number) { return RESULT(kill(pid, number)); }

int cl_reap(int *status) { return RESULT(waitpid(-1, status, WNOHANG)); }

int cl_wait_readable(int fd, int timeout_ms) {
  int result = RESULT(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, timeout_ms));
  return result == -EINTR ? 0 : result;
}

// A port whose other end is closed counts as hung up, not as full, and poll(2) returns at once. So this looks again.
int cl_wait_writable(int fd, int timeout_ms) {
  const int pause_ms = 10;
  for (;; timeout_ms -= pause_ms) {
    struct pollfd port = {.fd = fd, .events = POLLOUT};
    int result = RESULT(poll(&port, 1, timeout_ms));
    if (result < 0 && result != -EINTR) return result;
    if (result > 0 && !(port.revents & ~POLLOUT)) return 1;
    if (result == 0 || timeout_ms <= pause_ms) return 0;
    poll(NULL, 0, pause_ms);
  }
}

int cl_open_poll(void) { return RESULT(epoll_create1(EPOLL_CLOEXEC)); }

int cl_watch(int poll, int fd) {
  return RESULT(epoll_ctl(poll, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN | EPOLLET, .data.fd = fd}));
}

int cl_watch_output(int poll, int fd) {
  return RESULT(epoll_ctl(poll, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLOUT | EPOLLET, .data.fd = fd}));
}

int cl_wait(int poll, int *fds, size_t count, int timeout_ms) {
  struct epoll_event events[8];
  if (count > sizeof events / sizeof *events) return -EINVAL;
  int result = RESULT(epoll_wait(poll, events, (int)count, timeout_ms));
  for (int i = 0; i < result; i++) fds[i] = events[i].data.fd;
  return result == -EINTR ? 0 : result;
}

uint64_t cl_monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
