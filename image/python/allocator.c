// malloc and its family: mimalloc, from CPython's own sources, in the place of musl's.
//
// CPython's copy has hooks for its build without a global lock. Here they do what they do with the lock: nothing.

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>
#define MI_DEBUG 0

// What stays for the kernel, and how much of the files in memory is the program itself. With less, the machine would
// do nothing but read its program again.
#define KEPT(total) at_most((total) / 16, (size_t)4 << 20)
#define PROGRAM(total) at_most((total) / 8, (size_t)8 << 20)

static const char *read_start(const char *path, char *text, size_t size) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return NULL;
  ssize_t count = read(descriptor, text, size - 1);
  close(descriptor);
  if (count <= 0) return NULL;
  text[count] = 0;
  return text;
}

// A line of /proc/meminfo, in bytes; 0 if it is not there.
static size_t line(const char *text, const char *name) {
  const char *found = strstr(text, name);
  return found ? (size_t)strtoull(found + strlen(name), NULL, 10) * 1024 : 0;
}

static size_t at_most(size_t value, size_t limit) { return value < limit ? value : limit; }
static size_t less(size_t from, size_t what) { return from > what ? from - what : 0; }

// Whether there is so much memory. The kernel promises each single request as much as the machine has, and kills when
// it can't keep that, which leaves no MemoryError to catch. Asked before each commit and each of CPython's arenas, so
// for 512 KiB or more at a time. Where it can't be known, and with vm.overcommit_memory=1, the kernel decides.
int arrow_memory_is_there(size_t size) {
  struct sysinfo info;
  char text[1024];
  int before = errno, is_there = 1;
  if (sysinfo(&info) != 0) return 1;
  size_t total = (size_t)info.totalram * info.mem_unit, kept = KEPT(total);
  // Free memory is enough most of the time. Only then the files count that the kernel holds and can drop.
  if (less((size_t)info.freeram * info.mem_unit, size) < 2 * kept && read_start("/proc/meminfo", text, sizeof text)) {
    size_t most = line(text, "MemAvailable:");
    size_t files = less(line(text, "\nCached:"), line(text, "Shmem:") + at_most(line(text, "Mapped:"), PROGRAM(total)));
    size_t there = at_most(line(text, "MemFree:") + files, most) + (size_t)info.freeswap * info.mem_unit;
    if (most && less(there, size) < kept)
      is_there = read_start("/proc/sys/vm/overcommit_memory", text, sizeof text) && text[0] == '1';
  }
  errno = is_there ? before : ENOMEM;
  return is_there;
}

#include "mimalloc.h"
#include "mimalloc/internal.h"

static bool _PyMem_mi_page_maybe_free(mi_page_t *page, mi_page_queue_t *queue, bool force) {
  _mi_page_free(page, queue, force);
  return true;
}

#define _PyMem_mi_page_clear_qsbr(page) ((void)0)
#define _PyMem_mi_page_reclaimed(page) ((void)0)
#define _PyMem_mi_heap_collect_qsbr(heap) ((void)0)
#define _PyMem_mi_page_is_safe_to_free(page) true

#include "static.c"
