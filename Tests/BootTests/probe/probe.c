// A task that tries things: the first argument says what. Static, so that it is an Arrow Binary by itself.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static volatile sig_atomic_t caught;
static void catch(int number) { caught = number; }

static int number(char **arguments, int fallback) { return arguments[0] ? atoi(arguments[0]) : fallback; }

static int do_exit(char **arguments) { return number(arguments, 0); }

// Ends itself with a signal, in a way that no handler matters to.
static int do_signal(char **arguments) {
  signal(number(arguments, SIGKILL), SIG_DFL);
  kill(getpid(), number(arguments, SIGKILL));
  pause();
  return 99;
}

static int print_file(const char *path) {
  char buffer[4096];
  int fd = open(path, O_RDONLY);
  if (fd < 0) return printf("%s: %s\n", path, strerrorname_np(errno)), 1;
  for (ssize_t count; (count = read(fd, buffer, sizeof buffer)) > 0;) fwrite(buffer, 1, count, stdout);
  close(fd);
  return 0;
}

static int do_cat(char **arguments) {
  int result = 0;
  for (; *arguments; arguments++) result |= print_file(*arguments);
  return result;
}

static void *thread_status(void *unused) {
  (void)unused;
  print_file("/proc/thread-self/status");
  return NULL;
}

