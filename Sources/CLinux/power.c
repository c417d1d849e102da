#include <sys/reboot.h>
#include <unistd.h>

#include "CLinux.h"
#include "result.h"

int cl_mute_ctrl_alt_del(void) { return RESULT(reboot(RB_DISABLE_CAD)); }

void cl_sync(void) { sync(); }

void cl_power_off(void) {
  reboot(RB_POWER_OFF);
  // The machine cannot power off. A reset ends QEMU too (-no-reboot).
  reboot(RB_AUTOBOOT);
  for (;;) pause();
}
