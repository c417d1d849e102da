// strlen.

#include "vector.h"

size_t strlen(const char *start) {
  vector zero = sixteen_of(0);
  const vector *at = aligned_down(start);
  unsigned found = equal_bytes(*at, zero) & (~0u << ((uintptr_t)start & 15));
  while (!found) found = equal_bytes(*++at, zero);
  return (uintptr_t)at + (unsigned)__builtin_ctz(found) - (uintptr_t)start;
}
