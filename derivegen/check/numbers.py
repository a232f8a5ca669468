"""A number somebody answered goes in, with what they had before; whether it is right, honestly rounded, right from their own values, or
wrong comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from derivegen.calculus.interval import Interval
from derivegen.calculus.reach import Reached
from derivegen.calculus.rounding import Rounding
from derivegen.check.findings import Verdict
from derivegen.check.shown import Shown, roundings_of_answer
from derivegen.check.task import Task

FEWEST = 2
"""Significant digits below which nothing can be told from a number that is not 0."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be said of a number: the verdict, why, the number it should have been from what was there before."""

    verdict: Verdict
    reason: str = ""
    expected: float | None = None


@dataclass(slots=True)
class Kept:
    """Somebody's own values so far, by own name, with what was found of them."""

    values: dict[str, tuple[Shown, Verdict]] = field(default_factory=dict)

    def keep(self, own: str, number: Shown, verdict: Verdict) -> None:
        """A further value, which counts from now on."""
        self.values[own] = number, verdict

    def besides(self, own: str) -> Iterator[tuple[str, Shown, Verdict]]:
        """All but that of one quantity."""
        return ((name, number, verdict) for name, (number, verdict) in self.values.items() if name != own)

    def wrong(self, own: str) -> dict[str, Interval]:
        """What is wrong among the values before one."""
        return {name: number.cell for name, number, verdict in self.besides(own) if verdict == "wrong"}

    def all(self, own: str) -> dict[str, Interval]:
        """Everything before one that is not simply right."""
        return {name: number.cell for name, number, verdict in self.besides(own) if verdict != "right"}

    def slipped(self, own: str) -> bool:
        """Whether any value before it is wrong, or follows from a wrong one."""
        return any(verdict in ("wrong", "follow_through") for _, _, verdict in self.besides(own))

    def kills(self, own: str) -> bool:
        """Whether a value before it is 0."""
        return any(number.value == 0 for _, number, _ in self.besides(own))


def judge_number(
    task: Task, own: str, number: Shown, kept: Kept, working: Sequence[Rounding] = (), asks: Rounding | None = None
) -> Judged:
    """The verdict on a number, judged with the roundings its working shows, else those of the sheet, else its own; `asks` is what the
    sheet wants it rounded to."""
    truth = task.number(own)
    if truth is None:
        return Judged("undecided", "no-number")
    if number.equals(truth):
        return Judged("right", "", truth)
    if number.meets(truth):
        return _at_its_digits(number, truth, asks)
    roundings = working or task.both or roundings_of_answer(number)
    hulls = [hull for rounding in roundings if (hull := task.reached(own, rounding)) is not None]
    found = _honest(hulls, number, truth)
    if found is not None and found.verdict == "rounding":
        return found
    return _followed(task, own, number, kept, roundings, truth) or found or _wrong(hulls, number, truth)


def _at_its_digits(number: Shown, truth: float, asks: Rounding | None) -> Judged:
    """The verdict on a number that is the right one rounded."""
    if number.significant < FEWEST and truth:
        return Judged("undecided", "too-few-digits", truth)
    if asks is not None and number.unit > 1.001 * asks.unit(truth):
        return Judged("rounding", "fewer-digits", truth)
    return Judged("right", "", truth)


def _honest(hulls: Sequence[Reached], number: Shown, truth: float) -> Judged | None:
    """Whether a calculator that rounds can come to it; nothing is told by a hull that is wide."""
    reached = [hull for hull in hulls if number.within(hull.low, hull.high)]
    if any(not hull.wide(truth) for hull in reached) and number.significant >= FEWEST:
        return Judged("rounding", "rounded", truth)
    return Judged("undecided", "too-few-digits", truth) if reached else None


def _wrong(hulls: Sequence[Reached], number: Shown, truth: float) -> Judged:
    """Wrong, unless all that could be reached is so wide that it may just as well reach further."""
    for hull in hulls:
        width = hull.high - hull.low
        if hull.wide(truth) and number.within(hull.low - width, hull.high + width):
            return Judged("undecided", "too-few-digits", truth)
    return Judged("wrong", "", truth)


def _followed(
    task: Task, own: str, number: Shown, kept: Kept, roundings: Sequence[Rounding], truth: float
) -> Judged | None:
    """Whether it is right from what somebody had before: from the wrong values alone, or from all that are not simply right."""
    wrong, everything = kept.wrong(own), kept.all(own)
    for values in [wrong, everything] if wrong and wrong != everything else [everything]:
        point = task.point(own, values) if values else None
        if point is None or point == truth:
            continue
        hulls = [] if number.meets(point) else [task.reached(own, rounding, values) for rounding in roundings]
        found = (
            _honest([hull for hull in hulls if hull is not None], number, point)
            if hulls
            else _at_its_digits(number, point, None)
        )
        if found is not None and point == 0 and kept.kills(own):
            return Judged("undecided", "carried-zero", truth)
        if found is not None:
            slipped = wrong or kept.slipped(own)
            carried = Judged("follow_through", "followed", point) if slipped else Judged("rounding", "rounded", truth)
            return found if found.verdict == "undecided" else carried
    return None


def expected_from(task: Task, own: str, kept: Kept) -> float | None:
    """The number a quantity has from what somebody had before."""
    wrong = kept.wrong(own)
    return task.point(own, wrong) if wrong else task.number(own)
