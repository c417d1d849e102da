// memrchr: str.rfind and the splitting of paths.

#include "vector.h"

void *__memrchr(const void *start, int value, size_t count) {
  if (!count) return NULL;
  vector wanted = sixteen_of((unsigned char)value);
  const char *last = (const char *)start + count - 1;
  const vector *at = aligned_down(last);
  // Bytes behind the last one do not count.
  unsigned found = equal_bytes(*at, wanted) & (0xffffu >> (15 - ((uintptr_t)last & 15)));
  while (!found) {
    if ((const char *)at <= (const char *)start) return NULL;
    found = equal_bytes(*--at, wanted);
  }
  const char *place = (const char *)at + 31 - __builtin_clz(found);
  return place >= (const char *)start ? (void *)place : NULL;
}

void *memrchr(const void *, int, size_t) __attribute__((weak, alias("__memrchr")));
