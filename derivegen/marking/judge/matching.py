"""The digits of a number go in, with all it may stand for; the candidates come out: those it is a rounding of, or that honest rounding
brings to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.marking.judge.pool import Full, Pool
from derivegen.marking.judge.quantities import FACTOR, GIVEN, VALUE
from derivegen.marking.judge.shown import Shown, roundings_shown
from derivegen.on_use import numpy
from derivegen.records import dataclass, replace

TIE = 1e-9
SAME = 1e-12
NEAR = 0.01
"""So near a number with few digits is believed."""
LONG = 7
"""Decimals of a given number that nobody writes down: it is rounded as a result is."""
FEWEST = 2
BETWEEN = 3
"""Units that the right number and somebody's own may be apart so that what lies between them is believed."""
WIDEST, WIDE = 0.25, 0.02
"""Share of a number that the hull of an expected factor, and of any other quantity, may be wide."""
MERGED = 0.01
"""Share of a product of several that rounding its factors may move it."""
LOOKED_AT = 12
"""Quantities whose hulls are asked for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something a number may stand for: its place in the pool (−1 where it is only itself), the value the formula has it at, how likely
    it is, by what share the number is off; whether it is exactly that, and whether that is known without rounding; whether it is somebody's
    own number and comes of a slip."""

    place: int
    value: float
    tier: int
    off: float
    exact: bool
    given: bool
    slipped: bool
    reference: float


@dataclass(frozen=True, slots=True)
class Habits:
    """To what somebody rounds, as far as it is seen: the coarsest results of the page, and of the line."""

    page: tuple[Rounding, ...] = ()
    line: tuple[Rounding, ...] = ()


def matches(pool: Pool, typed: Shown, habits: Habits, loose: bool = False) -> tuple[Candidate, ...]:
    """What the number may stand for, the likeliest first; `loose`: also what is expected, and not written, a unit off."""
    places = _near(pool.full, abs(typed.value), typed.unit)
    found = [place for place in places if stands_for(pool, place, typed, loose)]
    if typed.value and typed.decimals and typed.unit and typed.significant >= FEWEST:
        found += _reached(pool, typed, habits, found)
    return _candidates(pool, typed, found)


def expected(pool: Pool, typed: Shown) -> tuple[Candidate, ...]:
    """The same among the factors of the line that are on the page as they stand there, and what these are made of: mostly that is all
    there is to know."""
    return _candidates(pool, typed, [place for place in range(pool.items) if stands_for(pool, place, typed)])


def _near(full: Full, n: float, unit: float) -> list[int]:
    """The places near a number, of which every one is looked at."""
    off = numpy.minimum(abs(n - full.size), abs(n - full.own_size))
    close = off <= numpy.maximum((BETWEEN + 1) * unit, SAME * numpy.maximum(1.0, full.size))
    written = abs(n - full.own_size) <= 0.5 * full.unit  # of none that is not written
    found: list[int] = numpy.flatnonzero(close | written).tolist()
    return found


def stands_for(pool: Pool, place: int, typed: Shown, loose: bool = False) -> bool:
    """Whether a number may stand for what is at a place: its true number or somebody's own, rounded, cut off, or between the two. Nobody
    cuts off what they have written down with no more digits; and of two digits it is not told that they were cut off."""
    n, unit, size, own = abs(typed.value), typed.unit, pool.size[place], pool.own_size[place]
    near = min(abs(n - size), abs(n - own))
    if near > (BETWEEN + 1) * unit and near > SAME * max(1.0, size) and not abs(n - own) <= 0.5 * pool.unit[place]:
        return False
    same = near <= SAME * max(1.0, size)
    if not unit or not typed.decimals:
        return same
    half = 0.5 * unit * (1 + TIE)
    tier = pool.tier[place]
    if not n:  # a zero that rounding left tells only what is written so
        written = own == 0 and not math.isnan(pool.unit[place])
        return size == 0 or written or (loose and near <= half and tier <= GIVEN and not pool.exact[place])
    rounded = near <= half or (loose and near <= 2 * half and tier <= GIVEN and not pool.is_written(place))
    if pool.exact[place]:
        close = rounded and (abs(n - size) <= NEAR * max(size, SAME) or round(size, LONG) != size)
        shorter = typed.significant >= FEWEST and close
        return same or shorter
    low, high = min(size, own), max(size, own)
    told = loose or typed.significant > FEWEST or near <= NEAR * size
    found = (
        rounded
        or (told and 0 <= size - n < unit * (1 - TIE) and not _is_written_so(pool, place, unit))
        or (high - low <= BETWEEN * unit and low - half <= n <= high + half)
        or (unit < pool.unit[place] and abs(n - own) <= 0.5 * pool.unit[place])
    )
    return found and (typed.significant >= FEWEST or tier <= GIVEN or near <= NEAR * max(size, SAME))


