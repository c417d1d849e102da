// PID 1 of image/kernel/test-boot: proves, one line each, what the kernel of an arrow must be able to do.
//
// What it does is chosen by TEST=… on the kernel command line, which the kernel hands to init as an environment variable:
//   all     every check below, then power off
//   button  wait for the signal of the power button, say its number, then power off
//   panic   end PID 1
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/dm-ioctl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/vm_sockets.h>
#include <mqueue.h>
#include <net/if.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

// Linux 6.6's TCX, which Debian 12's headers lack.
enum { TCX_INGRESS = 46, TCX_NEXT = -1 };

// A check prints its name and result; zero or more is success, as with system calls.
static void check(const char *name, long result) {
  if (result >= 0)
    printf("ok %s\n", name);
  else
    printf("FAILED %s: %s\n", name, strerror(errno));
}

// For checks that are yes or no.
static long truth(int yes) {
  errno = EINVAL;
  return yes ? 0 : -1;
}

static long contains(const char *path, const char *expected) {
  char text[16384];
  int file = open(path, O_RDONLY);
  if (file < 0) return -1;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length < 0) return -1;
  text[length] = 0;
  return truth(strstr(text, expected) != NULL);
}

static long mount_and_read(const char *source, const char *target, const char *type, const char *options) {
  char path[64];
  mkdir(target, 0755);
  if (mount(source, target, type, MS_RDONLY, options)) return -1;
  snprintf(path, sizeof path, "%s/hello", target);
  return contains(path, "hello");
}

// Finds /dev/vdX by the serial QEMU gave it: the order of disks is no promise.
static const char *disk(const char *serial) {
  static char device[] = "/dev/vdX";
  for (char letter = 'a'; letter < 'e'; letter++) {
    char path[64];
    snprintf(path, sizeof path, "/sys/block/vd%c/serial", letter);
    device[7] = letter;
    if (contains(path, serial) == 0) return device;
  }
  return "/dev/none";
}

// --- disks and file systems

static long read_write_ext4(void) {
  mkdir("/volume", 0755);
  if (mount(disk("volume"), "/volume", "ext4", 0, NULL)) return -1;
  int file = open("/volume/file", O_CREAT | O_WRONLY, 0644);
  if (file < 0 || write(file, "x", 1) != 1 || fsync(file)) return -1;
  close(file);
  return umount("/volume");
}

static long overlay(void) {
  mkdir("/scratch", 0755);
  if (mount("tmpfs", "/scratch", "tmpfs", 0, "size=1m")) return -1;
  mkdir("/scratch/upper", 0755), mkdir("/scratch/work", 0755), mkdir("/merged", 0755);
  if (mount("overlay", "/merged", "overlay", 0, "lowerdir=/pieces,upperdir=/scratch/upper,workdir=/scratch/work"))
    return -1;
  int file = open("/merged/hello", O_WRONLY | O_TRUNC);
  return file < 0 ? -1 : write(file, "changed", 7);
}

static long verity_target(void) {
  struct { struct dm_ioctl head; char space[4096]; } request = {.head = {
    .version = {DM_VERSION_MAJOR, 0, 0}, .data_size = sizeof request, .data_start = sizeof(struct dm_ioctl)}};
  int control = open("/dev/mapper/control", O_RDWR);
  if (control < 0 || ioctl(control, DM_LIST_VERSIONS, &request)) return -1;
  close(control);
  struct dm_target_versions *target = (void *)((char *)&request + request.head.data_start);
  while (strcmp(target->name, "verity") && target->next) target = (void *)((char *)target + target->next);
  return truth(!strcmp(target->name, "verity"));
}

// --- devices

static long port_named(const char *name) {
  for (int port = 0; port < 8; port++) {
    char path[64];
    snprintf(path, sizeof path, "/sys/class/virtio-ports/vport%dp%d/name", 0, port);
    if (contains(path, name) == 0) return 0;
  }
  return -1;
}

static long hardware_random(void) {
  char byte;
  int device = open("/dev/hwrng", O_RDONLY);
  return device < 0 ? -1 : read(device, &byte, 1) - 1;
}

static long pseudo_terminal(void) {
  int master, slave;
  mkdir("/dev/pts", 0755);
  if (mount("devpts", "/dev/pts", "devpts", 0, "ptmxmode=666")) return -1;
  return openpty(&master, &slave, NULL, NULL, NULL);
}

// --- confinement

static long cgroup_with_limits(void) {
  mkdir("/cgroup", 0755);
  if (mount("cgroup2", "/cgroup", "cgroup2", 0, NULL)) return -1;
  int control = open("/cgroup/cgroup.subtree_control", O_WRONLY);
  if (control < 0 || write(control, "+memory +pids", 13) < 0) return -1;
  close(control);
  mkdir("/cgroup/task", 0755);
  return access("/cgroup/task/memory.max", F_OK) || access("/cgroup/task/pids.max", F_OK) ? -1 : 0;
}

