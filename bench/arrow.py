"""The VM that `actrl shoot` starts, taken from its own --dry-run."""

import itertools
import json
import os
import pathlib
import re
import shlex
import subprocess

from machine import Plan


class Arrow:
    """An Arrow image, and the tool that starts its arrows."""

    title = "Arrow"
    arrow = "python-web"

    def __init__(self, actrl, image, scratch, accel):
        self.actrl = actrl
        self.image = image
        self.scratch = scratch
        self.accel = accel
        self.manifest = json.loads((image / "image.json").read_text())
        self._names = (f"bench-{number}" for number in itertools.count())

    def plan(self, memory=None, ports=(8080,), command=()):
        """Everything that actrl prepares is there; only QEMU itself is not started yet.

        `ports`: the task's; a command takes the place of the spec's own.
        """
        words = [self.actrl, "shoot", "--dry-run", "--image", self.image, "--accel", self.accel]
        words += ["--name", next(self._names)]
        for port in ports:
            words += ["-p", f"0:{port}"]
        if memory:
            words += ["-m", f"{memory}m"]
        script = self._run([*words, self.arrow, *command])
        preparation, _, qemu = script.rpartition("&&\n")
        folder = self._run(["sh", "-c", preparation + "&& pwd"]).strip()
        qemu = shlex.split(qemu.replace("\\\n", " "))
        forwarded = [int(port) for port in re.findall(r"hostfwd=tcp:127\.0\.0\.1:(\d+)-", " ".join(qemu))]
        return Plan(qemu, pathlib.Path(folder), forwarded, "stdout.log", ("kernel.log", "stdout.log", "stderr.log", "events.jsonl"))

    @property
    def python(self):
        """The folder of the arrow's Python in the pieces."""
        version = next(arrow["version"] for arrow in self.manifest["arrows"] if arrow["name"] == self.arrow)
        return f"binary/python/{version}"

    def sizes(self):
        """Bytes of each part on disk."""
        return {
            "kernel": (self.image / "kernel").stat().st_size,
            "initrd": (self.image / "initrd").stat().st_size,
            "pieces": (self.image / "pieces.erofs").stat().st_size,
        }

    def _run(self, words):
        # A state folder of its own: the user's instances are neither seen nor disturbed.
        environment = {**os.environ, "XDG_STATE_HOME": str(self.scratch)}
        return subprocess.run(words, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
