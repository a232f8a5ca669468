"""The right derivation and a quantity in; what each mistake of the catalogue makes of it out, made everywhere or in one step on the way.

Whoever looks for what explains a wrong number looks here: the judge of somebody's work, and the comparison with printed values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from derivegen.mistakes.mistake import CATALOGUE, Mistake
from derivegen.mistakes.mistaken import Right
from derivegen.mistakes.outcomes import Outcome, outcome, pairs, same, singles

MOST_STEPS = 24
"""Steps in which one mistake is tried alone; of more the mistake made everywhere is tried only."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What somebody comes to with mistakes, made everywhere ("") or in one step."""

    mistakes: tuple[Mistake, ...]
    value: float
    at: str = ""


@cache
def known() -> tuple[Mistake, ...]:
    """The mistakes that can be made in a derivation."""
    return tuple(mistake for mistake in CATALOGUE.values() if mistake.rewrite is not None)


def tried(right: Right, name: str) -> tuple[Tried, ...]:
    """Each mistake that changes the quantity, first those made everywhere."""
    return right.once(("tried", name), lambda: (*numbered(singles(right, name, known())), *_in_one_step(right, name)))


def tried_together(right: Right, name: str) -> tuple[Tried, ...]:
    """Two mistakes at once, each made everywhere."""
    return right.once(
        ("together", name), lambda: tuple(numbered(pairs(right, name, list(singles(right, name, known())))))
    )


def numbered(outcomes: Iterable[Outcome], at: str = "") -> Iterator[Tried]:
    """Those that have a number."""
    for each in outcomes:
        if math.isfinite(float(each.value)):
            yield Tried(each.mistakes, float(each.value), at)


def _in_one_step(right: Right, name: str) -> Iterator[Tried]:
    """Each mistake made in one step only, on the way to the quantity, where it could have been made in several."""
    cone = list(right.cone(name))
    for mistake in known():
        steps = [step for step in cone if right.rewritten(mistake, step) is not None]
        for step in steps if 1 < len(steps) <= MOST_STEPS else []:
            found = outcome(right, name, (mistake,), step)
            if found is not None and not same(found.value, right.numbers[name]):
                yield from numbered((found,), step)
