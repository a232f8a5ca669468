"""The digits of a number go in, with all it may stand for; the candidates come out: those it is a rounding of, or that honest rounding
brings to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy
from numpy.typing import NDArray

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.marking.judge.pool import Pool
from derivegen.marking.judge.quantities import FACTOR, GIVEN, VALUE
from derivegen.marking.judge.shown import Shown, roundings_shown

TIE = 1e-9
SAME = 1e-12
NEAR = 0.01
"""So near a number with few digits is believed."""
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
    n, unit = abs(typed.value), typed.unit
    near = numpy.minimum(abs(n - pool.size), abs(n - pool.own_size))
    size = numpy.maximum(pool.size, SAME)
    same = near <= SAME * numpy.maximum(1.0, size)
    if not unit or not typed.decimals:
        exact = _candidates(pool, n, numpy.flatnonzero(same))
        return tuple(exact if n else _both_signs(exact))
    half = 0.5 * unit * (1 + TIE)
    rounded = near <= half
    if not n:  # a zero that rounding left tells only what is written so
        zero = (pool.size == 0) | ((pool.own_size == 0) & ~numpy.isnan(pool.unit))
        zero |= loose & rounded & (pool.tier <= GIVEN) & ~pool.exact
        return tuple(_both_signs(_candidates(pool, n, numpy.flatnonzero(zero))))
    if loose:
        rounded |= (near <= 2 * half) & (pool.tier <= GIVEN) & ~_written(pool)
    found = rounded | ((pool.size - n >= 0) & (pool.size - n < unit * (1 - TIE)))
    low, high = numpy.minimum(pool.size, pool.own_size), numpy.maximum(pool.size, pool.own_size)
    found |= (high - low <= BETWEEN * unit) & (n >= low - half) & (n <= high + half)
    found |= (unit < pool.unit) & (abs(n - pool.own_size) <= 0.5 * pool.unit)
    shorter = rounded & (abs(n - pool.size) <= NEAR * size) if typed.significant >= FEWEST else same
    found = numpy.where(pool.exact, same | shorter, found)
    if typed.significant < FEWEST:
        found &= (near <= NEAR * size) | (pool.tier <= GIVEN)
    else:
        for place in _reached(pool, typed, habits, found):
            found[place] = True
    return tuple(_candidates(pool, n, numpy.flatnonzero(found)))


def _both_signs(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """A zero has no sign that would say which the number has."""
    for each in candidates:
        yield each
        if each.value:
            yield replace(each, value=-each.value)


def _reached(pool: Pool, typed: Shown, habits: Habits, found: NDArray[numpy.bool_]) -> Iterator[int]:
    """Those nobody has written down that rounding on the way to them brings to the number."""
    n, half = abs(typed.value), 0.5 * typed.unit
    unit = max([typed.unit, *(rounding.unit(n) for rounding in habits.page)])
    off = numpy.minimum(abs(n - pool.size), abs(n - pool.own_size)) - half
    named = pool.tier <= VALUE
    share = numpy.where(pool.tier == FACTOR, WIDEST, numpy.where(named, WIDE, MERGED))
    moved = numpy.where(named, numpy.inf, pool.slack * unit)
    open_ = ~found & ~pool.exact & (off <= share * pool.size) & (off <= moved) & ~_written(pool)
    places = numpy.flatnonzero(open_)
    looked = 0
    for place in sorted(places.tolist(), key=lambda place: off[place]):
        if not named[place] or not pool.name(place):
            if off[place] <= min(pool.slack[place] * unit, MERGED * pool.size[place]):
                yield place
        elif looked < LOOKED_AT:
            looked += 1
            if _in_hull(pool, place, typed, habits):
                yield place


def _written(pool: Pool) -> NDArray[numpy.bool_]:
    """What is written on the page, and what is the same number."""
    known: NDArray[numpy.bool_] = ~numpy.isnan(pool.unit)
    if not known.any():
        return known
    values = numpy.sort(pool.size[known])
    at = numpy.searchsorted(values, pool.size)
    below, above = values[numpy.maximum(at - 1, 0)], values[numpy.minimum(at, len(values) - 1)]
    gap = numpy.minimum(abs(pool.size - below), abs(pool.size - above))
    found: NDArray[numpy.bool_] = known | (gap <= SAME * numpy.maximum(1e-9, pool.size))
    return found


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


def _candidates(pool: Pool, n: float, places: NDArray[numpy.intp]) -> Iterator[Candidate]:
    """The candidates at these places, each number once, the likeliest first."""
    order = places[numpy.lexsort((abs(n - pool.size[places]), pool.tier[places]))]
    seen: set[tuple[float, bool]] = set()
    for place in order.tolist():
        size, own, value = float(pool.size[place]), float(pool.own_size[place]), float(pool.value[place])
        mine = abs(n - own) < abs(n - size)
        slipped = bool(pool.slipped[place]) and mine
        key = float(f"{value:.14g}"), slipped
        if key in seen:
            continue
        seen.add(key)
        nearest = own if mine else size
        off = abs(n - nearest) / max(nearest, SAME)
        given = bool(pool.exact[place])
        yield Candidate(place, value, int(pool.tier[place]), off, given or off <= SAME, given, slipped, nearest)
