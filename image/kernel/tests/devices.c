// Console ports, entropy, terminals, clocks.
#include "check.h"
#include <linux/rtc.h>
#include <pty.h>
#include <signal.h>
#include <sys/timerfd.h>
#include <time.h>

long port_named(const char *name) {
  for (int port = 0; port < 8; port++) {
    char path[64];
    snprintf(path, sizeof path, "/sys/class/virtio-ports/vport%dp%d/name", 0, port);
    if (contains(path, name) == 0) return 0;
  }
  return -1;
}

long hardware_random(void) {
  char byte;
  int device = open("/dev/hwrng", O_RDONLY);
  return device < 0 ? -1 : read(device, &byte, 1) - 1;
}

long pseudo_terminal(void) {
  int master, slave;
  mkdir("/dev/pts", 0755);
  if (mount("devpts", "/dev/pts", "devpts", 0, "ptmxmode=666")) return -1;
  return openpty(&master, &slave, NULL, NULL, NULL);
}

// hvc0 as a session's controlling terminal: it keeps a new size and sends the session SIGWINCH.
// When the session's leader ends, the terminal hangs up for everybody who had it open. It can be opened again.
long window_size_of_console(void) {
  int status;
  if (fork() == 0) {
    sigset_t winch;
    struct winsize size = {.ws_row = 50, .ws_col = 132}, seen = {0};
    sigemptyset(&winch);
    sigaddset(&winch, SIGWINCH);
    sigprocmask(SIG_BLOCK, &winch, NULL);
    if (setsid() < 0 || ioctl(1, TIOCSCTTY, 0) || ioctl(1, TIOCSWINSZ, &size) || ioctl(1, TIOCGWINSZ, &seen)) _exit(1);
    if (seen.ws_row != 50 || seen.ws_col != 132) _exit(2);
    // An ignored signal would not even become pending.
    _exit(sigtimedwait(&winch, NULL, &(struct timespec){1, 0}) == SIGWINCH ? 0 : 3);
  }
  wait(&status);
  open_console();
  return truth(status == 0);
}

// --- clocks: NOW on the kernel command line is the host's time before it started QEMU

static long is_now(time_t seconds) {
  long passed = seconds - atol(getenv("NOW"));
  return truth(passed >= -1 && passed < 60);
}

long wall_clock(void) { return is_now(time(NULL)); }

long hardware_clock(void) {
  struct rtc_time now;
  int clock = open("/dev/rtc0", O_RDONLY);
  if (clock < 0 || ioctl(clock, RTC_RD_TIME, &now)) return -1;
  close(clock);
  struct tm parts = {.tm_sec = now.tm_sec, .tm_min = now.tm_min, .tm_hour = now.tm_hour,
                     .tm_mday = now.tm_mday, .tm_mon = now.tm_mon, .tm_year = now.tm_year};
  return is_now(timegm(&parts));
}

long clock_jump_is_seen(void) {
  uint64_t expirations;
  struct itimerspec far = {.it_value = {INT32_MAX, 0}};
  struct timespec now;
  int timer = timerfd_create(CLOCK_REALTIME, 0);
  if (timer < 0 || timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, NULL)) return -1;
  if (clock_gettime(CLOCK_REALTIME, &now) || clock_settime(CLOCK_REALTIME, &now)) return -1;
  return truth(read(timer, &expirations, sizeof expirations) < 0 && errno == ECANCELED);
}
