# CPython itself: configured, compiled, linked into one static program, and laid out as an Arrow Binary. Sourced.

# guided: compile twice, the second time by the profile of a training, and link as one. quick: compile once, while
# working on the recipe.
profile=${PROFILE:-guided}

# How the second compilation uses the profile. By default gcc optimizes the code that accounts for 99 % of the profile
# for speed, and the rest for size. A training of many parts leaves important code in the rest (pickle's writes,
# decimal's sums), where memcpy becomes `rep movsb`. So 99.9 % count here.
by_counts="-fprofile-use -fprofile-correction -Wno-missing-profile --param=hot-bb-count-ws-permille=999 --param=hot-bb-count-fraction=1000000"

# What the Arrow Binary leaves out of Lib/: tests, graphics, tools that install packages, parts for other systems.
left_out="
test idlelib tkinter turtledemo turtle.py ensurepip venv curses __phello__ __hello__.py pydoc_data/topics.py
_android_support.py _apple_support.py _ios_support.py _osx_support.py _aix_support.py ctypes/macholib
asyncio/windows_events.py asyncio/windows_utils.py encodings/mbcs.py encodings/oem.py
multiprocessing/popen_spawn_win32.py site-packages
"

cpython_key() {
  local library
  key "$profile" "$("$image/fetch" --fingerprint "cpython-$1")" "$(musl_key)" "$(for library in $libraries; do library_key "$library"; done)" \
    "$(key_files "$image/common.sh" "$recipe/cpython.sh" "$recipe/static-dl.c" "$recipe/allocator.c" "$recipe"/string/* \
      "$recipe/library.py" "$recipe/training.py" $(patches_of "cpython-$1"))"
}

# make_cpython VERSION: leaves out/binary (the Arrow Binary) and out/sdk (for linking another one).
make_cpython() {
  local short=$1 full library out=$PWD/out
  # One sysroot for all, beside the source, so that CPython sees only relative paths.
  cp -a "$cache/musl/$(musl_key)" sysroot
  for library in $libraries; do cp -a "$cache/libraries/$library-$(library_key "$library")/." sysroot/; done
  export PATH="$PWD/sysroot/bin:$PATH"
  mkdir source && cd source
  unpack "cpython-$short"
  keep_licenses cpython ../sysroot
  # The source says its version: the pin may move on to a later 3.13.
  full=$(sed -n 's/^#define PY_VERSION  *"\(.*\)"/\1/p' Include/patchlevel.h)
  echo "$full" >"$out/version"
  progress 50
  configure_cpython "$full"
  progress 58
  # Twice, unless $PROFILE is quick: the first Python counts in a training how often its parts run; the second is laid
  # out and optimized as one by these counts.
  if [ "$profile" = quick ]; then
    compile_cpython "$short" | progress_over 420 58 90
    install_tree "$short" "$out/binary"
    make_byte_code "$short" "$full" "$out/binary"
  else
    compile_cpython "$short" -fprofile-generate | progress_over 420 58 76
    install_tree "$short" "$out/binary"
    make_byte_code "$short" "$full" "$out/binary"
    train_cpython
    progress 82
    forget_objects
    # shellcheck disable=SC2086
    compile_as_one "$short" $by_counts | progress_over 250 82 95
  fi
  install_program "$out/binary"
  install_sdk "$short" "$out/sdk"
}

configure_cpython() {
  # MODULE_BUILDTYPE=static builds every extension module into the program.
  # pkg-config would find the host's libraries; without it, configure asks the compiler.
  # The assembler answer: configure looks at it before it has asked, and decimal's multiplication would go without.
  # Threads get 8 MiB of stack as under glibc (musl: 128 KiB), which CPython's recursion limits assume.
  ./configure --prefix="/binary/python/v$1" --build=x86_64-linux-musl --host=x86_64-linux-musl \
    CC=x86_64-linux-musl-gcc AR=ar READELF=readelf PKG_CONFIG=false MODULE_BUILDTYPE=static LINKFORSHARED=" " \
    CFLAGS=-pipe OPT="-O2 -fno-asynchronous-unwind-tables -Wall" LDFLAGS="-Wl,-z,stack-size=8388608" \
    --disable-shared --disable-test-modules --with-ensurepip=no --without-mimalloc --without-readline --with-computed-gotos \
    --enable-loadable-sqlite-extensions --with-openssl=../sysroot --with-tzpath=/share/zoneinfo \
    ac_cv_gcc_asm_for_x64=yes \
    py_cv_module__curses=n/a py_cv_module__curses_panel=n/a py_cv_module_readline=n/a py_cv_module__tkinter=n/a \
    py_cv_module__dbm=n/a py_cv_module__gdbm=n/a py_cv_module__uuid=n/a py_cv_module_xxsubtype=n/a
}

# compile_cpython SHORT FLAG...
compile_cpython() {
  local short=$1
  shift
  make_objects "$*" "libpython$short.a" Programs/python.o
  link_parts "$short" "$@"
}