// A child whose getppid() is denied and logged; the denial must reach the kernel's log.
static long seccomp_denial_is_logged(void) {
  struct sock_filter code[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {LENGTH(code), code};
  char record[1024], expected[32];
  int status, log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
  if (log < 0 || lseek(log, 0, SEEK_END) < 0) return -1;
  if (fork() == 0) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) _exit(1);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, &program)) _exit(2);
    _exit(syscall(SYS_getppid) == -1 && errno == EPERM ? 0 : 3);
  }
  wait(&status);
  if (status) return truth(0);
  snprintf(expected, sizeof expected, "syscall=%d", SYS_getppid);
  for (struct pollfd ready = {log, POLLIN, 0}; poll(&ready, 1, 1000) == 1;) {
    ssize_t length = read(log, record, sizeof record - 1);
    if (length < 0) break;
    record[length] = 0;
    if (strstr(record, "type=1326") && strstr(record, expected)) return close(log);
  }
  return truth(0);
}

// --- network and BPF

static long interface_up(const char *name) {
  struct ifreq request = {0};
  int sock = socket(AF_INET, SOCK_DGRAM, 0);
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP;
  return ioctl(sock, SIOCSIFFLAGS, &request);
}

static int bpf(int command, union bpf_attr *attr) { return syscall(SYS_bpf, command, attr, sizeof *attr); }

static int load(int type, int attach_type, const struct bpf_insn *code, int length) {
  union bpf_attr attr = {.prog_type = type, .expected_attach_type = attach_type, .insns = (uintptr_t)code,
                         .insn_cnt = length, .license = (uintptr_t) "GPL"};
  return bpf(BPF_PROG_LOAD, &attr);
}

#define INSN(c, d, s, o, i) ((struct bpf_insn){.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)})
#define LOAD(size, d, s, o) INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define STORE(size, d, s, o) INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define STORE_IMM(size, d, o, i) INSN(BPF_ST | BPF_MEM | (size), d, 0, o, i)
#define MOVE(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define SET(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define CALL(function) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define IF_EQUAL(d, i, o) INSN(BPF_JMP | BPF_JEQ | BPF_K, d, 0, o, i)
#define ADD(d, i) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define PASS SET(0, TCX_NEXT), EXIT

static int listener(uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int sock = socket(AF_INET, SOCK_STREAM, 0);
  return bind(sock, (void *)&address, sizeof address) || listen(sock, 1) ? -1 : sock;
}

static long connect_to(uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int sock = socket(AF_INET, SOCK_STREAM, 0);
  long result = connect(sock, (void *)&address, sizeof address);
  close(sock);
  return result;
}

// The way exported ports work: a TCX program hands the SYN for port 3008 to the socket that listens on 8080.
static long tcx_steers_to_listener(void) {
  const int data = 2, end = 3, value = 4, skb = 6, sk = 7, fp = 10;
  const struct bpf_insn code[] = {
    MOVE(skb, 1),
    LOAD(BPF_W, data, skb, offsetof(struct __sk_buff, data)),
    LOAD(BPF_W, end, skb, offsetof(struct __sk_buff, data_end)),
    MOVE(value, data),
    ADD(value, 54),                               // Ethernet, IPv4 and TCP headers
    INSN(BPF_JMP | BPF_JLE | BPF_X, value, end, 2, 0),
    PASS,
    LOAD(BPF_B, value, data, 23),
    IF_EQUAL(value, IPPROTO_TCP, 2),
    PASS,
    LOAD(BPF_H, value, data, 36),
    IF_EQUAL(value, htons(3008), 2),
    PASS,
    LOAD(BPF_B, value, data, 47),
    INSN(BPF_ALU64 | BPF_AND | BPF_K, value, 0, 0, 0x12),
    IF_EQUAL(value, 0x02, 2),                     // SYN without ACK
    PASS,
    LOAD(BPF_W, value, data, 26),                 // the same tuple, but for port 8080
    STORE(BPF_W, fp, value, -12),
    STORE_IMM(BPF_W, fp, -8, htonl(INADDR_LOOPBACK)),
    LOAD(BPF_H, value, data, 34),
    STORE(BPF_H, fp, value, -4),
    STORE_IMM(BPF_H, fp, -2, htons(8080)),
    MOVE(1, skb), MOVE(2, fp), ADD(2, -12), SET(3, 12), SET(4, -1), SET(5, 0),
    CALL(BPF_FUNC_sk_lookup_tcp),
    INSN(BPF_JMP | BPF_JNE | BPF_K, 0, 0, 2, 0),
    PASS,
    MOVE(sk, 0),
    MOVE(1, skb), MOVE(2, sk), SET(3, 0),
    CALL(BPF_FUNC_sk_assign),
    MOVE(1, sk),
    CALL(BPF_FUNC_sk_release),
    PASS,
  };
  int program = load(BPF_PROG_TYPE_SCHED_CLS, TCX_INGRESS, code, LENGTH(code));
  if (program < 0) return -1;
  union bpf_attr link = {.link_create = {.prog_fd = program, .attach_type = TCX_INGRESS}};
  link.link_create.target_ifindex = if_nametoindex("lo");
  if (listener(8080) < 0 || bpf(BPF_LINK_CREATE, &link) < 0) return -1;
  return connect_to(3008);
}

