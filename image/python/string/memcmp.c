// memcmp: Python compares the keys of its dictionaries and every string with it.

#include "vector.h"

static inline int order(uint64_t a, uint64_t b) {
  // As the bytes lie in memory: the first one counts most.
  a = __builtin_bswap64(a);
  b = __builtin_bswap64(b);
  return a < b ? -1 : a > b;
}

static inline int first_difference(const unsigned char *a, const unsigned char *b, unsigned equal) {
  unsigned at = (unsigned)__builtin_ctz(~equal);
  return a[at] - b[at];
}

int memcmp(const void *left, const void *right, size_t count) {
  const unsigned char *a = left, *b = right;
  if (count < 16) {
    if (count >= 8) {
      int result = order(LOAD(word64, a), LOAD(word64, b));
      return result ? result : order(LOAD(word64, a + count - 8), LOAD(word64, b + count - 8));
    }
    if (count >= 4) {
      int result = order(LOAD(word32, a), LOAD(word32, b));
      return result ? result : order(LOAD(word32, a + count - 4), LOAD(word32, b + count - 4));
    }
    for (size_t i = 0; i < count; i++)
      if (a[i] != b[i]) return a[i] - b[i];
    return 0;
  }
  size_t last = count - 16;
  for (size_t i = 0; i < last; i += 16) {
    unsigned equal = equal_bytes(LOAD(unaligned_vector, a + i), LOAD(unaligned_vector, b + i));
    if (equal != 0xffff) return first_difference(a + i, b + i, equal);
  }
  unsigned equal = equal_bytes(LOAD(unaligned_vector, a + last), LOAD(unaligned_vector, b + last));
  return equal == 0xffff ? 0 : first_difference(a + last, b + last, equal);
}
