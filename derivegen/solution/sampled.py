"""A function of one number and a range go in; samples that a curve can be drawn through come out, close where it bends, and how far to
look for its bend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from derivegen.errors import InputError
from derivegen.figures.plot import Sample
from derivegen.formula.arithmetic.value import Irrational

Function = Callable[[float], float]

COARSE, DEEPEST, FINE = 16, 7, 0.0015
"""Parts of the range at first; how often one is halved at most; how far a curve may lie from its chord, in parts of its height."""
NEAREST, FARTHEST = 1 / 64, 16.0
"""How far to both sides of a number a function is drawn at least and at most, in parts of the number's size."""
NOISE = 1e-9
"""A change of less than this part of a number may be what rounding left."""
BEND = 0.4
"""How far the curve is to leave its tangent within the range, in parts of its height."""


def value_or_none(function: Function, x: float) -> float | None:
    """The value, or None where there is none that could be drawn."""
    try:
        found = float(function(x))
    except (InputError, Irrational, ArithmeticError, ValueError):
        return None
    return found if math.isfinite(found) and abs(found) < 1e12 else None


def sampled(function: Function, low: float, high: float, at: float) -> tuple[Sample, ...]:
    """Samples from low to high, or on the part around `at` where there are values."""
    places = sorted({low + (high - low) * step / COARSE for step in range(COARSE + 1)} | {at})
    found = _around([(x, value_or_none(function, x)) for x in places], at)
    heights = [y for _, y in found]
    height = (max(heights) - min(heights)) if found else 0.0
    samples = found[:1]
    for before, after in pairwise(found):
        samples += _between(function, before, after, FINE * height, DEEPEST)
    return tuple(_bent(samples, 0.05 * FINE * height))


def _around(found: Sequence[tuple[float, float | None]], at: float) -> list[Sample]:
    """The places with values that hang together with `at`."""
    part: list[Sample] = []
    for x, y in found:
        if y is not None:
            part.append((x, y))
        elif x > at:
            break
        else:
            part = []
    return part


def _between(function: Function, before: Sample, after: Sample, fine: float, deep: int) -> list[Sample]:
    """The samples behind the first of two, up to the second."""
    (x0, y0), (x1, y1) = before, after
    if not deep or fine <= 0:
        return [after]
    middle = (x0 + x1) / 2
    y = value_or_none(function, middle)
    if y is None or abs(y - (y0 + y1) / 2) <= fine:
        return [after]
    at = (middle, y)
    return [*_between(function, before, at, fine, deep - 1), *_between(function, at, after, fine, deep - 1)]


def _bent(samples: list[Sample], fine: float) -> list[Sample]:
    """The samples without those that lie on the line through their neighbours."""
    kept = samples[:1]
    for here, after in pairwise(samples[1:]):
        (x0, y0), (x, y), (x1, y1) = kept[-1], here, after
        if abs(y - (y0 + (y1 - y0) * (x - x0) / (x1 - x0))) > fine:
            kept.append(here)
    return kept + samples[1:][-1:]


def reach(function: Function, at: float, slope: float) -> float:
    """How far to both sides a function is to be drawn so that one sees it bend away from its tangent: as near as that can be seen, and not
    beyond where it has values; of a function that never bends, the size of the number itself."""
    size = max(1.0, abs(at))
    half, last = NEAREST * size, 0.0
    while half <= FARTHEST * size:
        found = [(step * half / 4, value_or_none(function, at + step * half / 4)) for step in range(-4, 5)]
        known = [(away, y) for away, y in found if y is not None]
        if len(known) < len(found):
            return last or half
        if _bends([(away, y - known[4][1]) for away, y in known], slope, abs(known[4][1])):
            return half
        half, last = 2 * half, half
    return size


def _bends(changes: list[Sample], slope: float, size: float) -> bool:
    """Whether a function leaves its tangent far enough, for the changes it makes."""
    height = max(y for _, y in changes) - min(y for _, y in changes)
    away = max(abs(y - slope * x) for x, y in changes)
    return height > NOISE * size and away >= BEND * height
