"""Many numbers at once: an arithmetic whose numbers are numpy arrays, an entry for each of many networks, goes to `value` and `Numbers`.

Where an entry has no number (a logarithm of −1, an overflow) it becomes NaN or infinite, and the others stand; whoever folds in this
arithmetic does so under `numpy.errstate(all="ignore")`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from derivegen.formula.arithmetic.stable import of_side
from derivegen.formula.arithmetic.value import Arithmetic
from derivegen.formula.function import Numbers
from derivegen.formula.functions import FUNCTIONS
from derivegen.on_use import numpy


def _softmax(z: Any) -> Any:
    found = numpy.exp(z - z.max(0))  # e to what is at most 0
    found /= found.sum(0)
    return found


def _apart(z: Any) -> tuple[Any, Any]:
    """How far each unit's z lies below the greatest, and e to that without the greatest's own 1, which would swallow the small ones."""
    first = numpy.expand_dims(z.real.argmax(0), 0)
    below = z - numpy.take_along_axis(z, first, 0)
    powers = numpy.exp(below)
    numpy.put_along_axis(powers, first, 0.0, 0)
    return below, powers


def _soft_entropy(z: Any, t: Any) -> Any:
    """−t ln softmax(z)."""
    below, powers = _apart(z)
    return t * (numpy.log1p(powers.sum(0)) - below)


def _soft_slope(z: Any, t: Any) -> Any:
    """softmax(z) Σ t − t, each as its share of the other targets less its target's share of the other units."""
    below, powers = _apart(z)
    rest = powers.sum(0)
    a = numpy.exp(below) / (1.0 + rest)
    others = numpy.where(below == 0.0, rest / (1.0 + rest), 1.0 - a)
    return a * (t.sum(0) - t) - t * others


def _entropy(z: Any, t: Any) -> Any:
    """−t ln σ(z) − (1 − t) ln(1 − σ(z)) = ln(1 + e^−|z|) + (max(z, 0) − tz)."""
    found = numpy.abs(z)
    numpy.negative(found, found)
    numpy.exp(found, found)
    numpy.log1p(found, found)
    found += numpy.maximum(z, 0.0) - t * z
    return found


def _entropy_slope(z: Any, t: Any) -> Any:
    """σ(z) − t, of a z above 0 as (1 − t) − σ(−z)."""
    small = numpy.abs(z)
    numpy.negative(small, small)
    numpy.exp(small, small)
    small /= 1.0 + small
    return numpy.where(z > 0.0, (1.0 - t) - small, small - t)


WHOLE = {
    "shares": _softmax,
    "soft_entropy": _soft_entropy,
    "soft_slope": _soft_slope,
    **{name: each.layer(numpy) for name, each in FUNCTIONS.items() if each.layer is not None},
    "entropy": _entropy,
    "entropy_slope": _entropy_slope,
}
"""Functions of a whole layer, whose units stand along the first axis."""
INTO = frozenset(name for name, each in FUNCTIONS.items() if each.fills)
"""Functions that take an array to put their values into as a second argument."""


def _choose(cases: Sequence[tuple[Any, Any]]) -> Any:
    """The value of the first case whose condition holds, entry by entry."""
    found: Any = math.nan
    for condition, chosen in reversed(cases):
        found = chosen if condition is None else numpy.where(condition, chosen, found)
    return found


class _OfArrays(Mapping[str, Numbers]):
    """The functions by name, each made when it is first called for: numpy is not imported to name them."""

    def __init__(self) -> None:
        self._made: dict[str, Numbers] = {}

    def __getitem__(self, name: str) -> Numbers:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = FUNCTIONS[name].arrays(numpy)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(FUNCTIONS)

    def __len__(self) -> int:
        return len(FUNCTIONS)


ARRAYS = Arithmetic(lambda number: numpy.float64(number), _OfArrays(), _choose)


def complex_functions() -> Mapping[str, Numbers]:
    """The functions at numbers with a tiny imaginary part, which carries a derivative along; max and min choose by the real part."""
    side = of_side(numpy)
    return {
        **{name: (each.sided or each.arrays)(numpy) for name, each in FUNCTIONS.items()},
        "entropy": lambda z, t: numpy.log1p(numpy.exp(-side(z))) + (numpy.where(z.real > 0, z, 0) - t * z),
    }
