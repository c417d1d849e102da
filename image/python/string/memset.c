// memset: from both ends inwards, then the middle on aligned addresses.

#include "vector.h"

void *memset(void *destination, int value, size_t count) {
  char *to = destination;
  if (count < 16) {
    uint64_t eight = 0x0101010101010101 * (unsigned char)value;
    if (count >= 8) {
      STORE(word64, to, eight);
      STORE(word64, to + count - 8, eight);
    } else if (count >= 4) {
      STORE(word32, to, (uint32_t)eight);
      STORE(word32, to + count - 4, (uint32_t)eight);
    } else if (count >= 2) {
      STORE(word16, to, (uint16_t)eight);
      STORE(word16, to + count - 2, (uint16_t)eight);
    } else if (count) {
      *to = (char)value;
    }
    return destination;
  }
  vector sixteen = sixteen_of((unsigned char)value);
  STORE(unaligned_vector, to, sixteen);
  STORE(unaligned_vector, to + count - 16, sixteen);
  if (count <= 32) return destination;
  STORE(unaligned_vector, to + 16, sixteen);
  STORE(unaligned_vector, to + count - 32, sixteen);
  if (count <= 64) return destination;
  STORE(unaligned_vector, to + 32, sixteen);
  STORE(unaligned_vector, to + 48, sixteen);
  STORE(unaligned_vector, to + count - 64, sixteen);
  STORE(unaligned_vector, to + count - 48, sixteen);
  // What is left lies between the first 64 bytes and the last 64.
  char *end = to + count - 64;
  for (vector *at = (vector *)aligned_down(to + 64); (char *)at < end; at += 4) at[0] = at[1] = at[2] = at[3] = sixteen;
  return destination;
}
