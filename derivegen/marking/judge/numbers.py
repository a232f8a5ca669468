"""A number somebody answered goes in, with what they had before; whether it is right, honestly rounded, right from their own values, or
wrong comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.marking.findings import Verdict
from derivegen.marking.judge.shown import (
    OTHERS,
    Shown,
    exactly,
    roundings_of_answer,
    roundings_of_working,
    roundings_shown,
)
from derivegen.marking.judge.somebody import Written
from derivegen.marking.judge.task import Own, Task
from derivegen.records import dataclass, field, replace
from derivegen.rounding.interval import Interval
from derivegen.rounding.reached import Reached

FORWARD = ("pre-activation", "activation")
"""The kinds of what is worked out on the way forward."""
Hulls = Mapping[Rounding, Reached]
COARSE = 0.01
"""Share of the right number by which one may be off that only coarser rounding leads to."""
FAR = 0.25
"""Share of the right number from which on another one is no matter of digits."""
FEWEST = 2
"""Significant digits below which nothing can be told from a number that is not 0."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be said of a number: the verdict, why, the number it should have been from what was there before."""

    verdict: Verdict
    reason: str = ""
    expected: float | None = None
    reached: bool = False
    """Whether honest work comes to it from the givens, so that nothing else can follow from it."""
    coarse: bool = False
    """Whether only a calculator comes to it that keeps a digit fewer than it shows."""
    whose: str = ""
    """The libraries whose convention it follows."""


@dataclass(slots=True)
class Kept:
    """Somebody's own values so far, by own name, with what was found of them."""

    values: dict[str, tuple[Shown, Verdict]] = field(default_factory=dict)
    honest: set[str] = field(default_factory=set)
    """Those that honest work comes to."""
    most: int = 0
    """Significant digits that no rounded number of the whole page has more of; 0 where there are too few to say so."""

    def keep(self, own: str, number: Shown, verdict: Verdict, honest: bool = False) -> None:
        """A further value, which counts from now on."""
        self.values[own] = number, verdict
        (self.honest.add if honest or verdict == "right" else self.honest.discard)(own)

    def written(self, unnamed: Mapping[float, float]) -> Written:
        """All of them, for the judge of working, with numbers without a name that came of a slip."""
        slips = (name for name, (_, verdict) in self.values.items() if verdict in ("wrong", "follow_through"))
        values = {name: number for name, (number, _) in self.values.items()}
        return Written(values, frozenset(slips), dict(unnamed))

    def besides(self, own: str) -> Iterator[tuple[str, Shown, Verdict]]:
        """All but that of one quantity."""
        return ((name, number, verdict) for name, (number, verdict) in self.values.items() if name != own)

    def wrong(self, own: str) -> dict[str, Interval]:
        """What is wrong among the values before one."""
        return {name: number.cell for name, number, verdict in self.besides(own) if verdict == "wrong"}

    def all(self, own: str) -> dict[str, Interval]:
        """Everything before one that is not simply right; what honest work comes to only beside something that is wrong."""
        wrong = self.slipped(own)
        others = ((name, number) for name, number, verdict in self.besides(own) if verdict != "right")
        return {name: number.cell for name, number in others if wrong or name not in self.honest}

    def forward(self, task: Task, own: str) -> dict[str, Interval]:
        """The units' own z and a before a quantity, each from the number as it is to the one that stands there: nobody goes round them,
        though some work on with more digits than they write down."""
        found = {}
        for name, number, _ in self.besides(own) if not self.slipped(own) else ():
            true = task.number(name) if task.graph.kind_of(name) in FORWARD and "#" not in name else None
            if true is not None and task.order(name) < task.order(own):
                cell = Interval(min(number.low, true), max(number.high, true))
                if not cell.low <= 0 <= cell.high:  # on which side of a kink it is decides too much
                    found[name] = cell
        return found

    def as_few(self, task: Task, own: str, number: Shown) -> bool:
        """Whether somebody who rounds as all the page does may come to a number that is plainly another: it has as many significant digits
        as any of the page, or as many decimals lead to it."""
        if 0 < self.most <= number.significant:
            return True
        others = self.rounded(task, own)
        hulls = _hulls(task, own, roundings_of_working(others)) if len(others) >= OTHERS else {}
        return any(number.within(hull.low, hull.high) for hull in hulls.values())

    def rounded(self, task: Task, own: str) -> list[Shown]:
        """The other numbers of the page that were rounded."""
        return [other for _, other, _ in self.besides(own) if other.decimals and not task.exact(other.value)]

    def slipped(self, own: str) -> bool:
        """Whether any value before it is wrong, or follows from a wrong one."""
        return any(verdict in ("wrong", "follow_through") for _, _, verdict in self.besides(own))

    def kills(self, own: str) -> bool:
        """Whether a value before it is 0."""
        return any(number.value == 0 for _, number, _ in self.besides(own))