// What the kernel knows of the task, of a thread of its and of a program it starts.
static int do_status(char **arguments) {
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

// Descriptors, signals, umask, folder, environment.
static int do_surroundings(char **arguments) {
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

static void told(const char *what, long result) { printf("%s %s\n", what, result >= 0 ? "DONE" : strerrorname_np(errno)); }

// All that must be refused.
static int do_escape(char **arguments) {
  (void)arguments;
  told("mount", mount("tmpfs", "/tmp", "tmpfs", 0, ""));
  told("umount", umount2("/proc", 0));
  told("pivot_root", syscall(SYS_pivot_root, "/", "/tmp"));
  told("chroot", chroot("/tmp"));
  told("reboot", reboot(RB_AUTOBOOT));
  told("init_module", syscall(SYS_init_module, "", 0, ""));
  told("finit_module", syscall(SYS_finit_module, 0, "", 0));
  told("kexec_load", syscall(SYS_kexec_load, 0, 0, NULL, 0));
  told("kexec_file_load", syscall(SYS_kexec_file_load, 0, 0, 0, "", 0));
  told("bpf", syscall(SYS_bpf, 0, "", 0));
  told("ptrace", ptrace(PTRACE_ATTACH, 1, NULL, NULL));
  told("process_vm_readv", syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0));
  told("kill 1", kill(1, SIGKILL));
  told("unshare user", unshare(CLONE_NEWUSER));
  told("unshare mount", unshare(CLONE_NEWNS));
  told("clone user", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
  told("clone3", syscall(SYS_clone3, NULL, 0));
  told("keyctl", syscall(SYS_keyctl, 0, 0));
  told("add_key", syscall(SYS_add_key, "user", "a", "b", 1, -1));
  told("userfaultfd", syscall(SYS_userfaultfd, 0));
  told("perf_event_open", syscall(SYS_perf_event_open, NULL, 0, 0, 0, 0));
  told("io_uring_setup", syscall(SYS_io_uring_setup, 1, NULL));
  told("setuid", setuid(0));
  told("settimeofday", syscall(SYS_settimeofday, NULL, NULL));
  told("swapon", syscall(SYS_swapon, "/tmp", 0));
  told("iopl", syscall(SYS_iopl, 3));
  told("socket alg", socket(AF_ALG, SOCK_SEQPACKET, 0));
  told("socket vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
  told("socket packet", socket(AF_PACKET, SOCK_RAW, 0));
  told("socket netlink", socket(AF_NETLINK, SOCK_RAW, 0));
  told("socket raw", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
  told("open disk", open("/dev/vda", O_RDONLY));
  told("mknod", mknod("/tmp/vda", S_IFBLK | 0600, 254 << 8));
  told("write sysctl", open("/proc/sys/kernel/hostname", O_WRONLY));
  told("write sysrq", open("/proc/sysrq-trigger", O_WRONLY));
  told("write cgroup", open("/sys/fs/cgroup/cgroup.procs", O_WRONLY));
  told("open kmsg", open("/dev/kmsg", O_RDONLY));
  told("open mem", open("/dev/mem", O_RDONLY));
  told("open environ of PID 1", open("/proc/1/environ", O_RDONLY));
  return 0;
}

// Other doors into the kernel than the 64-bit one.
static int do_i386(char **arguments) {
  long result;
  (void)arguments;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
  printf("int 0x80: %ld\n", result);
  return 0;
}

static int do_x32(char **arguments) {
  (void)arguments;
  told("x32", syscall(0x40000000 + SYS_getpid));
  return 0;
}

// Where it can write: every path given.
static int do_write(char **arguments) {
  for (; *arguments; arguments++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/probe-file", *arguments);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    told(*arguments, fd);
    if (fd >= 0) close(fd);
  }
  return 0;
}

// Writes a file into a folder and executes it.
static int do_execute(char **arguments) {
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

// The same with a file that is in memory alone, and with a mapping of it.
static int do_execute_memory(char **arguments) {
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

// Grandchildren that outlive their parents.
static int do_orphans(char **arguments) {
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

// A child that would run for an hour, and does not listen to SIGTERM where the argument is "deaf".
static int do_leave_child(char **arguments) {
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

static int do_fork_bomb(char **arguments) {
  (void)arguments;
  printf("bombing\n");
  fflush(stdout);
  while (!caught)
    if (fork() < 0) usleep(1000);
  return 0;
}

static int do_eat_memory(char **arguments) {
  (void)arguments;
  while (!caught) {
    char *memory = malloc(1 << 20);
    if (memory) memset(memory, 1, 1 << 20);
  }
  return 0;
}

// Two children that end at the same instant, again and again.
static int do_twins(char **arguments) {
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

// BYTES of a pattern that shows what is lost, in lines or as one.
static int do_flood(char **arguments) {
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

// Waits for a signal; "ignore" waits for ever.
static int do_wait(char **arguments) {
  int ignores = arguments[0] && strcmp(arguments[0], "ignore") == 0;
  for (int number = 1; number < 32; number++)
    if (number != SIGCHLD && number != SIGSEGV) signal(number, ignores ? SIG_IGN : catch);
  printf("waiting\n");
  fflush(stdout);
  while (!caught) pause();
  printf("caught %d\n", caught);
  return 40 + caught;
}

// Refused calls, as fast as it goes.
static int do_refused(char **arguments) {
  for (int i = number(arguments, 1); i > 0; i--) syscall(SYS_add_key, "user", "a", "b", 1, -1);
  return 0;
}

// PID 1 as the kernel knows it, once it has given up what it no longer needs: a moment after our start.
static int do_watch_init(char **arguments) {
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

static int do_stdin(char **arguments) {
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

static int do_fill(char **arguments) {
  static char block[65536];
  char path[4096];
  snprintf(path, sizeof path, "%s/full", arguments[0]);
  int fd = open(path, O_CREAT | O_WRONLY, 0600);
  while (write(fd, block, sizeof block) > 0) {
  }
  printf("write %s\n", strerrorname_np(errno));
  return 9;
}

static const struct {
  const char *name;
  int (*run)(char **arguments);
} commands[] = {
    {"exit", do_exit},           {"signal", do_signal},
    {"cat", do_cat},             {"status", do_status},
    {"surroundings", do_surroundings}, {"escape", do_escape},
    {"i386", do_i386},           {"x32", do_x32},
    {"write", do_write},         {"execute", do_execute},
    {"execute-memory", do_execute_memory},
    {"orphans", do_orphans},     {"leave-child", do_leave_child},
    {"fork-bomb", do_fork_bomb}, {"eat-memory", do_eat_memory},
    {"twins", do_twins},         {"flood", do_flood},
    {"wait", do_wait},           {"refused", do_refused},
    {"stdin", do_stdin},         {"fill", do_fill},
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
