"""One VM under QEMU: started, watched and ended by the bench."""

import contextlib
import dataclasses
import os
import pathlib
import re
import socket
import subprocess
import time


class Failed(Exception):
    """A VM did not do what is to be measured; the message says what was seen last."""


@dataclasses.dataclass
class Plan:
    """How to start a VM: QEMU's words, the folder they are for, the host's ports that lead to the server's."""

    words: list[str]
    folder: pathlib.Path
    ports: list[int]
    # Files of the folder: the server's output, and all that the guest says.
    console: str
    logs: tuple[str, ...]

    def with_value(self, option, change):
        """The same VM with another value of one of QEMU's options."""
        place = self.words.index(option) + 1
        words = self.words[:place] + [change(self.words[place])] + self.words[place + 1:]
        return dataclasses.replace(self, words=words)

    def with_qemu_words(self, *words):
        return dataclasses.replace(self, words=self.words + list(words))


class Machine:
    """A started VM. Used with `with`: at the end of the block QEMU is gone."""

    def __init__(self, plan):
        self.plan = plan

    def __enter__(self):
        with open(self.plan.folder / "qemu.log", "wb") as log:
            self.start = time.monotonic()
            self.process = subprocess.Popen(
                self.plan.words, cwd=self.plan.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    @property
    def is_running(self):
        return self.process.poll() is None

    def peak_rss(self):
        """QEMU's largest resident size so far, in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024

    def processor_time(self):
        """What QEMU has used so far, in seconds; other than the clock's time, little disturbed by the host's load."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def failed(self, what):
        """The exception for a VM that did not get so far, with the end of its output."""
        said = []
        for name in ("qemu.log", *self.plan.logs):
            with contextlib.suppress(OSError):
                text = (self.plan.folder / name).read_bytes()[-600:].decode(errors="replace").strip()
                if text:
                    said.append(f"{name}: {text}")
        state = "" if self.is_running else f" (QEMU ended with {self.process.returncode})"
        return Failed(f"{what}{state}\n" + "\n".join(said))

    def first_response(self, limit=180.0):
        """Seconds from QEMU's start to the first complete answer of the server.

        The server's own line on the console tells when to ask: QEMU accepts connections before the guest does, and
        tries to pass each on at intervals of seconds, so a client that knocks earlier measures those.
        """
        self.wait_until_serving(limit)
        if not self.answers(1, limit):
            raise self.failed("the server started, but did not answer")
        return time.monotonic() - self.start

    def wait_until_serving(self, limit=180.0):
        """Until the server has said so for each of its ports."""
        console = self.plan.folder / self.plan.console
        while not console.exists() or console.read_bytes().count(b"serving at port") < len(self.plan.ports):
            if not self.is_running or time.monotonic() > self.start + limit:
                raise self.failed(f"the server did not start within {limit:.0f} s")
            time.sleep(0.005)

    def answers(self, count, limit=10.0):
        """Whether the server answers so many requests, one after the other."""
        try:
            return all(self._get(limit).startswith(b"HTTP/1.0 200 OK\r\n") for _ in range(count))
        except OSError:
            return False

    def _get(self, limit):
        """All that comes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.plan.ports[0]), timeout=limit) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return b"".join(iter(lambda: connection.recv(65536), b""))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tsc_khz():
    """The host's time stamp counter in kHz: under TCG the guest's runs at its pace."""
    match = re.search(r"^cpu MHz\s*:\s*([\d.]+)", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return round(float(match[1]) * 1000)