def judge_number(
    task: Task, own: str, number: Shown, kept: Kept, working: Sequence[Rounding] = (), asks: Rounding | None = None
) -> Judged:
    """The verdict on a number: right if it is the right one rounded; honestly rounded if a calculator comes to it that keeps the digits its
    working or the sheet shows, else its own; one that keeps a digit fewer only near the right one.
    `asks` is what the sheet wants of this very number: then the scheme decides."""
    truth = task.number(own)
    if truth is None:
        return Judged("undecided", "no-number")
    if number.equals(truth):
        return Judged("right", "", truth)
    shown = _at_its_digits(number, truth, asks) if number.meets(truth) else None
    if shown is not None and shown.verdict == "right":
        return shown
    if asks is not None and shown is None and set(working) <= set(task.both):
        return _by_scheme(task, own, number, kept, asks, truth)
    known = working or task.both
    hulls = _hulls(task, own, known or roundings_shown(number))
    coarse = {} if known or shown is not None else _hulls(task, own, roundings_of_answer(number))
    if shown is not None:
        return replace(shown, reached=_prints(hulls, number))
    return _unlike(task, own, number, kept, hulls, coarse, truth)


def _by_scheme(task: Task, own: str, number: Shown, kept: Kept, asks: Rounding, truth: float) -> Judged:
    """The verdict on a number that a sheet asks for and no working leads to: the scheme decides, which has a list of printed values."""
    if Decimal(asks.text(number.value)) in map(Decimal, task.accepted(own)):
        found = _from_paper(task, own, kept.forward(task, own), _hulls(task, own, (asks,)))
        return Judged("rounding", "rounded", truth, reached=_prints(found, number))
    otherwise = _by_convention(task, own, number, truth)
    return otherwise or _followed(task, own, number, kept, (asks,), truth) or Judged("wrong", "", truth)


def _hulls(task: Task, own: str, roundings: Iterable[Rounding]) -> dict[Rounding, Reached]:
    return {rounding: hull for rounding in roundings if (hull := task.reached(own, rounding)) is not None}


def _unlike(task: Task, own: str, number: Shown, kept: Kept, hulls: Hulls, coarse: Hulls, truth: float) -> Judged:
    """The verdict on a number that is not the right one."""
    few = kept.as_few(task, own, number)
    found = _honest(hulls, number, truth, few) or _coarsely(coarse, number, truth)
    if found is not None:  # from the givens; but is it, from what stands on the paper?
        values = kept.forward(task, own)
        left, less = (_from_paper(task, own, values, some) for some in (hulls, coarse))
        found = _honest(left, number, truth, few) or _coarsely(less, number, truth)
    if found is not None:
        found = replace(found, reached=_prints(hulls, number))
        if found.verdict == "rounding":
            return found
    otherwise = _by_convention(task, own, number, truth)
    if otherwise is not None:
        return otherwise
    followed = _followed(task, own, number, kept, (*hulls, *coarse), truth)
    return followed or found or Judged("wrong", "", truth)


def _by_convention(task: Task, own: str, number: Shown, truth: float) -> Judged | None:
    """Right, if another convention at a kink leads to it."""
    for way in task.by_convention(own):
        if number.equals(way.number) or (number.meets(way.number) and number.significant >= FEWEST):
            return Judged("right", way.why, truth, whose=way.said)
    held = task.with_weights_only(own)
    if held is not None and number.significant > FEWEST and number.meets(held):
        return Judged("right", "biases-kept", truth)
    return None


def _prints(hulls: Hulls, number: Shown) -> bool:
    """Whether the number as it stands there is among what the hulls are printed as: 0.3 for 0.300, but not for 0.333."""
    ends = ((hull, 0.51 * rounding.unit(number.value)) for rounding, hull in hulls.items())
    return any(hull.low - half <= number.value <= hull.high + half for hull, half in ends)


def _from_paper(task: Task, own: str, values: Own, hulls: Hulls) -> Hulls:
    """What of the hulls can be reached from values of one's own."""
    if not values:
        return hulls
    found = ((rounding, hull, task.reached(own, rounding, values) or hull) for rounding, hull in hulls.items())
    return {rounding: Reached(max(one.low, other.low), min(one.high, other.high)) for rounding, one, other in found}


