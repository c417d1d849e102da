# What the recipes share: errors, progress, the cache, pinned sources. Sourced, never run.
# Whoever sources it has set `recipe`, the folder of its own recipe.

image=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
room=image/${recipe##*/}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/arrow
jobs=${JOBS:-$(nproc)}

# Everything that a build writes about time, place or language is fixed here.
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=1735689600 ZERO_AR_DATE=1
umask 022
unset CFLAGS CPPFLAGS CXXFLAGS LDFLAGS LIBS CC CPATH C_INCLUDE_PATH LIBRARY_PATH MAKEFLAGS PYTHONHOME PYTHONPATH

die() {
  printf '%s: error: %s\n' "$room" "$1" >&2
  [ $# -lt 2 ] || printf '  hint: %s\n' "$2" >&2
  exit 1
}

say() { printf '%s: %s\n' "$room" "$*"; }

# progress PERCENT: tells the caller, if it listens on file descriptor 3.
if { true >&3; } 2>/dev/null; then
  progress() { echo "progress $1%" >&3; }
else
  progress() { :; }
fi

# progress_over LINES FROM TO: passes a compiler's output on, and counts its lines as progress.
progress_over() {
  local fd=/dev/null
  if { true >&3; } 2>/dev/null; then fd=/dev/fd/3; fi
  awk -v lines="$1" -v from="$2" -v to="$3" -v fd="$fd" '
    { print; fflush() }
    { now = from + int((to - from) * NR / lines); if (now > last && now > from && now < to) { last = now; print "progress " now "%" > fd; fflush(fd) } }'
}

# key WORD...: a short name for a content; `key_files FILE...` for the content of files.
key() { printf '%s\n' "$@" | sha256sum | cut -c1-16; }
key_files() { cat "$@" | sha256sum | cut -c1-16; }

# cached KIND KEY FUNCTION ARGUMENT...: makes $cache/KIND/KEY, unless it is there.
# The function runs in an empty scratch folder and leaves its result in out/, which is renamed when it is
# whole: an interrupted or failed build leaves nothing that looks like a finished one.
cached() {
  local kind=$1 key=$2
  shift 2
  [ ! -d "$cache/$kind/$key" ] || return 0
  say "making $kind $key: $*"
  mkdir -p "$cache/$kind"
  (
    scratch=$(mktemp -d "$cache/$kind/.$key.XXXXXX")
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 130' INT TERM
    cd "$scratch"
    mkdir out
    "$@"
    # Whoever made the same content first has won; the two are alike.
    mv -T "$scratch/out" "$cache/$kind/$key" 2>/dev/null || [ -d "$cache/$kind/$key" ]
  )
}

# unpack NAME: unpacks a pinned source into the current folder and applies its patches.
unpack() {
  local archive patch
  archive=$("$image/fetch" "$1")
  tar -xf "$archive" --strip-components=1 --no-same-owner
  for patch in $(patches_of "$1"); do patch -p1 --no-backup-if-mismatch <"$patch"; done
}

# keep_licenses NAME FOLDER: what came with the source and must go with the binary.
keep_licenses() {
  mkdir -p "$2/licenses/$1"
  find . -maxdepth 1 -type f \( -name 'LICENSE*' -o -name 'COPYING*' -o -name COPYRIGHT \) -exec cp {} "$2/licenses/$1/" \;
}

# patches_of NAME: the patches for a source, in order.
patches_of() { find "$recipe/patches" -path "$recipe/patches/$1/*.patch" | sort; }
