#!/bin/sh
# The C and C++ compiler for extension modules of a static Python. It is musl's compiler, but it links no shared
# libraries, because a static program can't load them: it collects the objects into one instead, which is linked into a
# Python later (link.sh).
#
#   $ARROW_TRIPLE     what the compilers' names begin with: x86_64-linux-musl
#   $ARROW_SDK        what CPython was linked from: sysroot/, python/
#   $ARROW_LIBRARIES  more static libraries: include/, lib/; may be missing
#   $ARROW_LINKAGE    loaded: for python-dynamic, which loads shared libraries, so they are linked
#
# The result is a relocatable object under the shared library's name, with those members of archives that it needs. The
# SDK's own libraries stay out, because the Python has them already; their names are in the section .arrow.libraries.
# The name of this script says which compiler it is: $ARROW_TRIPLE-gcc or -g++.
set -f
sdk=$ARROW_SDK more=${ARROW_LIBRARIES:-/nonexistent}
compiler=$sdk/sysroot/bin/$ARROW_TRIPLE-gcc
headers="-I$sdk/python/Include -I$sdk/python -idirafter $more/include"

fail() {
  echo "arrow: error: $1" >&2
  exit 1
}

# Leaves out what a build has found on this machine, which is for another C library; and -flto, because ld can't read
# the compiler's intermediate code.
count=$#
while [ $count -gt 0 ]; do
  case $1 in
  -I/usr/include* | -I/usr/local/include* | -L/usr/lib* | -L/lib* | -L/usr/local/lib* | -flto*) ;;
  /usr/lib*.a | /lib*.a) fail "$1 is not for musl" ;;
  *) set -- "$@" "$1" ;;
  esac
  shift
  count=$((count - 1))
done

shared= compiles= cxx=
case $0 in *g++) cxx=yes ;; esac
for word; do
  case $word in
  -shared | -dynamiclib | -bundle) shared=yes ;;
  -c | -E | -S | -M | -MM) compiles=yes ;;
  *.cpp | *.cc | *.cxx | *.C | -lstdc++) cxx=yes ;;
  esac
done
if [ "$cxx" ]; then
  [ -e "$more/include/c++/vector" ] || fail "this package is written in C++, and there is no C++ library for musl"
  headers="-isystem $more/include/c++ -isystem $more/include/c++/$ARROW_TRIPLE $headers"
fi
# A program that a configure script tries, or a step that compiles.
if [ ! "$shared" ] || [ "$compiles" ]; then
  exec "$compiler" $headers -fno-lto "$@" $([ "$compiles" ] || echo "-L$more/lib")
fi

if [ "$ARROW_LINKAGE" = loaded ]; then
  # The names of Python and of the C library are found when the library is loaded.
  ARROW_SYSROOT=$sdk/sysroot exec gcc -nostdlib -L"$sdk/sysroot/lib" -L"$more/lib" "$@" ${cxx:+-lstdc++} -lgcc -lgcc_eh
fi

output=a.out objects= folders= names= libraries=
while [ $# -gt 0 ]; do
  case $1 in
  -o) output=$2 && shift ;;
  -o?*) output=${1#-o} ;;
  -L) folders="$folders $2" && shift ;;
  -L?*) folders="$folders ${1#-L}" ;;
  -l) names="$names $2" && shift ;;
  -l?*) names="$names ${1#-l}" ;;
  -Xlinker | -z | -T | -u | -e | -I | -isystem | -D) shift ;;
  -*) ;;
  *.c | *.cpp | *.cc | *.cxx) # compiled and linked in one call
    object=$output.$(basename "$1").o
    "$compiler" $headers -O2 -c -o "$object" "$1" || exit
    objects="$objects $object" ;;
  *) [ ! -f "$1" ] || objects="$objects $1" ;;
  esac
  shift
done
for name in $names; do
  case $name in c | m | pthread | dl | rt | util | resolv | gcc | gcc_s | crypt | stdc++ | python3*) continue ;; esac
  if [ -e "$sdk/sysroot/lib/lib$name.a" ]; then
    libraries="$libraries -l$name"
    continue
  fi
  found=
  for folder in $folders "$more/lib"; do
    if [ ! "$found" ] && [ -e "$folder/lib$name.a" ]; then found=$folder/lib$name.a; fi
  done
  [ "$found" ] || fail "there is no static library $name (lib$name.a) for musl"
  objects="$objects $found"
done
[ ! "$cxx" ] || objects="$objects $more/lib/libstdc++.a"
ld -r -z noexecstack --force-group-allocation -o "$output" --start-group $objects --end-group || exit
if [ "$libraries" ]; then
  echo "$libraries" >"$output.libraries"
  objcopy --add-section .arrow.libraries="$output.libraries" "$output"
  rm "$output.libraries"
fi
