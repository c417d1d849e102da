#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "CLinux.h"
#include "result.h"

int cl_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
  return RESULT(mount(source, target, type, flags, data));
}

int cl_mkdir(const char *path, uint32_t mode) { return RESULT(mkdir(path, mode)); }

int cl_mknod(const char *path, uint32_t mode, uint32_t major, uint32_t minor) {
  return RESULT(mknod(path, mode, makedev(major, minor)));
}

int cl_symlink(const char *target, const char *path) { return RESULT(symlink(target, path)); }

long cl_readlink(const char *path, void *buffer, size_t size) { return RESULT(readlink(path, buffer, size)); }

int cl_unlink(const char *path) { return RESULT(unlink(path)); }

int cl_open(const char *path, int flags, uint32_t mode) { return RESULT(open(path, flags | O_CLOEXEC, mode)); }

int cl_close(int fd) { return RESULT(close(fd)); }

long cl_read(int fd, void *buffer, size_t size) { return RESULT(read(fd, buffer, size)); }

long cl_write(int fd, const void *bytes, size_t size) { return RESULT(write(fd, bytes, size)); }

int cl_file_mode(const char *path) {
  struct stat status;
  return stat(path, &status) == -1 ? -errno : (int)status.st_mode;
}

int cl_set_mode(const char *path, uint32_t mode) { return RESULT(chmod(path, mode)); }

int cl_set_owner(const char *path, uint32_t uid, uint32_t gid) { return RESULT(chown(path, uid, gid)); }

// getdents64(2)'s records, packed down to their names.
long cl_read_folder(int fd, void *names, size_t size) {
  char records[2048];
  long count = RESULT(syscall(SYS_getdents64, fd, records, sizeof records < size ? sizeof records : size));
  if (count <= 0) return count;
  char *end = names;
  for (long at = 0; at < count;) {
    const struct dirent64 *entry = (const struct dirent64 *)(records + at);
    // A name is shorter than its record, so what is written never passes `size`.
    end = stpcpy(end, entry->d_name) + 1;
    at += entry->d_reclen;
  }
  return end - (char *)names;
}

int cl_pipe(int fds[2]) { return RESULT(pipe2(fds, O_CLOEXEC)); }

int cl_duplicate(int fd, int target, int close_on_exec) {
  if (fd == target) return RESULT(fcntl(fd, F_SETFD, close_on_exec ? FD_CLOEXEC : 0));
  return RESULT(dup3(fd, target, close_on_exec ? O_CLOEXEC : 0));
}

int cl_close_from(int first) { return RESULT((int)syscall(SYS_close_range, first, ~0U, 0)); }

int cl_make_raw(int fd) {
  struct termios settings;
  if (tcgetattr(fd, &settings) == -1) return -errno;
  cfmakeraw(&settings);
  return RESULT(tcsetattr(fd, TCSANOW, &settings));
}

int cl_drain_terminal(int fd) { return RESULT(tcdrain(fd)); }
