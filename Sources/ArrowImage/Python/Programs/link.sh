#!/bin/sh
# Links a static Python with more modules inside: link.sh TRIPLE SDK OUT WORK MODULE=FILE...
#
# Each FILE is an object that collect.sh made. All its symbols but the entry become local, so that modules can't clash
# with each other or with Python. The entry is named after the module's number, because two packages may have a module
# `_speedups` each.
set -e
triple=$1 sdk=$2 out=$3 work=$4
shift 4
compiler=$sdk/sysroot/bin/$triple-gcc
number=0 objects= libraries= declarations= entries=
for pair; do
  module=${pair%%=*} file=${pair#*=} number=$((number + 1))
  entry=PyInit_${module##*.} own=PyInit_arrow_$number object=$work/module$number.o
  nm --defined-only "$file" | grep -q " T $entry\$" || { echo "$module has no $entry" >&2; exit 1; }
  # C++ symbols that are unique in a program (STB_GNU_UNIQUE) would stay global, so they are made weak first. "none" is
  # there because objcopy refuses an empty list.
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
# This table is found before the one in the library.
awk -v declarations="$declarations" -v entries="$entries" '
  /struct _inittab _PyImport_Inittab\[\]/ { print declarations; print; print entries; next } { print }' \
  "$sdk/python/Modules/config.c" >"$work/config.c"
# The unwinder of GCC 12 and later asks glibc where unregistered code is. All code of a static program is registered.
cat >>"$work/config.c" <<'C'
int _dl_find_object(void *address, void *found);
int _dl_find_object(void *address, void *found) { return -1; }
C
cd "$sdk/python"
"$compiler" -O2 -IInclude -IInclude/internal -I. -DPy_BUILD_CORE -c -o "$work/config.o" "$work/config.c"
"$compiler" -Wl,-z,stack-size=8388608 -o "$work/python" "$work/config.o" $objects $(cat link-objects) \
  -L../sysroot/lib $libraries $(cat link-libraries)
strip -o "$out" "$work/python"
