// PID 1 of image/kernel/test-boot: checks what the kernel of an arrow must be able to do, one line for each check.
//
// TEST=… on the kernel command line chooses what it does. The kernel hands the word to init as an environment variable:
//   all     every check below, then power off
//   signal  wait for a signal, of the power button or the keyboard, say its number, then power off
//   panic   end PID 1
#include "check.h"
#include <mqueue.h>
#include <net/if.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/shm.h>
#include <termios.h>

// A check prints its name and result; zero or more is success, as with system calls.
static void check(const char *name, long result) {
  if (result >= 0)
    printf("ok %s\n", name);
  else
    printf("FAILED %s: %s\n", name, strerror(errno));
}

// For checks that answer yes or no.
long truth(int yes) {
  errno = EINVAL;
  return yes ? 0 : -1;
}

long contains(const char *path, const char *expected) {
  char text[16384];
  int file = open(path, O_RDONLY);
  if (file < 0) return -1;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length < 0) return -1;
  text[length] = 0;
  return truth(strstr(text, expected) != NULL);
}

long write_text(const char *path, const char *text) {
  int file = open(path, O_WRONLY);
  if (file < 0) return -1;
  ssize_t length = write(file, text, strlen(text));
  close(file);
  return length < 0 ? -1 : 0;
}

void open_console(void) {
  int console = open("/dev/hvc0", O_RDWR | O_NOCTTY);
  for (int fd = 0; fd < 3; fd++) dup2(console, fd);
  close(console);
}

// image/kernel/test-boot expects these lines in this order.
static void all(void) {
  check("pieces: EROFS lz4hc on the virtio disk with serial `pieces`", mount_and_read(disk("pieces"), "/pieces", "erofs", NULL));
  check("pieces: EROFS mounted from a file", mount_and_read("/pieces.erofs", "/filebacked", "erofs", NULL));
  check("overlay: writable over the pieces", overlay());
  check("volume: ext4 read and write", read_write_ext4());
  check("folder: 9p over virtio", mount_and_read("shared", "/shared", "9p", "trans=virtio,version=9p2000.L"));
  check("dm-verity: what the root hash says is read", verity_reads());
  check("dm-verity: what it does not say is refused", verity_refuses_altered_data());
  check("console: named virtio-serial port", port_named("org.arrow.events"));
  check("random: /dev/hwrng reads", hardware_random());
  check("random: getrandom() does not wait", getrandom((char[16]){0}, 16, GRND_NONBLOCK) - 16);
  check("terminal: devpts", pseudo_terminal());
  check("terminal: a new window size on hvc0 is SIGWINCH", window_size_of_console());
  check("clock: the wall clock is the host's", wall_clock());
  check("clock: so is /dev/rtc0", hardware_clock());
  check("clock: a timer sees a jump", clock_jump_is_seen());
  check("processes: POSIX message queue", mq_open("/queue", O_CREAT | O_RDWR, 0600, NULL));
  check("processes: System V shared memory", shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600));
  check("processes: an exit is seen through a pidfd", exit_is_seen_through_pidfd());
  check("cgroup2: memory and pids", cgroup_with_limits());
  check("cgroup2: who takes too much memory is killed alone", cgroup_kills_at_its_limit());
  check("seccomp: a denial is seen through netlink", seccomp_denial_is_logged());
  check("confinement: no user namespaces", no_user_namespaces());
  check("confinement: system calls that are not there", closed_doors());
  check("confinement: memory files are no code", memory_files_are_no_code());
  check("network: eth0 up", interface_up("eth0"));
  check("network: lo up", interface_up("lo"));
  check("network: IPv6", socket(AF_INET6, SOCK_STREAM, 0));
  check("network: IPv6 address by router advertisement", address_by_router_advertisement());
  check("network: no packet socket", truth(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EAFNOSUPPORT));
  check("network: vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
  check("bpf: TCX steers a connection to another port's listener", tcx_steers_to_listener());
  check("bpf: sock_ops sees the task listen", listening_is_seen());
}

static void wait_for_signal(void) {
  sigset_t signals;
  sigfillset(&signals);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  reboot(RB_DISABLE_CAD);
  puts("waiting");
  printf("signal %d\n", sigwaitinfo(&signals, NULL));
}

int main(void) {
  const char *test = getenv("TEST");
  mkdir("/dev", 0755), mkdir("/proc", 0755), mkdir("/sys", 0755);
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  mount("proc", "/proc", "proc", 0, NULL);
  mount("sysfs", "/sys", "sysfs", 0, NULL);
  open_console();
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (test && !strcmp(test, "panic")) return 1;
  if (test && !strcmp(test, "signal")) wait_for_signal();
  else all();
  puts("powering off");
  tcdrain(1);
  sync();
  reboot(RB_POWER_OFF);
}
