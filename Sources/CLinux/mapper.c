#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "CLinux.h"
#include "result.h"

// A request to the device mapper (linux/dm-ioctl.h). It has room for one target and its parameters or its status.
struct request {
  struct dm_ioctl head;
  struct dm_target_spec target;
  char text[1024];
};

static int perform(unsigned long command, struct request *request, const char *name, uint32_t flags) {
  struct dm_ioctl *head = &request->head;
  head->version[0] = 4;
  head->data_size = sizeof *request;
  head->data_start = offsetof(struct request, target);
  head->flags = flags;
  if (strlen(name) >= sizeof head->name) return -ENAMETOOLONG;
  strcpy(head->name, name);
  int fd = open("/dev/" DM_DIR "/" DM_CONTROL_NODE, O_RDWR | O_CLOEXEC);
  if (fd == -1) return -errno;
  int result = RESULT(ioctl(fd, command, request));
  close(fd);
  return result;
}

int cl_mapping_create(const char *name) {
  struct request request = {};
  int result = perform(DM_DEV_CREATE, &request, name, DM_READONLY_FLAG);
  // The low byte of user space's dev_t is the low byte of the minor number, and there are never 256 mappings.
  return result < 0 ? result : (int)(request.head.dev & 0xFF);
}

int cl_mapping_load(const char *name, uint64_t sectors, const char *target, const char *parameters) {
  struct request request = {.head = {.target_count = 1}, .target = {.length = sectors}};
  if (strlen(target) >= sizeof request.target.target_type || strlen(parameters) >= sizeof request.text) return -E2BIG;
  strcpy(request.target.target_type, target);
  strcpy(request.text, parameters);
  request.target.next = sizeof request.target + sizeof request.text;
  return perform(DM_TABLE_LOAD, &request, name, DM_READONLY_FLAG);
}

// DM_DEV_SUSPEND without DM_SUSPEND_FLAG resumes: the table that was loaded becomes the one in use.
int cl_mapping_resume(const char *name) {
  struct request request = {};
  return perform(DM_DEV_SUSPEND, &request, name, DM_READONLY_FLAG);
}

long cl_mapping_status(const char *name, char *text, size_t size) {
  struct request request = {};
  int result = perform(DM_TABLE_STATUS, &request, name, 0);
  if (result < 0) return result;
  if (request.head.target_count == 0) return -ENODATA;
  size_t length = strnlen(request.text, sizeof request.text);
  if (length > size) length = size;
  memcpy(text, request.text, length);
  return (long)length;
}
