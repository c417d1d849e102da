"""The sizes of the parts on disk."""

from rows.result import Line, Result, at_most

GOAL = 24_000_000


def measure(bench):
    ours, theirs = (with_total(system.sizes()) for system in (bench.arrow, bench.baseline))
    lines = [Line(f"{part} on disk", megabytes(ours[part]), megabytes(theirs[part])) for part in ("kernel", "initrd", "pieces")]
    lines.append(at_most("all parts on disk", ours["total"] / 1e6, GOAL / 1e6, megabytes(theirs["total"]), "{:.1f} MB"))
    return Result(lines, {"size_bytes": ours}, {"size_bytes": theirs})


def with_total(sizes):
    return {**sizes, "total": sum(sizes.values())}


def megabytes(size):
    return f"{size / 1e6:.1f} MB"
