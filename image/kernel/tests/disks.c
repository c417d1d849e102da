// Disks and file systems.
#include "check.h"
#include <linux/dm-ioctl.h>
#include <sys/sysmacros.h>

// Finds /dev/vdX by the serial number that QEMU gave it: the order of disks is not reliable.
const char *disk(const char *serial) {
  static char device[] = "/dev/vdX";
  for (char letter = 'a'; letter < 'f'; letter++) {
    char path[64];
    snprintf(path, sizeof path, "/sys/block/vd%c/serial", letter);
    device[7] = letter;
    if (contains(path, serial) == 0) return device;
  }
  return "/dev/none";
}

long mount_and_read(const char *source, const char *target, const char *type, const char *options) {
  char path[64];
  mkdir(target, 0755);
  if (mount(source, target, type, MS_RDONLY, options)) return -1;
  snprintf(path, sizeof path, "%s/hello", target);
  return contains(path, "hello");
}

long read_write_ext4(void) {
  mkdir("/volume", 0755);
  if (mount(disk("volume"), "/volume", "ext4", 0, NULL)) return -1;
  int file = open("/volume/file", O_CREAT | O_WRONLY, 0644);
  if (file < 0 || write(file, "x", 1) != 1 || fsync(file)) return -1;
  close(file);
  return umount("/volume");
}

// Changes a file, and makes a folder where the lower layer's was removed: that needs extended attributes.
long overlay(void) {
  mkdir("/scratch", 0755);
  if (mount("tmpfs", "/scratch", "tmpfs", 0, "size=1m")) return -1;
  mkdir("/scratch/upper", 0755), mkdir("/scratch/work", 0755), mkdir("/merged", 0755);
  if (mount("overlay", "/merged", "overlay", 0, "lowerdir=/pieces,upperdir=/scratch/upper,workdir=/scratch/work"))
    return -1;
  int file = open("/merged/hello", O_WRONLY | O_TRUNC);
  if (file < 0 || write(file, "changed", 7) != 7) return -1;
  return unlink("/merged/folder/file") || rmdir("/merged/folder") ? -1 : mkdir("/merged/folder", 0755);
}

// --- dm-verity

struct request {
  struct dm_ioctl head;
  struct dm_target_spec target;
  char parameters[512];
};

static struct request request(const char *name, uint32_t flags) {
  struct request request = {.head = {
    .version = {DM_VERSION_MAJOR, 0, 0}, .data_size = sizeof request,
    .data_start = offsetof(struct request, target), .flags = flags}};
  strcpy(request.head.name, name);
  return request;
}

// Maps the pieces through dm-verity with this root hash. The hash tree lies behind the data on the same disk.
static long map(const char *name, const char *root_hash, char *device) {
  int control = open("/dev/mapper/control", O_RDWR);
  struct request create = request(name, 0), load = request(name, DM_READONLY_FLAG), resume = request(name, 0);
  long blocks = atol(getenv("BLOCKS"));
  load.head.target_count = 1;
  load.target.length = blocks * 8;
  strcpy(load.target.target_type, "verity");
  snprintf(load.parameters, sizeof load.parameters, "1 %s %s 4096 4096 %ld %ld sha256 %s -", disk("verity"),
           disk("verity"), blocks, blocks, root_hash);
  if (control < 0 || ioctl(control, DM_DEV_CREATE, &create) || ioctl(control, DM_TABLE_LOAD, &load) ||
      ioctl(control, DM_DEV_SUSPEND, &resume))
    return -1;
  sprintf(device, "/dev/dm-%u", minor(create.head.dev));
  return close(control);
}

long verity_reads(void) {
  char device[32];
  return map("right", getenv("ROOTHASH"), device) ? -1 : mount_and_read(device, "/verified", "erofs", NULL);
}

// Maps the same data with another root hash: the first read fails.
long verity_refuses_altered_data(void) {
  char device[32], wrong[65], block[4096];
  strcpy(wrong, getenv("ROOTHASH"));
  wrong[0] = wrong[0] == '0' ? '1' : '0';
  if (map("wrong", wrong, device)) return -1;
  int file = open(device, O_RDONLY);
  if (file < 0) return -1;
  ssize_t length = read(file, block, sizeof block);
  close(file);
  return truth(length < 0 && errno == EIO);
}
