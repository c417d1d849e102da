# The libraries that extension modules are linked with, each a static archive and its headers. Sourced.
#
# make_NAME runs in an empty folder and leaves out/include and out/lib. $CC is the musl compiler.
# Headings say what CPython does not need and is therefore left out.

libraries="zlib bzip2 xz libffi sqlite openssl"
optimise="-O2 -pipe -fstack-protector-strong"

library_key() {
  key "$(musl_key)" "$("$image/fetch" --fingerprint "$1")" "$(declare -f "make_$1" make_library unpack keep_licenses)" "$optimise" \
    "$(key_files /dev/null $(patches_of "$1"))"
}

make_library() {
  export CC=x86_64-linux-musl-gcc PATH="$cache/musl/$(musl_key)/bin:$PATH"
  mkdir -p source out/include out/lib && cd source
  unpack "$1"
  keep_licenses "$1" ../out
  "make_$1"
}

make_zlib() {
  CFLAGS=$optimise ./configure --static --prefix=/
  make -j"$jobs" libz.a
  cp libz.a ../out/lib/
  cp zlib.h zconf.h ../out/include/
}

make_bzip2() {
  make -j"$jobs" libbz2.a CC="$CC" CFLAGS="$optimise -D_FILE_OFFSET_BITS=64"
  cp libbz2.a ../out/lib/
  cp bzlib.h ../out/include/
}

# liblzma alone, without its programs.
make_xz() {
  ./configure --host=x86_64-linux-musl --disable-shared --disable-nls --disable-doc --disable-scripts --disable-xz --disable-xzdec \
    --disable-lzmadec --disable-lzmainfo --disable-lzma-links CFLAGS="$optimise"
  make -j"$jobs" -C src/liblzma
  cp src/liblzma/.libs/liblzma.a ../out/lib/
  cp -r src/liblzma/api/lzma.h src/liblzma/api/lzma ../out/include/
}

# The archive holds libffi without a configure script. Eleven files on one known platform do not need
# autoconf, automake and libtool: the answers that configure would find are these.
make_libffi() {
  sed -e 's/@VERSION@/3.4.8/' -e 's/@TARGET@/X86_64/' -e 's/@HAVE_LONG_DOUBLE@/1/' -e 's/@FFI_EXEC_TRAMPOLINE_TABLE@/0/' \
    include/ffi.h.in >include/ffi.h
  cp src/x86/ffitarget.h include/
  # Callbacks jump through pages mapped from the program's own text (FFI_EXEC_STATIC_TRAMP): no memory is ever writable and executable.
  cat >include/fficonfig.h <<'CONFIG'
#define EH_FRAME_FLAGS "a"
#define FFI_EXEC_STATIC_TRAMP 1
#define FFI_MMAP_EXEC_WRIT 1
#define HAVE_ALLOCA_H 1
#define HAVE_AS_X86_64_UNWIND_SECTION_TYPE 1
#define HAVE_AS_X86_PCREL 1
#define HAVE_HIDDEN_VISIBILITY_ATTRIBUTE 1
#define HAVE_LONG_DOUBLE 1
#define HAVE_MEMCPY 1
#define HAVE_MEMFD_CREATE 1
#define HAVE_RO_EH_FRAME 1
#define SIZEOF_DOUBLE 8
#define SIZEOF_LONG_DOUBLE 16
#define SIZEOF_SIZE_T 8
#define STDC_HEADERS 1
#ifdef LIBFFI_ASM
#define FFI_HIDDEN(name) .hidden name
#else
#define FFI_HIDDEN __attribute__((visibility("hidden")))
#endif
CONFIG
  $CC $optimise -fexceptions -D_GNU_SOURCE -DHAVE_CONFIG_H -Iinclude -Isrc/x86 -Isrc -c \
    src/{prep_cif,types,raw_api,java_raw_api,closures,tramp}.c src/x86/{ffi64,ffiw64}.c src/x86/{unix64,win64}.S
  ar rcsD ../out/lib/libffi.a ./*.o
  cp include/ffi.h include/ffitarget.h ../out/include/
}

# Full-text search, R-trees and the mathematical functions, which users expect of Python's sqlite3. Extensions are for python-dynamic, which has a dlopen.
make_sqlite() {
  ./configure --host=x86_64-linux-musl --disable-shared --disable-tcl --disable-readline
  make sqlite3.c
  $CC $optimise -c sqlite3.c -DNDEBUG -DHAVE_USLEEP -DHAVE_FDATASYNC -DHAVE_LOCALTIME_R -DHAVE_STRCHRNUL -DHAVE_PREAD -DHAVE_PWRITE \
    -DSQLITE_THREADSAFE=1 -DSQLITE_ENABLE_FTS3 -DSQLITE_ENABLE_FTS3_PARENTHESIS -DSQLITE_ENABLE_FTS4 -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE \
    -DSQLITE_ENABLE_MATH_FUNCTIONS -DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_ENABLE_DBSTAT_VTAB
  ar rcsD ../out/lib/libsqlite3.a sqlite3.o
  cp sqlite3.h ../out/include/
}

# TLS 1.2 and 1.3 with the algorithms a client or server meets today, and every digest of hashlib. Out: loading code at run time, protocols
# that Python's ssl has no interface to (QUIC, DTLS, CMP, CMS, TSP, CT, SRP, SRTP), TLS before 1.2, national and retired ciphers.
make_openssl() {
  ./Configure linux-x86_64 --prefix=/ --libdir=lib --openssldir=/share/ssl CC="$CC" \
    no-shared no-pic no-tests no-apps no-docs no-dso no-module no-engine no-async no-ui-console no-autoload-config \
    no-quic no-dtls no-cmp no-cms no-ts no-ct no-srp no-srtp no-http no-rfc3779 no-comp no-uplink \
    no-ssl3 no-tls1 no-tls1_1 no-weak-ssl-ciphers no-legacy no-aria no-camellia no-gost no-seed no-sm2 no-sm3 no-sm4 no-siv \
    no-bf no-cast no-idea no-md4 no-mdc2 no-rc2 no-rc4 no-rc5 no-whirlpool no-ec2m no-slh-dsa \
    $optimise
  make -j"$jobs" build_generated libcrypto.a libssl.a | progress_over 850 10 44
  cp libcrypto.a libssl.a ../out/lib/
  mkdir -p ../out/include/openssl
  cp include/openssl/*.h ../out/include/openssl/
}
