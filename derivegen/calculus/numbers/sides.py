"""On which side of a kink a quantity stands: the numbers of a network and a comparison go in; whether it is true of the numbers themselves,
and not of what rounding has left of them, comes out.

0.1 + 0.2 − 0.3 is 0 and not 5.6·10⁻¹⁷, and a slope that jumps at 0 is the one that is taken there. So where two sides are near to one
another the comparison is made anew with bounds, with a hundred digits from what is given, or from the doubles that a run has come to; sides
that these cannot tell apart are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from functools import cached_property
from typing import Any

from derivegen.calculus.bounded import DOUBLE, Bounded, bounded, plain
from derivegen.calculus.chain import Derivation
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import EXACT, FLOAT, Arithmetic, Irrational, holds, precise, value
from derivegen.formula.tree import Cases, Compare, Formula, transform
from derivegen.network.graph import Graph

NEARLY = 0.6
"""Sides are near that have so much of their digits in common."""
WAYS = 8
"""Times the last digit of a number that was put in by which it may be off: a run has gone some way to it."""
DIGITS = 100
LARGEST = 10**150
"""The square of more is no double."""
_EQUAL = ("≥", "≤", "=")


class Decided:
    """Numbers that know on which side of a kink they stand."""

    derivation: Derivation
    graph: Graph
    arithmetic: Arithmetic
    _keep: Callable[[Any], Any] | None
    _overrides: dict[str, Any]
    _sure = False
    _of_all: Decided | None = None
    """Those of all examples, of the numbers of one."""

    def __getitem__(self, name: str) -> Any:
        """The value of a quantity."""
        raise NotImplementedError

    @property
    def decides(self) -> bool:
        """Whether comparisons are made by what is known for sure: of numbers that rounding may have moved off a kink."""
        return self.arithmetic.off is not None and self._keep is None

    @cached_property
    def surely(self) -> Decided:
        """The same numbers with bounds, which decide."""
        if self._sure:
            return self
        if self._of_all is not None:
            return self._of_all.surely
        arithmetic = arithmetic_with_bounds(self.arithmetic, bool(self._overrides))
        given = self.graph.givens
        put_in = {name: loosely(each, arithmetic, given.get(name)) for name, each in self._overrides.items()}
        found = self._alike(arithmetic, put_in)
        found._sure = True
        return found

    def _alike(self, arithmetic: Arithmetic, put_in: Mapping[str, Any]) -> Decided:
        """The same in another arithmetic."""
        raise NotImplementedError

    @cached_property
    def scale(self) -> float:
        """The size of what may cancel, at least 1."""
        return scale(self.graph.givens)


def chosen(numbers: Decided, formula: Formula) -> Formula:
    """The formula with the branch of every choice that holds."""

    def change(part: Formula) -> Formula | None:
        return transform(branch(numbers, part), change) if isinstance(part, Cases) else None

    return transform(formula, change)


def branch(numbers: Decided, cases: Cases) -> Formula:
    """The branch that holds."""
    for body, when in cases.branches:
        if not isinstance(when, Compare) or true(numbers, when):
            return body
    raise ValueError("no case applies")


def true(numbers: Decided, condition: Compare) -> bool:
    """Whether a comparison is true. What is no fraction still stands on one side, which a hundred digits tell."""
    if not numbers.decides:
        try:
            return holds(condition, lambda part: _side(numbers, part))
        except Irrational:
            if numbers.arithmetic is not EXACT or numbers._overrides:
                raise
            return true(numbers.surely, condition)
    if not near(numbers, condition):
        return holds(condition, lambda part: _side(numbers, part))
    surely = numbers.surely
    if equal(numbers, condition):
        return condition.relation in _EQUAL
    with suppress(LookupError, InputError, ArithmeticError, ValueError):
        return holds(condition, lambda part: _side(surely, part))
    return holds(condition, lambda part: _side(numbers, part))


def equal(numbers: Decided, condition: Compare) -> bool:
    """Whether the sides of a comparison are one number."""
    if not numbers.decides:
        return bool(_side(numbers, condition.left) == _side(numbers, condition.right))
    if not near(numbers, condition):
        return False
    surely = numbers.surely
    try:
        one, other = (_side(surely, part) for part in (condition.left, condition.right))
    except (LookupError, InputError, ArithmeticError, ValueError):
        return bool(_side(numbers, condition.left) == _side(numbers, condition.right))
    known = one.off + other.off <= _room(surely.arithmetic) * max(numbers.scale, abs(one.number))
    return one.agrees(other) if known else bool(one.number == other.number)


def near(numbers: Decided, condition: Compare) -> bool:
    """Whether the sides of a comparison are so near to one another that rounding may have turned it."""
    one, other = (plain(_side(numbers, part)) for part in (condition.left, condition.right))
    room = _room(numbers.arithmetic)
    return bool(abs(one - other) <= room * numbers.scale or abs(one - other) <= room * abs(one))


def scale(given: Mapping[str, Any]) -> float:
    """The size of what may cancel in a network, at least 1."""
    most = max((abs(number) for number in given.values()), default=1)
    return float(min(max(1, most), LARGEST)) ** 2


def near_kinks(given: Mapping[str, Any]) -> float:
    """How near to a kink doubles may be on the wrong side of it."""
    return _room(FLOAT) * scale(given)


def put_in(graph: Graph, numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the numbers that a run has moved: what is as it is given is known exactly."""
    given = graph.givens
    return {
        name: number for name, number in numbers.items() if name not in given or plain(number) != float(given[name])
    }


def _room(arithmetic: Arithmetic) -> float:
    return 0.0 if arithmetic.off is None else arithmetic.off**NEARLY


def _side(numbers: Decided, part: Formula) -> Any:
    return value(part, numbers.__getitem__, numbers.arithmetic)


def arithmetic_with_bounds(own: Arithmetic, put_in: bool) -> Arithmetic:
    """What decides: a hundred digits where all is given, else as many as the numbers have that were put in."""
    if not put_in:
        return bounded(precise(DIGITS), 10.0 ** (1 - DIGITS))
    assert own.off is not None
    return own if isinstance(own.number(Fraction(1)), Bounded) else bounded(own, own.off)


def loosely(number: Any, arithmetic: Arithmetic, given: Any = None) -> Bounded:
    """A number that was put in, with the bound of a few last digits; those of what is given in its place are lost where a run has come from
    there to next to nothing."""
    found: Bounded = number if isinstance(number, Bounded) else arithmetic.number(number)
    if isinstance(number, Fraction):
        return found
    last = DOUBLE if isinstance(number, float) else found.epsilon
    size = abs(found.number) if given is None else max(abs(found.number), abs(arithmetic.number(given).number))
    return Bounded(found.number, WAYS * max(found.off, last * size), found.epsilon)