// The way readiness works: a sock_ops program on the task's cgroup writes to a ring buffer when the task listens.
static long listening_is_seen(void) {
  const int fp = 10;
  union bpf_attr ring = {.map_type = BPF_MAP_TYPE_RINGBUF, .max_entries = 4096};
  int map = bpf(BPF_MAP_CREATE, &ring);
  if (map < 0) return -1;
  const struct bpf_insn code[] = {
    LOAD(BPF_W, 2, 1, offsetof(struct bpf_sock_ops, op)),
    IF_EQUAL(2, BPF_SOCK_OPS_TCP_LISTEN_CB, 2),
    SET(0, 1), EXIT,
    LOAD(BPF_W, 2, 1, offsetof(struct bpf_sock_ops, local_port)),
    STORE(BPF_W, fp, 2, -4),
    INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, map), INSN(0, 0, 0, 0, 0),
    MOVE(2, fp), ADD(2, -4), SET(3, 4), SET(4, 0),
    CALL(BPF_FUNC_ringbuf_output),
    SET(0, 1), EXIT,
  };
  int program = load(BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS, code, LENGTH(code));
  int cgroup = open("/cgroup", O_RDONLY | O_DIRECTORY);
  if (program < 0 || cgroup < 0) return -1;
  union bpf_attr attach = {.target_fd = cgroup, .attach_bpf_fd = program, .attach_type = BPF_CGROUP_SOCK_OPS};
  if (bpf(BPF_PROG_ATTACH, &attach) < 0 || listener(8081) < 0) return -1;
  struct pollfd ready = {map, POLLIN, 0};
  if (poll(&ready, 1, 1000) < 0) return -1;
  return truth(ready.revents & POLLIN);
}

// The order is the order of the lines in image/kernel/test-boot.
static void all(void) {
  check("pieces: EROFS lz4hc on the virtio disk with serial `pieces`", mount_and_read(disk("pieces"), "/pieces", "erofs", NULL));
  check("pieces: EROFS mounted from a file", mount_and_read("/pieces.erofs", "/filebacked", "erofs", NULL));
  check("overlay: writable over the pieces", overlay());
  check("volume: ext4 read and write", read_write_ext4());
  check("folder: 9p over virtio", mount_and_read("shared", "/shared", "9p", "trans=virtio,version=9p2000.L"));
  check("dm-verity: target present", verity_target());
  check("console: named virtio-serial port", port_named("org.arrow.events"));
  check("random: /dev/hwrng reads", hardware_random());
  check("random: getrandom() does not wait", getrandom((char[16]){0}, 16, GRND_NONBLOCK) - 16);
  check("terminal: devpts", pseudo_terminal());
  check("processes: POSIX message queue", mq_open("/queue", O_CREAT | O_RDWR, 0600, NULL));
  check("processes: System V shared memory", shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600));
  check("cgroup2: memory and pids", cgroup_with_limits());
  check("seccomp: a denial is logged", seccomp_denial_is_logged());
  check("network: eth0 up", interface_up("eth0"));
  check("network: lo up", interface_up("lo"));
  check("network: IPv6", socket(AF_INET6, SOCK_STREAM, 0));
  check("network: packet socket", socket(AF_PACKET, SOCK_RAW, 0));
  check("network: vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
  check("bpf: TCX steers a connection to another port's listener", tcx_steers_to_listener());
  check("bpf: sock_ops sees the task listen", listening_is_seen());
}

static void wait_for_button(void) {
  sigset_t signals;
  sigfillset(&signals);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  puts("waiting for the power button");
  printf("power button: signal %d\n", sigwaitinfo(&signals, NULL));
}

int main(void) {
  const char *test = getenv("TEST");
  mkdir("/dev", 0755), mkdir("/proc", 0755), mkdir("/sys", 0755);
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  mount("proc", "/proc", "proc", 0, NULL);
  mount("sysfs", "/sys", "sysfs", 0, NULL);
  int console = open("/dev/hvc0", O_RDWR);
  for (int fd = 0; fd < 3; fd++) dup2(console, fd);
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (test && !strcmp(test, "panic")) return 1;
  if (test && !strcmp(test, "button")) wait_for_button();
  else all();
  puts("powering off");
  tcdrain(1);
  sync();
  reboot(RB_POWER_OFF);
}
