"""Builds and reads the plugin that counts the guest's instructions."""

import dataclasses
import pathlib
import struct
import subprocess

from machine import Failed, Machine

SOURCE = pathlib.Path(__file__).parent / "counter.c"
# As in counter.c.
HAND_OVER, LISTEN, EXEC = 1, 50, 59


def build(folder):
    """The plugin, compiled again when its source is newer."""
    plugin = folder / "counter.so"
    if not plugin.exists() or plugin.stat().st_mtime < SOURCE.stat().st_mtime:
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC", "-fvisibility=hidden", "-o", plugin, SOURCE], check=True)
    return plugin


@dataclasses.dataclass
class Mark:
    """What the guest did, and how many instructions it had run before."""

    kind: int
    kernel: int
    user: int

    @property
    def total(self):
        return self.kernel + self.user


class Counter:
    """The counts of one VM, readable while it runs."""

    def __init__(self, plugin, folder):
        self.file = folder / "counts"
        self.qemu_words = ["-plugin", f"{plugin},out={self.file}"]

    def now(self):
        kernel, user, _ = struct.unpack_from("<3Q", self.file.read_bytes())
        return kernel + user

    def marks(self):
        if not self.file.exists():
            return []
        counts = self.file.read_bytes()
        number = struct.unpack_from("<3Q", counts)[2]
        return [Mark(*struct.unpack_from("<3Q", counts, 24 + 24 * place)) for place in range(number)]
