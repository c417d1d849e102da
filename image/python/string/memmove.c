// memmove, which is memcpy too: the price is one comparison, for blocks of more than 128 bytes only.
// Up to 128 bytes everything is read before anything is written, from both ends inwards.

#include "vector.h"

void *memmove(void *destination, const void *source, size_t count) {
  char *to = destination;
  const char *from = source;
  if (count <= 16) {
    if (count >= 8) {
      uint64_t head = LOAD(word64, from), tail = LOAD(word64, from + count - 8);
      STORE(word64, to, head);
      STORE(word64, to + count - 8, tail);
    } else if (count >= 4) {
      uint32_t head = LOAD(word32, from), tail = LOAD(word32, from + count - 4);
      STORE(word32, to, head);
      STORE(word32, to + count - 4, tail);
    } else if (count >= 2) {
      uint16_t head = LOAD(word16, from), tail = LOAD(word16, from + count - 2);
      STORE(word16, to, head);
      STORE(word16, to + count - 2, tail);
    } else if (count) {
      *to = *from;
    }
    return destination;
  }
  vector head = LOAD(unaligned_vector, from), tail = LOAD(unaligned_vector, from + count - 16);
  if (count > 32) {
    vector head2 = LOAD(unaligned_vector, from + 16), tail2 = LOAD(unaligned_vector, from + count - 32);
    if (count > 64) {
      vector head3 = LOAD(unaligned_vector, from + 32), tail3 = LOAD(unaligned_vector, from + count - 48);
      vector head4 = LOAD(unaligned_vector, from + 48), tail4 = LOAD(unaligned_vector, from + count - 64);
      if (count > 128) {
        // The ends are in registers; the middle goes 64 bytes at a time, in the direction that overlap allows.
        if ((size_t)(to - from) >= count) {
          for (size_t i = 64; i < count - 64; i += 64) {
            vector a = LOAD(unaligned_vector, from + i), b = LOAD(unaligned_vector, from + i + 16);
            vector c = LOAD(unaligned_vector, from + i + 32), d = LOAD(unaligned_vector, from + i + 48);
            STORE(unaligned_vector, to + i, a);
            STORE(unaligned_vector, to + i + 16, b);
            STORE(unaligned_vector, to + i + 32, c);
            STORE(unaligned_vector, to + i + 48, d);
          }
        } else {
          for (size_t i = count - 64; i > 64; i -= 64) {
            vector a = LOAD(unaligned_vector, from + i - 16), b = LOAD(unaligned_vector, from + i - 32);
            vector c = LOAD(unaligned_vector, from + i - 48), d = LOAD(unaligned_vector, from + i - 64);
            STORE(unaligned_vector, to + i - 16, a);
            STORE(unaligned_vector, to + i - 32, b);
            STORE(unaligned_vector, to + i - 48, c);
            STORE(unaligned_vector, to + i - 64, d);
          }
        }
      }
      STORE(unaligned_vector, to + 32, head3);
      STORE(unaligned_vector, to + 48, head4);
      STORE(unaligned_vector, to + count - 64, tail4);
      STORE(unaligned_vector, to + count - 48, tail3);
    }
    STORE(unaligned_vector, to + 16, head2);
    STORE(unaligned_vector, to + count - 32, tail2);
  }
  STORE(unaligned_vector, to, head);
  STORE(unaligned_vector, to + count - 16, tail);
  return destination;
}

void *memcpy(void *restrict destination, const void *restrict source, size_t count) __attribute__((alias("memmove")));
