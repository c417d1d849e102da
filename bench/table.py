"""Prints the result as the table of docs/benchmarks.md."""

HEAD = ("", "Arrow", "by hand", "goal", "")
VERDICTS = {True: "met", False: "missed", None: ""}


def text(facts, lines):
    rows = [HEAD] + [(line.what, line.arrow, line.by_hand, line.goal, VERDICTS[line.is_met]) for line in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    machine = f"{facts['processors']} processors ({facts['processor']}), {facts['qemu']}, {facts['accelerator']}"
    return "\n".join([machine, ""] + [formatted(row, widths) for row in rows])


def formatted(row, widths):
    """The first and the last two columns stand left, figures right."""
    cells = [cell.ljust(width) if column in (0, 3, 4) else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths))]
    return "  ".join(cells).rstrip()
