// PID 1 of image/kernel/measure: prints the TSC at the kernel's hand-over. Under -icount the TSC counts instructions.
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <x86intrin.h>

int main(void) {
  unsigned long long now = __rdtsc();
  mkdir("/dev", 0755);
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  int console = open("/dev/hvc0", O_RDWR);
  dprintf(console, "%llu\n", now);
  tcdrain(console);
  reboot(RB_POWER_OFF);
}
