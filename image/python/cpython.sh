# CPython itself: configured, compiled, linked into one static program, and laid out as an Arrow Binary. Sourced.

# What the Arrow Binary leaves out of Lib/: tests, graphics, things to install packages with, other systems' parts.
left_out="
test idlelib tkinter turtledemo turtle.py ensurepip venv curses __phello__ __hello__.py pydoc_data/topics.py
_android_support.py _apple_support.py _ios_support.py _osx_support.py _aix_support.py ctypes/macholib
asyncio/windows_events.py asyncio/windows_utils.py encodings/mbcs.py encodings/oem.py
multiprocessing/popen_spawn_win32.py site-packages
"

cpython_key() {
  local library
  key "$("$image/fetch" --fingerprint "cpython-$1")" "$(musl_key)" "$(for library in $libraries; do library_key "$library"; done)" \
    "$(key_files "$image/common.sh" "$recipe/cpython.sh" "$recipe/static-dl.c" "$recipe/seccomp.json" $(patches_of "cpython-$1"))"
}

# make_cpython VERSION: leaves out/binary (the Arrow Binary) and out/sdk (what it takes to link another one).
make_cpython() {
  local short=$1 full library out=$PWD/out
  # One sysroot for all, beside the source, so that CPython is told relative paths and knows no other.
  cp -a "$cache/musl/$(musl_key)" sysroot
  for library in $libraries; do cp -a "$cache/libraries/$library-$(library_key "$library")/." sysroot/; done
  export PATH="$PWD/sysroot/bin:$PATH"
  mkdir source && cd source
  unpack "cpython-$short"
  keep_licenses cpython ../sysroot
  # The version by its own word: the pin may move on to a later 3.13.
  full=$(sed -n 's/^#define PY_VERSION  *"\(.*\)"/\1/p' Include/patchlevel.h)
  echo "$full" >"$out/version"
  progress 50
  configure_cpython "$full"
  progress 58
  compile_cpython "$short" | progress_over 420 58 92
  install_sdk "$short" "$out/sdk"
  install_binary "$short" "$full" "$out/binary"
}

configure_cpython() {
  # MODULE_BUILDTYPE=static builds every extension module into the program.
  # pkg-config would find the host's libraries; without it, configure asks the compiler.
  # Threads get 8 MiB of stack as under glibc (musl: 128 KiB), which CPython's recursion limits assume.
  ./configure --prefix="/binary/python/v$1" --build=x86_64-linux-musl --host=x86_64-linux-musl \
    CC=x86_64-linux-musl-gcc AR=ar READELF=readelf PKG_CONFIG=false MODULE_BUILDTYPE=static LINKFORSHARED=" " \
    CFLAGS=-pipe OPT="-O2 -Wall" LDFLAGS="-Wl,-z,stack-size=8388608" \
    --disable-shared --disable-test-modules --with-ensurepip=no --without-mimalloc --without-readline --with-computed-gotos \
    --with-openssl=../sysroot --with-tzpath=/share/zoneinfo \
    py_cv_module__curses=n/a py_cv_module__curses_panel=n/a py_cv_module_readline=n/a py_cv_module__tkinter=n/a \
    py_cv_module__dbm=n/a py_cv_module__gdbm=n/a py_cv_module__uuid=n/a py_cv_module_xxsubtype=n/a
}

compile_cpython() {
  make -j"$jobs" "libpython$1.a" Programs/python.o
  write_symbols "libpython$1.a" ../sysroot/lib/libc.a >symbols.s
  as -o symbols.o symbols.s
  x86_64-linux-musl-gcc -O2 -Wall -Wextra -c -o static-dl.o "$recipe/static-dl.c"
  make -j"$jobs" python LINKFORSHARED="static-dl.o symbols.o"
  make pybuilddir.txt
}

# The table behind dlsym: every function and variable that the archives export, sorted by name.
write_symbols() {
  readelf --syms --wide "$@" | awk '
    ($4 == "FUNC" || $4 == "OBJECT" || $4 == "NOTYPE") && ($5 == "GLOBAL" || $5 == "WEAK") && $6 == "DEFAULT" && $7 != "UND" { print $8 }' |
    sort -u | awk '
    { name[NR] = $1 }
    END {
      print ".section .rodata\n.globl arrow_symbols, arrow_symbol_count\n.balign 8\narrow_symbols:"
      for (i = 1; i <= NR; i++) print ".quad .Lname" i ", " name[i]
      print "arrow_symbol_count: .quad " NR
      for (i = 1; i <= NR; i++) print ".Lname" i ": .asciz \"" name[i] "\""
      print ".section .note.GNU-stack,\"\",@progbits"
    }'
}

# What it takes to link a Python with more modules inside, laid out as it was built, so that `link-libraries` (in link order)
# holds in the folder python/. The unstripped program is there for profilers.
install_sdk() {
  local sdk=$2
  mkdir -p "$sdk/python"
  cp -a ../sysroot "$sdk/sysroot"
  cp -a --parents Include pyconfig.h python "libpython$1.a" Programs/python.o Modules/config.c Modules/Setup.local static-dl.o symbols.o \
    $(find Modules -name '*.a') "$sdk/python/"
  printf 'include Makefile\nlink-libraries:\n\t@echo $(LIBS) $(MODLIBS) $(SYSLIBS)\n' | make -s -f - link-libraries >"$sdk/python/link-libraries"
}

install_binary() {
  local short=$1 full=$2 root=$3
  local lib=$root/lib/python$short path
  mkdir -p "$root/bin" "$lib"
  strip -o "$root/bin/python" python
  ln -s python "$root/bin/python3"
  ln -s python "$root/bin/python$short"
  cp -a Lib/. "$lib/"
  for path in $left_out; do rm -r "${lib:?}/$path"; done
  find "$lib" \( -name test -o -name tests -o -name __pycache__ \) -prune -exec rm -r {} +
  sed "s|$PWD|.|g" "$(<pybuilddir.txt)"/_sysconfigdata_*.py >"$lib/_sysconfigdata__linux_x86_64-linux-musl.py"
  cp -a ../sysroot/licenses "$root/"
  cp "$recipe/seccomp.json" "$root/"
  # Hash-based and unchecked: the file system is read-only, so no source is compared at import, and no time stamp gets in.
  # -B, because compileall passes over modules whose byte code its own imports have written first.
  "$root/bin/python" -I -B -m compileall -q -j"$jobs" --invalidation-mode unchecked-hash -s "$root" -p "/binary/python/v$full" "$lib"
  find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  progress 97
}
