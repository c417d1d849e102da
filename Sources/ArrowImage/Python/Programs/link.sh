#!/bin/sh
# Links a static Python with more modules inside: link.sh SDK OUT WORK MODULE=FILE...
#
# Each FILE is an object that collect.sh left. All its names but that of its entry become its own (local symbols), so that no
# two modules can clash, nor a module with Python; and the entry is renamed after the module's number, because two packages
# may have a module `_speedups` each.
set -e
sdk=$1 out=$2 work=$3
shift 3
compiler=$sdk/sysroot/bin/x86_64-linux-musl-gcc
number=0 objects= libraries= declarations= entries=
for pair; do
  module=${pair%%=*} file=${pair#*=} number=$((number + 1))
  entry=PyInit_${module##*.} own=PyInit_arrow_$number object=$work/module$number.o
  nm --defined-only "$file" | grep -q " T $entry\$" || { echo "$module has no $entry" >&2; exit 1; }
  # What C++ has once in a whole program (STB_GNU_UNIQUE) would stay global: it is made weak first. An empty list is an error.
  nm --defined-only "$file" | awk 'BEGIN { print "none" } $2 == "u" { print $3 }' >"$work/unique"
  objcopy --weaken-symbols="$work/unique" "$file" "$object"
  objcopy --keep-global-symbol="$entry" "$object"
  objcopy --redefine-sym "$entry=$own" "$object"
  libraries="$libraries $(objcopy -O binary --only-section=.arrow.libraries --set-section-flags .arrow.libraries=alloc \
    "$file" /dev/stdout 2>/dev/null)"
  objects="$objects $object"
  declarations="$declarations extern PyObject *$own(void);"
  entries="$entries {\"$module\", $own},"
done
# The first table of that name is taken, before the one in the library.
awk -v declarations="$declarations" -v entries="$entries" '
  /struct _inittab _PyImport_Inittab\[\]/ { print declarations; print; print entries; next } { print }' \
  "$sdk/python/Modules/config.c" >"$work/config.c"
# GCC's unwinder asks glibc where code is that nobody has registered (12 and later). All of a static program is registered.
cat >>"$work/config.c" <<'C'
int _dl_find_object(void *address, void *found);
int _dl_find_object(void *address, void *found) { return -1; }
C
cd "$sdk/python"
"$compiler" -O2 -IInclude -IInclude/internal -I. -DPy_BUILD_CORE -c -o "$work/config.o" "$work/config.c"
"$compiler" -Wl,-z,stack-size=8388608 -o "$work/python" "$work/config.o" $objects $(cat link-objects) \
  -L../sysroot/lib $libraries $(cat link-libraries)
strip -o "$out" "$work/python"
