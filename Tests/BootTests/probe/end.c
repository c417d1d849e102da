// How the task ends, and what it leaves behind.
#define _GNU_SOURCE
#include "probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t caught;
static void catch(int number) { caught = number; }

// Ends with the given code.
int do_exit(char **arguments) { return number(arguments, 0); }

// Ends itself with a signal, whose default action is restored first.
int do_signal(char **arguments) {
  signal(number(arguments, SIGKILL), SIG_DFL);
  kill(getpid(), number(arguments, SIGKILL));
  pause();
  return 99;
}

// Waits for a signal. With the argument "ignore" it waits for ever.
int do_wait(char **arguments) {
  int ignores = arguments[0] && strcmp(arguments[0], "ignore") == 0;
  for (int number = 1; number < 32; number++)
    if (number != SIGCHLD && number != SIGSEGV) signal(number, ignores ? SIG_IGN : catch);
  printf("waiting\n");
  fflush(stdout);
  while (!caught) pause();
  printf("caught %d\n", caught);
  return 40 + caught;
}

// Makes grandchildren that outlive their parents, and counts the zombies.
int do_orphans(char **arguments) {
  for (int i = number(arguments, 1000); i > 0; i--) {
    pid_t child = fork();
    if (child < 0) { usleep(1000); i++; continue; }
    if (child == 0) {
      if (fork() == 0) _exit(0);
      _exit(0);
    }
    waitpid(child, NULL, 0);
  }
  usleep(200 * 1000);
  int zombies = 0;
  DIR *folder = opendir("/proc");
  for (struct dirent *entry; (entry = readdir(folder));) {
    char path[300], line[512] = "";
    snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
    int fd = entry->d_name[0] >= '0' && entry->d_name[0] <= '9' ? open(path, O_RDONLY) : -1;
    if (fd < 0) continue;
    if (read(fd, line, sizeof line - 1) > 0 && strstr(line, ") Z ")) zombies++;
    close(fd);
  }
  printf("zombies %d\n", zombies);
  return 7;
}

// Makes two grandchildren that end at the same instant, again and again.
int do_twins(char **arguments) {
  for (int i = number(arguments, 1000); i > 0; i--) {
    for (int twin = 0; twin < 2; twin++)
      if (fork() == 0) {
        if (fork() == 0) _exit(0);
        _exit(0);
      }
    while (wait(NULL) > 0) {
    }
  }
  return 3;
}

// Leaves a child that would run for an hour. With the argument "deaf" it ignores SIGTERM.
int do_leave_child(char **arguments) {
  if (fork() == 0) {
    if (arguments[0] && strcmp(arguments[0], "deaf") == 0) signal(SIGTERM, SIG_IGN);
    printf("child\n");
    fflush(stdout);
    sleep(3600);
    _exit(0);
  }
  usleep(100 * 1000);
  return 5;
}

// Forks until a signal comes.
int do_fork_bomb(char **arguments) {
  (void)arguments;
  printf("bombing\n");
  fflush(stdout);
  while (!caught)
    if (fork() < 0) usleep(1000);
  return 0;
}

// Takes memory until a signal comes.
int do_eat_memory(char **arguments) {
  (void)arguments;
  while (!caught) {
    char *memory = malloc(1 << 20);
    if (memory) memset(memory, 1, 1 << 20);
  }
  return 0;
}