def _is_written_so(pool: Pool, place: int, unit: float) -> bool:
    """Whether what is at a place is written on the page, by this name or another, with no more digits than down to this unit."""
    written = pool.unit[place]
    return pool.is_written(place) if math.isnan(written) else written > unit * (1 - TIE)


def _both_signs(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """A zero has no sign that would say which the number has."""
    for each in candidates:
        yield each
        if each.value:
            yield replace(each, value=-each.value)


def _reached(pool: Pool, typed: Shown, habits: Habits, found: Sequence[int]) -> Iterator[int]:
    """Those nobody has written down that rounding on the way to them brings to the number."""
    full, n, half = pool.full, abs(typed.value), 0.5 * typed.unit
    unit = max([typed.unit, *(rounding.unit(n) for rounding in habits.page)])
    off = numpy.minimum(abs(n - full.size), abs(n - full.own_size)) - half
    named = full.tier <= VALUE
    share = numpy.where(full.tier == FACTOR, WIDEST, numpy.where(named, WIDE, MERGED))
    moved = numpy.where(named, numpy.inf, full.slack * unit)
    open_ = ~full.exact & (off <= share * full.size) & (off <= moved) & ~full.written
    open_[list(found)] = False
    looked = 0
    for place in sorted(numpy.flatnonzero(open_).tolist(), key=lambda place: off[place]):
        if not named[place] or not pool.name(place):
            if off[place] <= min(full.slack[place] * unit, MERGED * full.size[place]):
                yield place
        elif looked < LOOKED_AT:
            looked += 1
            if _in_hull(pool, place, typed, habits):
                yield place


def _in_hull(pool: Pool, place: int, typed: Shown, habits: Habits) -> bool:
    """Whether honest work at these digits comes to the number."""
    task, name = pool.layout.quantities.task, pool.layout.quantities.kept_as(pool.name(place))
    expected = pool.tier[place] == FACTOR
    size = float(pool.size[place])
    most = (WIDEST if expected else WIDE) * size
    signed = typed if pool.true[place] >= 0 else -typed
    signed = signed if typed.value >= 0 else -signed
    for rounding in dict.fromkeys((*roundings_shown(typed), *habits.page, *(habits.line if expected else ()))):
        hull = task.reached(name, rounding)
        if hull is not None and hull.high - hull.low <= most and signed.within(hull.low, hull.high):
            return True
    return False


def _candidates(pool: Pool, typed: Shown, places: Iterable[int]) -> tuple[Candidate, ...]:
    """The candidates at these places, each number once, the likeliest first."""
    n = abs(typed.value)
    order = sorted(places, key=lambda place: (pool.tier[place], abs(n - pool.size[place])))
    seen: set[tuple[float, bool]] = set()
    found = list[Candidate]()
    for place in order:
        size, own, value = pool.size[place], pool.own_size[place], pool.value[place]
        mine = abs(n - own) < abs(n - size)
        slipped = pool.slipped[place] and mine
        key = float(f"{value:.14g}"), slipped
        if key in seen:
            continue
        seen.add(key)
        nearest = own if mine else size
        off = abs(n - nearest) / max(nearest, SAME)
        given = pool.exact[place]
        found.append(Candidate(place, value, pool.tier[place], off, given or off <= SAME, given, slipped, nearest))
    return tuple(found if n else _both_signs(found))
