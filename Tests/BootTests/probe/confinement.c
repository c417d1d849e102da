// The task's confinement, as the task sees it.
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void *thread_status(void *unused) {
  (void)unused;
  print_file("/proc/thread-self/status");
  return NULL;
}

// Prints /proc/PID/status of the task, of a thread of it and of a program that it starts.
int do_status(char **arguments) {
  pthread_t thread;
  (void)arguments;
  print_file("/proc/self/status");
  if (pthread_create(&thread, NULL, thread_status, NULL) == 0) pthread_join(thread, NULL);
  fflush(stdout);
  if (fork() == 0) {
    execl("/proc/self/exe", "probe", "cat", "/proc/self/status", NULL);
    _exit(98);
  }
  wait(NULL);
  return 0;
}

// Prints descriptors, blocked and ignored signals, umask, folder, ids and environment.
int do_surroundings(char **arguments) {
  char folder[4096];
  (void)arguments;
  for (int fd = 0; fd < 1024; fd++)
    if (fcntl(fd, F_GETFD) != -1) printf("fd %d\n", fd);
  sigset_t blocked;
  sigprocmask(SIG_BLOCK, NULL, &blocked);
  for (int number = 1; number < 65; number++) {
    struct sigaction action;
    if (sigismember(&blocked, number) == 1) printf("blocked %d\n", number);
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) printf("ignored %d\n", number);
  }
  printf("umask %03o\n", umask(0));
  printf("cwd %s\n", getcwd(folder, sizeof folder));
  printf("ids %d %d %d %d\n", getuid(), geteuid(), getgid(), getegid());
  for (char **entry = environ; *entry; entry++) printf("env %s\n", *entry);
  return 0;
}

// Prints PID 1's status once PID 1 has given up what it no longer needs, a moment after the task's start.
int do_watch_init(char **arguments) {
  char status[4096];
  (void)arguments;
  for (int i = 0; i < 200; i++) {
    int fd = open("/proc/1/status", O_RDONLY);
    ssize_t count = fd < 0 ? -1 : read(fd, status, sizeof status - 1);
    if (count < 0) return printf("/proc/1/status: %s\n", strerrorname_np(errno)), 1;
    close(fd);
    status[count] = 0;
    if (strstr(status, "Seccomp:\t2")) break;
    usleep(10000);
  }
  fputs(status, stdout);
  return 0;
}
