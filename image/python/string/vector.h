// Sixteen bytes at a time, with SSE2, which every x86_64 has. For the files beside this one, which take the place of musl's:
// its copies are `rep movsq` (slow to start, and slow under an emulator), its comparison goes byte by byte.

#ifndef VECTOR_H
#define VECTOR_H

#include <stddef.h>
#include <stdint.h>

typedef char vector __attribute__((vector_size(16), may_alias));
typedef char unaligned_vector __attribute__((vector_size(16), may_alias, aligned(1)));
typedef uint64_t __attribute__((may_alias, aligned(1))) word64;
typedef uint32_t __attribute__((may_alias, aligned(1))) word32;
typedef uint16_t __attribute__((may_alias, aligned(1))) word16;

#define LOAD(type, from) (*(const type *)(from))
#define STORE(type, to, value) (*(type *)(to) = (value))

// One bit a byte, set where the two are equal.
static inline unsigned equal_bytes(vector a, vector b) { return (unsigned)__builtin_ia32_pmovmskb128((vector)(a == b)); }

static inline vector sixteen_of(unsigned char byte) { return (vector){0} + (char)byte; }

// The aligned sixteen bytes around an address: never touches another page than the address is on.
static inline const vector *aligned_down(const void *address) { return (const vector *)((uintptr_t)address & -16); }

#endif
