"""What a measurement found, for people and for programs."""

import dataclasses


@dataclasses.dataclass
class Line:
    """One line of the table."""

    what: str
    arrow: str
    by_hand: str = ""
    goal: str = ""
    is_met: bool | None = None


@dataclasses.dataclass
class Result:
    lines: list[Line]
    # Keys of the JSON: Arrow's figures at the top, the baseline's and the single runs under names of their own.
    values: dict
    baseline: dict = dataclasses.field(default_factory=dict)
    details: dict = dataclasses.field(default_factory=dict)


def at_most(what, value, limit, by_hand="", form="{}"):
    return Line(what, form.format(value), by_hand, "at most " + form.format(limit), value <= limit)


def at_least(what, value, limit, by_hand="", form="{}"):
    return Line(what, form.format(value), by_hand, "at least " + form.format(limit), value >= limit)
