# musl and the compiler wrapper around it: the sysroot that everything else is built against. Sourced.

musl_key() {
  key "$("$image/fetch" --fingerprint musl)" "$(key_files "$image/common.sh" "$recipe/musl.sh" $(patches_of musl))" \
    "$(gcc -v 2>&1)" "$(ld -v)" "$(key_files /usr/include/linux/version.h)"
}

make_musl() {
  mkdir source && cd source
  unpack musl
  keep_licenses musl ../out
  ./configure --prefix=/ --disable-shared --disable-gcc-wrapper CFLAGS="-O2 -fno-pie -pipe"
  make -j"$jobs"
  make install DESTDIR=../out
  cd ../out
  # The kernel's own headers, which musl leaves to the distribution.
  cp -rL /usr/include/{linux,asm-generic,mtd} "/usr/include/$(gcc -print-multiarch)/asm" include/
  mkdir bin
  write_specs >lib/musl.specs
  write_compiler >bin/x86_64-linux-musl-gcc
  chmod +x bin/x86_64-linux-musl-gcc
}

# How gcc is turned from glibc to musl. The folder comes from the environment, so that a sysroot can be moved.
write_specs() {
  cat <<'SPECS'
%rename cpp_options old_cpp_options

*cpp_options:
-nostdinc -isystem %:getenv(ARROW_SYSROOT /include) -isystem include%s %(old_cpp_options)

*cc1:
%(cc1_cpu) -nostdinc -isystem %:getenv(ARROW_SYSROOT /include) -isystem include%s

*link_libgcc:
-L%:getenv(ARROW_SYSROOT /lib) -L .%s

*libgcc:
libgcc.a%s %:if-exists(libgcc_eh.a%s)

*startfile:
%:getenv(ARROW_SYSROOT /lib/crt1.o) %:getenv(ARROW_SYSROOT /lib/crti.o) crtbeginT.o%s

*endfile:
crtend.o%s %:getenv(ARROW_SYSROOT /lib/crtn.o)

*link:
-nostdlib -static

*esp_link:


*esp_options:


*esp_cpp_options:


SPECS
}

# Not position-independent: 3 % fewer instructions, no relocations at start, and nothing in the VM shares its address space.
# The prefix map keeps the folder of a build out of what is built.
write_compiler() {
  cat <<'WRAPPER'
#!/bin/sh
# gcc for the musl sysroot that this script lies in.
case "$*" in
-print-multiarch | --print-multiarch) echo x86_64-linux-musl; exit ;;
esac
export ARROW_SYSROOT="${0%/bin/*}"
exec gcc -specs="$ARROW_SYSROOT/lib/musl.specs" -static -fno-pie -no-pie \
  -ffile-prefix-map="$ARROW_SYSROOT=/sysroot" -ffile-prefix-map="$PWD=." "$@"
WRAPPER
}
