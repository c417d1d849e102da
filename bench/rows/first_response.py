"""Start of QEMU to the first complete HTTP response: Arrow and the by-hand VM in turn, in one run."""

import statistics

from machine import Machine
from rows.result import Line, Result, at_most

GOAL = 0.5


def measure(bench):
    systems = {"arrow": bench.arrow, "by hand": bench.baseline}
    runs = {name: [] for name in systems}
    for number in range(bench.runs):
        # Who goes first changes: a host that grows slower treats both alike.
        for name in sorted(systems, reverse=number % 2 == 1):
            runs[name].append(one_run(systems[name]))
        bench.say(f"run {number + 1} of {bench.runs}: " + ", ".join(f"{name} {runs[name][-1]['seconds']:.2f} s" for name in systems))
    ours, theirs = (medians(runs[name]) for name in systems)
    ratio = ours["seconds"] / theirs["seconds"]
    lines = [
        Line("first response, median", f"{ours['seconds']:.2f} s", f"{theirs['seconds']:.2f} s"),
        at_most("  ratio to by hand", round(ratio, 3), GOAL, form="{:.2f}"),
        Line("  range", span(runs["arrow"]), span(runs["by hand"])),
        Line("  QEMU's processor time", f"{ours['processor']:.2f} s", f"{theirs['processor']:.2f} s"),
        Line("  QEMU's peak memory", f"{ours['rss'] / 1e6:.0f} MB", f"{theirs['rss'] / 1e6:.0f} MB"),
    ]
    return Result(
        lines,
        {"first_response_s": ours["seconds"], "first_response_ratio": ratio, "qemu_peak_rss_bytes": ours["rss"]},
        {"first_response_s": theirs["seconds"], "qemu_peak_rss_bytes": theirs["rss"]},
        {"first_response": runs})


def one_run(system):
    with Machine(system.plan()) as machine:
        seconds = machine.first_response()
        return {"seconds": seconds, "processor": machine.processor_time(), "rss": machine.peak_rss()}


def medians(runs):
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def span(runs):
    seconds = [run["seconds"] for run in runs]
    return f"{min(seconds):.2f} to {max(seconds):.2f} s"
