"""What mistakes lead to: the right derivation and mistakes go in; numbers come out, of single mistakes and of pairs that are told
apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

from derivegen.calculus.numbers.evaluate import Symbolic
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import Irrational
from derivegen.mistakes.mistake import CATALOGUE, Mistake
from derivegen.mistakes.mistaken import MistakenNumbers, Right

SAME = 1e-10
"""Two numbers this near to one another are the same number, relative to their size."""


def mistaken_name(quantity: str, mistake: Mistake | str, at: str | None = None) -> str:
    """The name of what a quantity is for somebody with this mistake, made everywhere or in the step of `at` alone."""
    identifier = mistake if isinstance(mistake, str) else mistake.identifier
    return f"{identifier}!{at or ''}|{quantity}"


class Outcome(NamedTuple):
    """What somebody comes to who makes these mistakes."""

    mistakes: tuple[Mistake, ...]
    value: Any


def outcome(right: Right, name: str, mistakes: Sequence[Mistake], at: str | None = None) -> Outcome | None:
    """The value of the quantity with these mistakes; None where that has no number."""
    many = tuple(mistakes)
    numbers = right.alone(many[0], at) if len(many) == 1 else MistakenNumbers(right.with_mistakes(many, at))
    try:
        return Outcome(many, numbers[name])
    except (Symbolic, Irrational, InputError):
        return None


def singles(right: Right, name: str, mistakes: Iterable[Mistake]) -> Iterator[Outcome]:
    """What each mistake makes of the quantity; without those that change nothing about it; nothing of a quantity that has no
    number to be changed."""
    try:
        own = right.numbers[name]
    except (Symbolic, Irrational, InputError):
        return
    for mistake in mistakes:
        found = outcome(right, name, (mistake,)) if right.reaches(mistake, name) else None
        if found is not None and not same(found.value, own):
            yield found


def pairs(right: Right, name: str, alone: Sequence[Outcome]) -> Iterator[Outcome]:
    """What two mistakes at once make of it, of those that change it `alone`; without pairs that give what one of the two gives."""
    for one, other in combinations(alone, 2):
        if right.makes_pair(one.mistakes[0], other.mistakes[0], name):
            found = outcome(right, name, (*one.mistakes, *other.mistakes))
            known = (one.value, other.value, right.numbers[name])
            if found is not None and not any(same(found.value, value) for value in known):
                yield found


def same(one: Any, other: Any) -> bool:
    """Whether two numbers are equal to ten digits."""
    return bool(abs(one - other) <= SAME * max(abs(one), abs(other)))


MOST_STEPS = 24
"""Steps in which one mistake is tried alone; of more the mistake made everywhere is tried only."""


class Tried(NamedTuple):
    """What somebody comes to with mistakes, made everywhere ("") or in one step."""

    mistakes: tuple[Mistake, ...]
    value: float
    at: str = ""


@cache
def known() -> tuple[Mistake, ...]:
    """The mistakes that can be made in a derivation."""
    return tuple(mistake for mistake in CATALOGUE.values() if mistake.rewrite is not None)


def behind(right: Right, name: str) -> frozenset[str]:
    """All that a quantity can hang on, whichever mistakes are made on the way to it."""
    return right.ways.once(("behind", name), lambda: frozenset(right.cone(name, within=known())))


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
    for mistake, step in right.ways.once(("steps", name), lambda: list(_steps(right, name))):
        found = outcome(right, name, (mistake,), step)
        if found is not None and not same(found.value, right.numbers[name]):
            yield from numbered((found,), step)


def _steps(right: Right, name: str) -> Iterator[tuple[Mistake, str]]:
    cone = list(right.cone(name))
    for mistake in known():
        steps = [step for step in cone if right.rewritten(mistake, step) is not None]
        yield from ((mistake, step) for step in (steps if 1 < len(steps) <= MOST_STEPS else ()))
