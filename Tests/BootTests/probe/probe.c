// A task that tries things; its first argument says what. It is static, so that it is an Arrow Binary by itself.
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int number(char **arguments, int fallback) { return arguments[0] ? atoi(arguments[0]) : fallback; }

int print_file(const char *path) {
  char buffer[4096];
  int fd = open(path, O_RDONLY);
  if (fd < 0) return printf("%s: %s\n", path, strerrorname_np(errno)), 1;
  for (ssize_t count; (count = read(fd, buffer, sizeof buffer)) > 0;) fwrite(buffer, 1, count, stdout);
  close(fd);
  return 0;
}

void told(const char *what, long result) {
  printf("%s %s\n", what, result >= 0 ? "DONE" : strerrorname_np(errno));
}

static const struct {
  const char *name;
  int (*run)(char **arguments);
} commands[] = {
    {"exit", do_exit},
    {"signal", do_signal},
    {"cat", do_cat},
    {"status", do_status},
    {"surroundings", do_surroundings},
    {"escape", do_escape},
    {"i386", do_i386},
    {"x32", do_x32},
    {"write", do_write},
    {"execute", do_execute},
    {"execute-memory", do_execute_memory},
    {"orphans", do_orphans},
    {"leave-child", do_leave_child},
    {"fork-bomb", do_fork_bomb},
    {"eat-memory", do_eat_memory},
    {"twins", do_twins},
    {"flood", do_flood},
    {"wait", do_wait},
    {"refused", do_refused},
    {"stdin", do_stdin},
    {"fill", do_fill},
    {"watch-init", do_watch_init},
};

int main(int count, char **arguments) {
  for (size_t i = 0; count > 1 && i < sizeof commands / sizeof *commands; i++)
    if (strcmp(arguments[1], commands[i].name) == 0) {
      int code = commands[i].run(arguments + 2);
      fflush(stdout);
      return code;
    }
  fprintf(stderr, "probe: no such command\n");
  return 94;
}
