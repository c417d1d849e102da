"""The VM a user would put together by hand: Debian's stock cloud kernel, a busybox initrd with a shell script.

It mounts the same pieces image and starts the same Python with the same server, on the same microvm that Arrow uses.
"""

import contextlib
import itertools
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from machine import Failed, Plan, free_port, tsc_khz

PACKAGE = "linux-image-cloud-amd64"
# The modules for the disk, the NIC and the pieces image; those they depend on are added.
MODULES = ("virtio_mmio", "virtio_blk", "virtio_net", "erofs")
# Enough for the stock kernel. rows/smallest_memory.py finds the least that it runs in.
MEMORY = 256


class Baseline:
    """The parts of the by-hand VM, made once, and how to start it."""

    title = "by hand"

    def __init__(self, arrow, scratch):
        self.pieces = arrow.image / "pieces.erofs"
        self.scratch = scratch
        self.accel = arrow.accel
        unpacked = fetched_kernel()
        self.kernel = next((unpacked / "boot").glob("vmlinuz-*"))
        self.initrd = scratch / "baseline-initrd"
        python = f"/pieces/{arrow.python}/bin/python"
        make_initrd(self.initrd, f"cd /pieces/meta/{arrow.arrow}\nexec {python} server.py", in_loading_order(unpacked))
        self._numbers = itertools.count()

    def plan(self, memory=None):
        folder = self.scratch / f"baseline-{next(self._numbers)}"
        folder.mkdir()
        port = free_port()
        append = "console=ttyS0 quiet"
        if self.accel == "tcg":
            # Without it this kernel finds no clock on a microvm and stops.
            append += f" tsc_early_khz={tsc_khz()}"
        words = [
            "qemu-system-x86_64", "-M", "microvm,x-option-roms=off,pit=off,pic=off,rtc=on,isa-serial=on", "-nodefaults",
            "-no-user-config", "-display", "none", "-no-reboot", "-accel", self.accel,
            "-cpu", "host" if self.accel == "kvm" else "max,-smap", "-m", f"{memory or MEMORY}M",
            "-kernel", str(self.kernel), "-initrd", str(self.initrd), "-append", append,
            "-drive", f"if=none,id=pieces,file={self.pieces},format=raw,read-only=on",
            "-device", "virtio-blk-device,drive=pieces",
            "-netdev", f"user,id=net,hostfwd=tcp:127.0.0.1:{port}-:8080", "-device", "virtio-net-device,netdev=net",
            "-serial", "file:console.log",
        ]
        return Plan(words, folder, [port], "console.log", ("console.log",))

    def sizes(self):
        return {
            "kernel": self.kernel.stat().st_size,
            "initrd": self.initrd.stat().st_size,
            "pieces": self.pieces.stat().st_size,
        }


def fetched_kernel():
    """The newest stock cloud kernel of this machine's release, unpacked and not installed; kept in the cache."""
    package = depends_on(PACKAGE)
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "arrow" / "bench"
    unpacked = cache / package
    if unpacked.exists():
        return unpacked
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=f".{package}.") as scratch:
        fetch = ["apt-get", "download", "-q", "-o", f"APT::Sandbox::User={user()}", package]
        fetched = subprocess.run(fetch, cwd=scratch, capture_output=True, text=True)
        if fetched.returncode != 0:
            raise Failed(f"cannot fetch {package}: {fetched.stderr.strip()}\n  hint: apt-get update")
        archive = next(pathlib.Path(scratch).glob("*.deb"))
        subprocess.run(["dpkg-deb", "-x", archive, f"{scratch}/unpacked"], check=True)
        # Another run may have been quicker; the two are alike.
        with contextlib.suppress(OSError):
            os.rename(f"{scratch}/unpacked", unpacked)
    return unpacked


def depends_on(package):
    """The package with the kernel itself, which the one with the plain name depends on."""
    known = subprocess.run(["apt-cache", "depends", package], capture_output=True, text=True)
    match = re.search(r"Depends: (linux-image-\S+)", known.stdout)
    if not match:
        raise Failed(f"this machine's apt does not know {package}\n  hint: apt-get update")
    return match[1]


def user():
    return subprocess.run(["id", "-un"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def make_initrd(path, start, modules=()):
    """busybox, the modules in the order they load in, and the script that ends with the server's start."""
    busybox = shutil.which("busybox")
    if not busybox:
        raise Failed("busybox is missing\n  hint: apt-get install busybox-static")
    root = path.with_suffix(".root")
    for folder in ("bin", "dev", "proc", "tmp", "pieces", "modules"):
        (root / folder).mkdir(parents=True)
    shutil.copy(busybox, root / "bin" / "busybox")
    for number, module in enumerate(modules):
        shutil.copy(module, root / "modules" / f"{number:02}-{module.name}")
    script = pathlib.Path(__file__).parent / "baseline-init"
    (root / "init").write_text(script.read_text() + start + "\n")
    (root / "init").chmod(0o755)
    with open(path, "wb") as archive:
        subprocess.run("find . | cpio --quiet -o -H newc", shell=True, check=True, cwd=root, stdout=archive)


def in_loading_order(unpacked):
    modules = {module.stem.replace("-", "_"): module for module in (unpacked / "lib" / "modules").rglob("*.ko")}
    ordered = []

    def add(name):
        # One that is not there is built into the kernel.
        module = modules.get(name.replace("-", "_"))
        if module is None or module in ordered:
            return
        for needed in re.search(rb"\0depends=([^\0]*)\0", module.read_bytes())[1].decode().split(","):
            add(needed)
        ordered.append(module)

    for name in MODULES:
        add(name)
    return ordered