def _at_its_digits(number: Shown, truth: float, asks: Rounding | None) -> Judged:
    """The verdict on a number that is the right one rounded."""
    if number.significant < FEWEST and truth:
        return Judged("undecided", "too-few-digits", truth)
    if asks is not None and number.unit > 1.001 * asks.unit(truth):
        return Judged("rounding", "fewer-digits", truth)
    return Judged("right", "", truth)


def _honest(hulls: Hulls, number: Shown, truth: float, few: bool = False) -> Judged | None:
    """Whether a calculator that rounds can come to it; nothing is told by a hull that is wide. With `few` digits all the page is
    written, and leads to it."""
    reached = [hull for hull in hulls.values() if number.within(hull.low, hull.high)]
    if not few and _is_far(hulls, number, truth):
        return None
    if any(not hull.wide(truth) for hull in reached) and number.significant >= FEWEST:
        return Judged("rounding", "rounded", truth)
    return Judged("undecided", "too-few-digits", truth) if reached else None


def _is_far(hulls: Hulls, number: Shown, truth: float) -> bool:
    """Whether a number is plainly another: a good part off, and beyond what the decimals it shows can lead to. That somebody kept just as
    many significant digits leads to nearly anything where much has cancelled, and leaves nothing open then."""
    decimals = [hull for rounding, hull in hulls.items() if rounding.significant is None]
    off = abs(number.value - truth) > FAR * abs(truth) and number.significant >= FEWEST
    return off and bool(decimals) and not any(number.within(hull.low, hull.high) for hull in decimals)


def _coarsely(hulls: Hulls, number: Shown, truth: float) -> Judged | None:
    """Whether a calculator comes to it that keeps a digit fewer than the number shows, which is believed near the right one only."""
    near = abs(number.value - truth) <= COARSE * abs(truth) and number.significant >= FEWEST
    if near and any(number.within(hull.low, hull.high) for hull in hulls.values()):
        return Judged("rounding", "rounded-coarsely", truth, coarse=True)
    return None


def _followed(
    task: Task, own: str, number: Shown, kept: Kept, roundings: Sequence[Rounding], truth: float
) -> Judged | None:
    """Whether it is right from what somebody had before: from the wrong values alone, or from all that are not simply right."""
    wrong, everything = kept.wrong(own), kept.all(own)
    for values in [wrong, everything] if wrong and wrong != everything else [everything]:
        point = task.point(own, values) if values else None
        if point is None or point == truth:
            continue
        if number.meets(point):
            found: Judged | None = _at_its_digits(number, point, None)
        else:
            reached = ((rounding, task.reached(own, rounding, values)) for rounding in roundings)
            few = kept.as_few(task, own, number)
            found = _honest({rounding: hull for rounding, hull in reached if hull is not None}, number, point, few)
        if found is not None and point == 0 and kept.kills(own):
            return Judged("undecided", "carried-zero", truth)
        if found is not None:
            slipped = wrong or kept.slipped(own)
            carried = Judged("follow_through", "followed", point) if slipped else Judged("rounding", "rounded", truth)
            return found if found.verdict == "undecided" else carried
    return None


def unchanged(task: Task, own: str, number: Shown) -> Shown:
    """A new value that is the old one is meant to be just that; but one with further digits, as 0.850 after 0.85, was worked out."""
    old = _old(task, own)
    if old is None or not number.equals(old):
        return number
    longer, truth = number.decimals > len(f"{old:.12f}".rstrip("0").partition(".")[2]), task.number(own)
    return number if longer and truth is not None and number.meets(truth) else exactly(number.value)


def hidden(task: Task, own: str, number: Shown, kept: Kept) -> bool:
    """Whether a new value that is the old one, or a 0, may be what the digits leave that all of the page is written with: then nobody can
    tell it from a slip."""
    others = kept.rounded(task, own)
    if len(others) < OTHERS:
        return False
    if not number.value:
        return any(hull.low <= 0 <= hull.high for hull in _hulls(task, own, roundings_of_working(others)).values())
    old = _old(task, own)
    if old is None or not number.equals(old):
        return False
    if any(each.decimals > number.decimals and each.significant > number.significant for each in others):
        return False
    return judge_number(task, own, number, kept, roundings_shown(number)).verdict != "wrong"


def _old(task: Task, own: str) -> float | None:
    """The given value of which a quantity is the first new one."""
    base, _, step = own.partition("#")
    return task.number(base) if step == "1" and task.given(base) else None


def expected_from(task: Task, own: str, kept: Kept) -> float | None:
    """The number a quantity has from what somebody had before."""
    wrong = kept.wrong(own)
    return task.point(own, wrong) if wrong else task.number(own)
