"""What the way through an exported port costs: requests a second and bulk throughput, three ways, in turn.

export: QEMU forwards to the exported port, arrow-init's programs lead on to the task's (8080, seen as 3008).
direct: QEMU forwards straight to a port of the same task in the same VM (8081, seen as 8081).
plain:  the same kernel and server without arrow-init: a busybox script starts it, no program looks at a packet.
"""

import contextlib
import pathlib
import re
import socket
import statistics
import subprocess
import time

import baseline
from machine import Failed, Machine
from rows.result import Line, Result, at_least

GOAL = 0.95
ROUNDS = 21
SECONDS = 1
# The server is made with asyncio, which imports ssl.
MEMORY = 128
SERVER = pathlib.Path(__file__).parent.parent / "load_server.py"


def measure(bench):
    ours = bench.arrow.plan(MEMORY, (8080, 8081), command=("python", "-c", SERVER.read_text(), "8080", "8081"))
    with Machine(ours) as arrow, Machine(plain_plan(bench)) as plain:
        arrow.wait_until_serving()
        plain.wait_until_serving()
        ways = dict(zip(("export", "direct", "plain"), (*arrow.plan.ports, *plain.plan.ports)))
        rounds = [one_round(bench, number, ways) for number in range(ROUNDS)]
    ratios = {(kind, way): ratio(rounds, kind, way) for kind in ("rps", "bulk") for way in ("direct", "plain")}
    lines = []
    for kind, what in (("rps", "requests a second"), ("bulk", "bulk throughput")):
        lines.append(at_least(f"{what}, exported to direct", round(ratios[kind, "direct"], 3), GOAL, form="{:.3f}"))
        lines.append(Line("  exported to plain, without arrow-init", f"{ratios[kind, 'plain']:.3f}"))
    return Result(
        lines,
        {"export_vs_direct": {kind: ratios[kind, "direct"] for kind in ("rps", "bulk")},
         "export_vs_plain": {kind: ratios[kind, "plain"] for kind in ("rps", "bulk")}},
        details={"export_vs_direct": rounds})


def plain_plan(bench):
    """Arrow's very machine and kernel, with another initrd, and no port but the task's own."""
    initrd = bench.scratch / "plain-initrd"
    server = f"cat >/tmp/server.py <<'END'\n{SERVER.read_text()}\nEND\n"
    baseline.make_initrd(initrd, server + f"exec /pieces/{bench.arrow.python}/bin/python /tmp/server.py 8080")
    plan = bench.arrow.plan(MEMORY)
    plan.console = "kernel.log"
    plan = plan.with_value("-initrd", lambda _: str(initrd))
    return plan.with_value("-netdev", lambda words: re.sub(r"-:\d+$", "-:8080", words))


def one_round(bench, number, ways):
    """Each way once; another one begins each time."""
    names = list(ways)
    names = names[number % 3:] + names[:number % 3]
    figures = {kind: {name: run(ways[name]) for name in names} for kind, run in (("rps", requests), ("bulk", bulk))}
    bench.say(f"round {number + 1} of {ROUNDS}: " + ", ".join(
        f"{name} {figures['rps'][name]:.0f} requests/s {figures['bulk'][name] / 1e6:.1f} MB/s" for name in ways))
    return figures


def ratio(rounds, kind, way):
    return statistics.median(figures[kind]["export"] / figures[kind][way] for figures in rounds)


def requests(port):
    """A second, as wrk counts them, over eight connections that stay open."""
    words = ["wrk", "-t1", "-c8", f"-d{SECONDS}s", f"http://127.0.0.1:{port}/"]
    said = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
    if "Socket errors" in said or "Non-2xx" in said:
        raise Failed(f"wrk met errors:\n{said}")
    return float(re.search(r"Requests/sec:\s*([\d.]+)", said)[1])


def bulk(port):
    """Bytes a second over one connection."""
    buffer = bytearray(256 * 1024)
    received, start = 0, time.monotonic()
    with contextlib.closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
        connection.sendall(b"GET /bulk HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while (seconds := time.monotonic() - start) < SECONDS:
            count = connection.recv_into(buffer)
            if count == 0:
                raise Failed("the server closed the connection")
            received += count
    return received / seconds
