# `make demo` and `make test` are all that a newcomer needs. Each target makes the targets it depends on first.

GUEST_LIMIT = 1000000
# Seconds for each of the four fuzz targets.
FUZZ_SECONDS = 60
# How much `make soak` does.
BOOTS = 1000
CONNECTIONS = 10000

.PHONY: help demo build image lint test test-applications cpython-tests fuzz soak bench packages test-packages tools arrow-init kernel \
  python python-dynamic pip sdk libraries pieces clean

help:
	@echo "make demo    build everything, shoot python-web, fetch its page"
	@echo "make lint    check formatting, the order of the rooms, and what the documents say"
	@echo "make test    run all tests"
	@echo "make test-applications   Flask, Django, FastAPI, numpy and others, each two minutes under load"
	@echo "make cpython-tests   CPython's own test suite inside a VM (TESTS=)"
	@echo "make fuzz    feed the parsers random input, a minute each (FUZZ_SECONDS=)"
	@echo "make soak    1,000 boots and 10,000 connections: none lost, nothing left (BOOTS=, CONNECTIONS=)"
	@echo "make bench   measure Arrow beside a VM put together by hand"
	@echo "make build   bin/actrl and bin/mkarrowimg"
	@echo "make image   the example image in out/"
	@echo "make python-dynamic   a Python that loads wheels with shared libraries (numpy, pydantic)"
	@echo "make libraries        libxml2, libxslt, libpq and the C++ library, for packages with C code"
	@echo "make clean   remove what was built here (not the cache of kernels and runtimes)"

demo: image
	@tools/demo

build: packages tools

# --- the tools

packages:
	@tools/moved
	@tools/packages

test-packages:
	@tools/moved
	@tools/packages --tests

tools: packages
	@tools/step mkarrowimg "mkarrowimg" swift build -c release --static-swift-stdlib --product mkarrowimg
	@tools/step actrl "actrl" swift build -c release --static-swift-stdlib --product actrl
	@mkdir -p bin && install -s .build/release/mkarrowimg .build/release/actrl bin/

# --- what runs in the VM

arrow-init: packages
	@tools/step arrow-init "arrow-init" \
	  swift build -c release --product arrow-init --traits Guest --scratch-path .build-guest
	@size=$$(stat -L -c %s .build-guest/release/arrow-init); [ $$size -lt $(GUEST_LIMIT) ] || \
	  { echo "arrow-init has $$size bytes; it must stay under $(GUEST_LIMIT)" >&2; exit 1; }
	@install -D .build-guest/release/arrow-init .build/guest/arrow-init

kernel: packages
	@tools/step kernel "the kernel" image/kernel/build .build/kernel
	@install -D -m 644 .build/kernel/vmlinux .build/guest/kernel

python: packages
	@tools/step python "Python" image/python/build 3.13 .build/pieces

python-dynamic: python
	@tools/step python-dynamic "Python that loads wheels" image/python-dynamic/build 3.13 .build/pieces

# The compiler and libraries that packages with C code are built with. `libraries` adds those that only some need.
sdk: python
	@tools/step sdk "libraries for C code" image/extensions/build .build/guest

libraries: python
	@tools/step libraries "more libraries for C code" \
	  image/extensions/build .build/guest libxml2 libxslt libpq libstdc++

pip: packages
	@tools/step pip "pip" image/pip/build .build/guest

pieces: python pip sdk
	@tools/step share "time zones and authorities" image/share/build .build/pieces
	@tools/copy-metas image/pieces/meta .build/pieces/meta

image: tools arrow-init kernel pieces
	@bin/mkarrowimg build .build/pieces -o out

# --- tests

# Seconds, without a build. The checks prove first that they find what they are for.
lint:
	@swift format lint --strict --recursive --configuration .swift-format Sources Tests Package.swift
	@tools/check-rooms --self-test
	@tools/check-numbers --self-test
	@tools/check-rooms; rooms=$$?; tools/check-numbers && exit $$rooms

# The VM tests run last and alone: beside pip and compilers a guest is too slow for its own time-outs.
test: image test-packages python-dynamic
	@tools/step test-image "the image for VM tests" Tests/BootTests/make-image .build/test-image
	@tools/step test-kernel "the kernel's tests" image/kernel/test-boot .build/kernel
	@Tests/seccomp check
	@tools/step test-python "Python's tests" image/python/test .build/pieces
	@-Tests/fetch-profiles
	@swift test --skip '^BootTests\.'
	@swift test --skip-build --filter '^BootTests\.'

# The applications of the VM tests, each under load for this long, and those that need more C libraries.
LOAD_SECONDS = 120
test-applications: image test-packages libraries python-dynamic
	@tools/step test-image "the image for VM tests" Tests/BootTests/make-image .build/test-image
	@ARROW_LOAD_SECONDS=$(LOAD_SECONDS) swift test --filter BootTests.ApplicationTests

# CPython's own test suite in VMs: an hour and a half without KVM. TESTS= names parts of it; RECORD=1 records system
# calls.
TESTS =
cpython-tests: image
	@Tests/CPython/run $(TESTS)

fuzz:
	@Tests/Fuzz/run $(FUZZ_SECONDS)

soak: image test-packages
	@tools/step test-image "the image for VM tests" Tests/BootTests/make-image .build/test-image
	@Tests/soak $(BOOTS) $(CONNECTIONS)

bench: image test-packages
	@bench/run

clean:
	rm -rf .build .build-guest bin out