# The same, with all of libpython optimized as one and then made one ordinary object, so that later links work as usual.
# The table of built-in modules stays an object of its own: a Python with more modules brings its own table.
compile_as_one() {
  local short=$1 decimals=Modules/_decimal/libmpdec/libmpdec.a
  shift
  make_objects "$*" Programs/python.o Modules/config.o Modules/expat/libexpat.a Modules/_hacl/libHacl_Hash_SHA2.a
  make_objects "$* -flto" "libpython$short.a" "$decimals"
  ar d "libpython$short.a" config.o
  x86_64-linux-musl-gcc -O2 -flto="$jobs" "$@" -r -flinker-output=nolto-rel -o core.o \
    -Wl,--whole-archive "libpython$short.a" "$decimals" -Wl,--no-whole-archive
  rm "libpython$short.a" "$decimals"
  ar rcsD "$decimals" # empty, because link-libraries names it
  ar rcsD "libpython$short.a" core.o Modules/config.o
  link_parts "$short" "$@"
}

# make_objects FLAGS TARGET... The programs that make CPython's own frozen modules are built once and used again.
make_objects() {
  local flags=$1 made=
  shift
  [ ! -e Programs/_freeze_module ] || made="-o _bootstrap_python -o Programs/_freeze_module"
  # shellcheck disable=SC2086
  make -j"$jobs" $made CFLAGS_NODIST="$flags" LDFLAGS_NODIST="$flags" "$@"
}

# link_parts SHORT FLAG...: makes the parts that are not CPython's, and links the program.
link_parts() {
  local short=$1 file
  shift
  write_symbols "libpython$short.a" ../sysroot/lib/libc.a >symbols.s
  as -o symbols.o symbols.s
  x86_64-linux-musl-gcc -O2 -Wall -Wextra -c -o static-dl.o "$recipe/static-dl.c"
  # CPython's own mimalloc replaces musl's malloc.
  x86_64-linux-musl-gcc -O2 "$@" -DNDEBUG -DMI_MALLOC_OVERRIDE -DMI_NO_GETENV -fno-builtin -ftls-model=local-exec \
    -IInclude/internal/mimalloc -IObjects/mimalloc -c -o allocator.o "$recipe/allocator.c"
  mkdir -p string
  for file in "$recipe"/string/*.c; do
    x86_64-linux-musl-gcc -O2 -ffreestanding -fno-tree-loop-distribute-patterns -Wall -Wextra -c -o "string/$(basename "$file" .c).o" "$file"
  done
  ld -r -o string.o string/*.o
  printf 'include Makefile\n.PHONY: link-libraries\nlink-libraries:\n\t@echo $(LIBS) $(MODLIBS) $(SYSLIBS)\n' | make -s -f - link-libraries >link-libraries
  echo "Programs/python.o static-dl.o symbols.o allocator.o string.o library.o libpython$short.a" >link-objects
  # The first Python has no byte code of the library in it: it makes that.
  [ -e library.o ] || echo '.section .note.GNU-stack,"",@progbits' | as -o library.o -
  link_python "$@"
}

forget_objects() {
  find Modules Objects Parser Programs Python \( -name '*.o' -o -name '*.a' \) -delete
  rm libpython*.a
}

# Building ran the program too: only the training's counts are kept.
train_cpython() {
  find . -name '*.gcda' -delete
  PYTHONHASHSEED=0 ./python -s -P -B "$recipe/training.py"
}

# link_python FLAG...
link_python() {
  # shellcheck disable=SC2046
  x86_64-linux-musl-gcc "$@" -Wl,-z,stack-size=8388608 -o python $(<link-objects) $(<link-libraries)
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

# The SDK, for linking a Python with more modules: laid out as it was built, so that `link-objects` and
# `link-libraries` (in link order) hold in the folder python/. The unstripped program is there for profilers.
install_sdk() {
  local sdk=$2
  mkdir -p "$sdk/python"
  cp -a ../sysroot "$sdk/sysroot"
  cp -a --parents Include pyconfig.h python "libpython$1.a" Programs/python.o Modules/config.c Modules/Setup.local static-dl.o symbols.o allocator.o \
    string.o library.o link-objects link-libraries $(find Modules -name '*.a') "$sdk/python/"
}

# The Arrow Binary without its program.
install_tree() {
  local short=$1 root=$2
  local lib=$root/lib/python$short path
  mkdir -p "$root/bin" "$lib"
  ln -s python "$root/bin/python3"
  ln -s python "$root/bin/python$short"
  cp -a Lib/. "$lib/"
  for path in $left_out; do rm -r "${lib:?}/$path"; done
  find "$lib" \( -name test -o -name tests -o -name __pycache__ \) -prune -exec rm -r {} +
  echo none >pybuilddir.txt
  ./python -S -m sysconfig --generate-posix-vars
  sed "s|$PWD|.|g" "$(<pybuilddir.txt)"/_sysconfigdata_*.py >"$lib/_sysconfigdata__linux_x86_64-linux-musl.py"
  cp -a ../sysroot/licenses "$root/"
}

# The byte code of the library goes into the program: no folder is searched and no file opened for it.
make_byte_code() {
  local short=$1 full=$2 root=$3
  cp python "$root/bin/python"
  "$root/bin/python" -I -B "$recipe/library.py" "$root/lib/python$short" "/binary/python/v$full/lib/python$short" >library.s
  as -o library.o library.s
  if [ "$profile" = quick ]; then link_python; else link_python -fprofile-generate; fi
}

install_program() {
  strip -o "$1/bin/python" python
  find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  progress 97
}
