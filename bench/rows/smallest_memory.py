"""The least memory in which python-web still answers 100 requests, found by halving."""

from machine import Failed, Machine
from rows.result import Result, at_most

GOAL = 40
REQUESTS = 100
# Seconds for a boot: many times what it takes with enough memory, but too few for a VM that reads each page again and
# again.
LIMIT = 45
# How often the size that was found must serve, so that a lucky boot does not decide.
CONFIRMATIONS = 3


def measure(bench):
    ours = smallest(bench, bench.arrow, 16, 96)
    theirs = smallest(bench, bench.baseline, 48, 384)
    return Result(
        [at_most(f"memory for {REQUESTS} requests", ours, GOAL, f"{theirs} MiB", "{} MiB")],
        {"smallest_memory_mib": ours}, {"smallest_memory_mib": theirs})


def smallest(bench, system, too_little, enough):
    """MiB between the two, the last one included."""
    if not serves(system, enough):
        raise Failed(f"{system.title} does not serve {REQUESTS} requests in {enough} MiB either")
    while enough - too_little > 1:
        middle = (too_little + enough) // 2
        if serves(system, middle):
            enough = middle
        else:
            too_little = middle
        bench.say(f"{system.title}: between {too_little} and {enough} MiB")
    while not all(serves(system, enough) for _ in range(CONFIRMATIONS)):
        enough += 1
    return enough


def serves(system, memory):
    with Machine(system.plan(memory=memory)) as machine:
        try:
            machine.first_response(LIMIT)
        except Failed:
            return False
        return machine.answers(REQUESTS - 1)
