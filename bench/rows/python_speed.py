"""Python's speed beside the distribution's, on the host, by pyperformance's benchmarks."""

from rows import python
from rows.result import Line, Result, at_least


def measure(bench):
    found = python.measure("--speed")
    lines = [Line(name, f"{row['ratio']:.2f} x") for name, row in found["benchmarks"].items()]
    lines.append(at_least("times as fast, geometric mean", found["geometric_mean"], 1.0))
    return Result(lines, {"python_speed": found["geometric_mean"]}, {"python": found["reference"]}, {"python_speed": found["benchmarks"]})
