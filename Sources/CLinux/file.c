#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "CLinux.h"
#include "result.h"

int cl_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
  return RESULT(mount(source, target, type, flags, data));
}

int cl_unmount(const char *target) { return RESULT(umount2(target, 0)); }

int cl_set_mount_flags(const char *target, uint64_t set, uint64_t clear) {
  // struct mount_attr. The C libraries declare it in different headers, or not at all.
  struct {
    uint64_t set, clear, propagation, user_namespace;
  } attributes = {.set = set, .clear = clear};
  const int recursive = 0x8000, mount_setattr = 442;
  const uint64_t access_time = 0x70;  // one choice of several: to set one, all of them have to be cleared
  if (set & access_time) attributes.clear |= access_time;
  return RESULT((int)syscall(mount_setattr, AT_FDCWD, target, recursive, &attributes, sizeof attributes));
}

int cl_mkdir(const char *path, uint32_t mode) { return RESULT(mkdir(path, mode)); }

int cl_mknod(const char *path, uint32_t mode, uint32_t major, uint32_t minor) {
  return RESULT(mknod(path, mode, makedev(major, minor)));
}

int cl_symlink(const char *target, const char *path) { return RESULT(symlink(target, path)); }

long cl_readlink(const char *path, void *buffer, size_t size) { return RESULT(readlink(path, buffer, size)); }

int cl_open(const char *path, int flags, uint32_t mode) { return RESULT(open(path, flags | O_CLOEXEC, mode)); }

int cl_close(int fd) { return RESULT(close(fd)); }

long cl_read(int fd, void *buffer, size_t size) { return RESULT(read(fd, buffer, size)); }

long cl_read_at(int fd, void *buffer, size_t size, int64_t offset) { return RESULT(pread(fd, buffer, size, offset)); }

long cl_write(int fd, const void *bytes, size_t size) { return RESULT(write(fd, bytes, size)); }

int cl_file_mode(const char *path) {
  struct stat status;
  return stat(path, &status) == -1 ? -errno : (int)status.st_mode;
}

int64_t cl_file_size(const char *path) {
  struct stat status;
  return stat(path, &status) == -1 ? -errno : status.st_size;
}

int cl_set_mode(const char *path, uint32_t mode) { return RESULT(chmod(path, mode)); }

int cl_set_owner(const char *path, uint32_t uid, uint32_t gid) { return RESULT(chown(path, uid, gid)); }

// Reads records of getdents64(2) and keeps their names only.
long cl_read_folder(int fd, void *names, size_t size) {
  char records[2048];
  long count = RESULT(syscall(SYS_getdents64, fd, records, sizeof records < size ? sizeof records : size));
  if (count <= 0) return count;
  char *end = names;
  for (long at = 0; at < count;) {
    const struct dirent64 *entry = (const struct dirent64 *)(records + at);
    // A name is shorter than its record, so the names never need more than `size`.
    end = stpcpy(end, entry->d_name) + 1;
    at += entry->d_reclen;
  }
  return end - (char *)names;
}

int cl_open_datagrams(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return -ENAMETOOLONG;
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd == -1) return -errno;
  if (bind(fd, (const struct sockaddr *)&address, sizeof address) == 0) return fd;
  int error = errno;
  close(fd);
  return -error;
}

int cl_pipe(int fds[2]) { return RESULT(pipe2(fds, O_CLOEXEC)); }

int cl_task_pipe(int fds[2], int task_end, uint32_t uid, uint32_t gid) {
  if (pipe2(fds, O_CLOEXEC) == -1) return -errno;
  if (fchown(fds[task_end], uid, gid) == 0 && fcntl(fds[!task_end], F_SETFL, O_NONBLOCK) == 0) return 0;
  int error = errno;
  close(fds[0]);
  close(fds[1]);
  return -error;
}

// As much as a pipe can be made to hold.
long cl_splice(int pipe, int target) { return RESULT(splice(pipe, NULL, target, NULL, 1 << 20, SPLICE_F_NONBLOCK)); }

int64_t cl_unread(int pipe) {
  int count = 0;
  return ioctl(pipe, FIONREAD, &count) == -1 ? -errno : count;
}

int cl_duplicate(int fd, int target, int close_on_exec) {
  if (fd == target) return RESULT(fcntl(fd, F_SETFD, close_on_exec ? FD_CLOEXEC : 0));
  return RESULT(dup3(fd, target, close_on_exec ? O_CLOEXEC : 0));
}

int cl_close_on_exec(int first) {
  const unsigned close_on_exec = 1U << 2;  // CLOSE_RANGE_CLOEXEC
  return RESULT((int)syscall(SYS_close_range, first, ~0U, close_on_exec));
}

int cl_make_raw(int fd) {
  struct termios settings;
  if (tcgetattr(fd, &settings) == -1) return -errno;
  cfmakeraw(&settings);
  return RESULT(tcsetattr(fd, TCSANOW, &settings));
}

int cl_set_window(int fd, uint16_t rows, uint16_t columns) {
  return RESULT(ioctl(fd, TIOCSWINSZ, &(struct winsize){.ws_row = rows, .ws_col = columns}));
}

// Not tcdrain(3), which waits forever where the other end takes nothing.
int cl_drain_terminal(int fd) {
  int waiting = 0;
  for (int rest_ms = 500; rest_ms > 0; rest_ms--) {
    if (ioctl(fd, TIOCOUTQ, &waiting) == -1) return -errno;
    if (waiting == 0) return 0;
    poll(NULL, 0, 1);
  }
  return -ETIMEDOUT;
}

// openat2(2) follows links as if `root` were the root, so none leads out of it.
long cl_real_path(const char *root, const char *path, char *buffer, size_t size) {
  struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
  char link[] = "/proc/self/fd/\0\0\0\0\0\0\0\0\0";
  int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder == -1) return -errno;
  int fd = RESULT((int)syscall(SYS_openat2, folder, path, &how, sizeof how));
  close(folder);
  if (fd < 0) return fd;
  // Not printf(3), which would be as large as this whole file.
  char *end = link + strlen(link);
  int power = 1;
  while (fd / power >= 10) power *= 10;
  for (; power > 0; power /= 10) *end++ = '0' + fd / power % 10;
  long result = RESULT(readlink(link, buffer, size));
  close(fd);
  return result;
}
