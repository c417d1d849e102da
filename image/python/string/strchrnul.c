// strchrnul, which musl's strchr calls.

#include "vector.h"

char *__strchrnul(const char *start, int value) {
  vector zero = sixteen_of(0), wanted = sixteen_of((unsigned char)value);
  const vector *at = aligned_down(start);
  unsigned found = (equal_bytes(*at, zero) | equal_bytes(*at, wanted)) & (~0u << ((uintptr_t)start & 15));
  while (!found) {
    at++;
    found = equal_bytes(*at, zero) | equal_bytes(*at, wanted);
  }
  return (char *)((uintptr_t)at + (unsigned)__builtin_ctz(found));
}

char *strchrnul(const char *, int) __attribute__((weak, alias("__strchrnul")));
