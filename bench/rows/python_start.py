"""Python's start beside the distribution's, on the host: instructions, which are exact, and processor time."""

from rows import python
from rows.result import Line, Result, at_most

# The others have no goal.
WITH_GOAL = ("pass", "import http.server")


def measure(bench):
    found = python.measure("--startup")
    lines = []
    for program, row in found["startup"].items():
        lines.append(Line(f"python -c '{program}'", millions(row["instructions"]), millions(row["reference_instructions"])))
        if program in WITH_GOAL:
            lines.append(at_most("  its instructions by Debian's", row["ratio"], 1.0))
            lines.append(at_most("  its time by Debian's", row["time_ratio"], 1.0))
    return Result(lines, {"python_start": found["startup"]}, {"python": found["reference"]})


def millions(count):
    return f"{count / 1e6:.1f} M"
