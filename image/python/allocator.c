// malloc and its family: mimalloc, from CPython's own sources, in the place of musl's.
//
// CPython's copy has hooks for its build without a global lock. Here they do what they do with the lock: nothing.

#include <stdbool.h>
#define MI_DEBUG 0

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
