"""What mistakes lead to: the right derivation and mistakes go in; numbers come out, of single mistakes and of pairs that are told
apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.evaluate import Symbolic
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import Irrational
from derivegen.mistakes.mistake import Mistake
from derivegen.mistakes.mistaken import Mistaken, MistakenNumbers, Right

SAME = 1e-10
"""Two numbers this near to one another are the same number, relative to their size."""


def mistaken_name(quantity: str, mistake: Mistake | str, at: str | None = None) -> str:
    """The name of what a quantity is for somebody with this mistake, made everywhere or in the step of `at` alone."""
    identifier = mistake if isinstance(mistake, str) else mistake.identifier
    return f"{identifier}!{at or ''}|{quantity}"


@dataclass(frozen=True, slots=True)
class Outcome:
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
    """What each mistake makes of the quantity; without those that change nothing about it."""
    for mistake in mistakes:
        found = outcome(right, name, (mistake,)) if right.reaches(mistake, name) else None
        if found is not None and not same(found.value, right.numbers[name]):
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


def with_mistakes(derivation: Derivation, mistakes: Sequence[Mistake], at: str | None = None) -> Mistaken:
    """The derivation of somebody who makes these mistakes everywhere (misconceptions), or at one target alone (a slip); for `Numbers`."""
    return Right(derivation).with_mistakes(mistakes, at)
