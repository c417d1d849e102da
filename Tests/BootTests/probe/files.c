// Files and streams.
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Prints files.
int do_cat(char **arguments) {
  int result = 0;
  for (; *arguments; arguments++) result |= print_file(*arguments);
  return result;
}

// Tries to make a file in each of the given folders.
int do_write(char **arguments) {
  for (; *arguments; arguments++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/probe-file", *arguments);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    told(*arguments, fd);
    if (fd >= 0) close(fd);
  }
  return 0;
}

// Copies the probe into a folder and executes the copy.
int do_execute(char **arguments) {
  char path[4096], buffer[65536];
  snprintf(path, sizeof path, "%s/copy", arguments[0]);
  int from = open("/proc/self/exe", O_RDONLY), to = open(path, O_CREAT | O_WRONLY, 0755);
  for (ssize_t count; (count = read(from, buffer, sizeof buffer)) > 0;)
    if (write(to, buffer, count) != count) return 97;
  close(to);
  execl(path, "probe", "exit", "0", NULL);
  printf("execute %s\n", strerrorname_np(errno));
  return 0;
}

// Executes a copy that is in memory alone, and maps it as code.
int do_execute_memory(char **arguments) {
  (void)arguments;
  char buffer[65536], *const words[] = {"probe", "exit", "0", NULL}, *const none[] = {NULL};
  int from = open("/proc/self/exe", O_RDONLY), to = memfd_create("copy", 0);
  for (ssize_t count; (count = read(from, buffer, sizeof buffer)) > 0;)
    if (write(to, buffer, count) != count) return 97;
  fexecve(to, words, none);
  printf("execute %s\n", strerrorname_np(errno));
  void *code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, to, 0);
  printf("map %s\n", code == MAP_FAILED ? strerrorname_np(errno) : "DONE");
  return 0;
}

// Fills a folder's file system.
int do_fill(char **arguments) {
  static char block[65536];
  char path[4096];
  snprintf(path, sizeof path, "%s/full", arguments[0]);
  int fd = open(path, O_CREAT | O_WRONLY, 0600);
  while (write(fd, block, sizeof block) > 0) {
  }
  printf("write %s\n", strerrorname_np(errno));
  return 9;
}

// Copies stdin to stdout, and counts the bytes.
int do_stdin(char **arguments) {
  char buffer[4096];
  long total = 0;
  (void)arguments;
  for (ssize_t count; (count = read(0, buffer, sizeof buffer)) > 0;) {
    total += count;
    if (write(1, buffer, count) != count) return 95;
  }
  fprintf(stderr, "%ld bytes\n", total);
  return 0;
}

// Writes BYTES of a pattern that shows what is lost, in lines or as one line.
int do_flood(char **arguments) {
  long bytes = arguments[0] ? atol(arguments[0]) : 1000000;
  int in_lines = !(arguments[1] && strcmp(arguments[1], "one-line") == 0);
  static char block[65536];
  for (size_t i = 0; i < sizeof block; i++) block[i] = in_lines && i % 64 == 63 ? '\n' : (char)('!' + i % 64);
  while (bytes > 0) {
    ssize_t count = write(1, block, bytes < (long)sizeof block ? (size_t)bytes : sizeof block);
    if (count < 0) return 96;
    bytes -= count;
  }
  return 0;
}
