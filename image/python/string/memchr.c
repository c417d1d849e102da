// memchr: str.find, splitlines and the reading of lines stand on it.

#include "vector.h"

void *memchr(const void *start, int value, size_t count) {
  if (!count) return NULL;
  vector wanted = sixteen_of((unsigned char)value);
  const vector *at = aligned_down(start);
  uintptr_t last = (uintptr_t)start + count - 1;
  if (last < (uintptr_t)start) last = UINTPTR_MAX; // callers that know the byte is there give a count without end
  // Bytes before the start, in the first sixteen, do not count.
  unsigned found = equal_bytes(*at, wanted) & (~0u << ((uintptr_t)start & 15));
  while (!found) {
    if (last - (uintptr_t)at < 16) return NULL;
    found = equal_bytes(*++at, wanted);
  }
  uintptr_t place = (uintptr_t)at + (unsigned)__builtin_ctz(found);
  return place <= last ? (void *)place : NULL;
}
