"""Stands in for pyperf, so that pyperformance's benchmarks run under any Python, without psutil or a virtual environment.

Each benchmark runs for a while, several times, and its best time is kept: other programs on the machine can only make it
longer. The CPU time of the whole process is measured, with all its threads and children; where threads wait for one
another, the wall clock too. Prints a line of JSON for each benchmark.
"""

import argparse
import asyncio
import json
import os
import time

LEAST = float(os.environ.get("BENCHMARK_SECONDS", "0.2"))
ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "5"))


def perf_counter():
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


class Runner:
    def __init__(self, *, add_cmdline_args=None, **_):
        self.metadata = {}
        self.argparser = argparse.ArgumentParser()
        self.args = None

    def parse_args(self, args=None):
        self.args = self.argparser.parse_args(args)
        return self.args

    def bench_time_func(self, name, function, *arguments, inner_loops=1, **_):
        if self.args is None:
            self.parse_args()
        loops, seconds = 1, 0.0
        while True:
            seconds = function(loops, *arguments)
            if seconds >= LEAST or loops >= 1 << 20:
                break
            loops = max(loops + 1, min(2 * loops if seconds < LEAST / 8 else int(loops * LEAST / seconds * 1.1), loops * 10))
        best, wall = seconds / loops, None
        for _ in range(ROUNDS - 1):
            begin = time.perf_counter()
            best = min(best, function(loops, *arguments) / loops)
            passed = (time.perf_counter() - begin) / loops
            wall = passed if wall is None else min(wall, passed)
        print(json.dumps({"name": name, "seconds": best, "wall_seconds": wall}), flush=True)

    def bench_func(self, name, function, *arguments, **keywords):
        def run(loops):
            begin = perf_counter()
            for _ in range(loops):
                function(*arguments)
            return perf_counter() - begin

        self.bench_time_func(name, run)

    def bench_async_func(self, name, function, *arguments, loop_factory=None, **_):
        async def repeat(loops):
            begin = perf_counter()
            for _ in range(loops):
                await function(*arguments)
            return perf_counter() - begin

        def run(loops):
            with asyncio.Runner(loop_factory=loop_factory) as runner:
                return runner.run(repeat(loops))

        self.bench_time_func(name, run)


def python_implementation():
    return "cpython"
