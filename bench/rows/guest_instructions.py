"""What the guest executes until the server listens, in instructions: exact, whatever else the host does.

kernel: from the VM's first instruction to PID 1's first; init: to the task's exec; task: to its listen().
QEMU runs with -icount shift=0, where an instruction takes one nanosecond of the guest's time. So code that waits or
calibrates by the clock waits for the same number of instructions every time.
"""

import re
import statistics
import time

import counter
from machine import Machine
from rows.result import Line, Result, at_most

GOAL = 3_000_000
RUNS = 3
LIMIT = 600
PHASES = {"kernel": "kernel, to its hand-over", "init": "init, to the task's exec", "task": "task, to its listen()"}


def measure(bench):
    plugin = counter.build(bench.build_folder)
    runs = {}
    for system in (bench.arrow, bench.baseline):
        runs[system.title] = [count(system, plugin) for _ in range(RUNS)]
        bench.say(f"{system.title}: {RUNS} runs counted")
    ours, theirs = ({key: round(statistics.median(run[key] for run in each)) for key in each[0]} for each in runs.values())
    lines = [Line(f"instructions: {what}", millions(ours[phase]), millions(theirs[phase])) for phase, what in PHASES.items()]
    lines.append(Line("instructions: all", millions(ready(ours)), millions(ready(theirs))))
    lines.append(at_most("instructions: init's own", ours["init_own"] / 1e6, GOAL / 1e6, millions(theirs["init_own"]), "{:.2f} M"))
    return Result(
        lines,
        {"guest_instructions": phases(ours), "arrow_init_instructions": ours["init_own"]},
        {"guest_instructions": phases(theirs)},
        {"guest_instructions": runs})


def count(system, plugin):
    plan = system.plan()
    counts = counter.Counter(plugin, plan.folder)
    plan = plan.with_qemu_words(*counts.qemu_words, "-icount", "shift=0").with_value("-append", at_one_gigahertz)
    with Machine(plan) as machine:
        while not (marks := until_listen(counts.marks())):
            if not machine.is_running or time.monotonic() > machine.start + LIMIT:
                raise machine.failed("the server did not listen")
            time.sleep(0.05)
    hand_over, execute, listen = marks
    return {
        "kernel": hand_over.total,
        "init": execute.total - hand_over.total,
        "init_own": execute.user - hand_over.user,
        "task": listen.total - execute.total,
    }


def until_listen(marks):
    """The kernel's hand-over, the exec that led to the server (the last one), the server's listen(); or nothing yet."""
    kinds = [mark.kind for mark in marks]
    if counter.LISTEN not in kinds:
        return None
    place = kinds.index(counter.LISTEN)
    execute = [mark for mark in marks[:place] if mark.kind == counter.EXEC][-1]
    return marks[0], execute, marks[place]


def at_one_gigahertz(words):
    """The time stamp counter as -icount shows it: one tick in a nanosecond."""
    return re.sub(r"\btsc_early_khz=\d+", "tsc_early_khz=1000000", words)


def phases(counts):
    return {phase: counts[phase] for phase in PHASES}


def ready(counts):
    return sum(phases(counts).values())


def millions(count):
    return f"{count / 1e6:.2f} M"
