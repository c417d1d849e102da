#include <sys/sysinfo.h>

#include "CLinux.h"

uint64_t cl_free_memory(void) {
  struct sysinfo info;
  return sysinfo(&info) == -1 ? 0 : (uint64_t)info.freeram * info.mem_unit;
}
