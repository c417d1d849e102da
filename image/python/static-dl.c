// dlopen, dlsym and dlclose for a program that is its own and only library.
//
// musl's static libc refuses every dlopen, also dlopen(NULL): `import ctypes` would fail, because it opens the program for
// ctypes.pythonapi. Here the program can be opened and searched, by a table (symbols.s) made from the archives it is linked
// from: all that libpython exports and all that musl's shared libc would export. No file is ever loaded.

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct symbol {
  const char *name;
  void *address;
};

// Sorted by name, as strcmp sees it.
extern const struct symbol arrow_symbols[];
extern const size_t arrow_symbol_count;

// musl's own, so that dlerror() tells of these errors too.
void __dl_seterr(const char *format, ...);

static char program;

// By this, modules that need a dlopen know that there is none (patches/cpython-3.13/sqlite-load-extension.patch).
const char arrow_is_static = 1;

// Names that mean the C library: libc.so.6, libm.so, libpthread.so.0, libc.musl-x86_64.so.1 ...
// The same ones that musl's dynamic loader answers with itself.
static int is_libc(const char *file) {
  static const char *const parts[] = {"c", "pthread", "rt", "m", "dl", "util", "xnet"};
  if (strncmp(file, "lib", 3) != 0) return 0;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    size_t length = strlen(parts[i]);
    if (strncmp(file + 3, parts[i], length) == 0 && file[3 + length] == '.') return 1;
  }
  return 0;
}

void *dlopen(const char *file, int mode) {
  (void)mode;
  if (!file || is_libc(file)) return &program;
  __dl_seterr("%s: a static program cannot load shared objects", file);
  return NULL;
}

int dlclose(void *handle) {
  if (handle == &program) return 0;
  __dl_seterr("Invalid library handle %p", handle);
  return -1;
}

static int compare(const void *name, const void *symbol) { return strcmp(name, ((const struct symbol *)symbol)->name); }

void *dlsym(void *restrict handle, const char *restrict name) {
  if (handle != &program && handle != RTLD_DEFAULT) {
    __dl_seterr("Invalid library handle %p", handle);
    return NULL;
  }
  const struct symbol *found = bsearch(name, arrow_symbols, arrow_symbol_count, sizeof *arrow_symbols, compare);
  if (!found) {
    __dl_seterr("Symbol not found: %s", name);
    return NULL;
  }
  return found->address;
}
