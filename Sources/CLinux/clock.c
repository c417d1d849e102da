#define _GNU_SOURCE
#include <linux/rtc.h>
#include <sys/ioctl.h>
#include <time.h>

#include "CLinux.h"
#include "result.h"

int64_t cl_wall_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec;
}

int cl_set_wall_clock(int64_t seconds) {
  return RESULT(clock_settime(CLOCK_REALTIME, &(struct timespec){.tv_sec = seconds}));
}

// rtc(4). The RTC has UTC; the kernel assumes the same when it reads it at boot.
int64_t cl_read_rtc(int fd) {
  struct rtc_time time;
  if (ioctl(fd, RTC_RD_TIME, &time) == -1) return -errno;
  struct tm utc = {.tm_sec = time.tm_sec, .tm_min = time.tm_min, .tm_hour = time.tm_hour, .tm_mday = time.tm_mday,
                   .tm_mon = time.tm_mon, .tm_year = time.tm_year};
  return timegm(&utc);
}
