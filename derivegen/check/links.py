"""Two neighbouring sides of a chain of equalities go in; whether the sign between them holds comes out, for every sign on its own.

Numbers are judged from the operands shown: a literal that is known exactly is that number, any other stands for its printed cell, or is
gone on with as it is printed. Symbols are judged at random points. A side with symbols beside one with numbers is judged at the numbers
of the network and at those somebody had before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from derivegen.calculus.ends import Ends
from derivegen.calculus.hull import Paper
from derivegen.calculus.interval import Interval
from derivegen.calculus.rounding import Rounding
from derivegen.check.equalities import Equalities, opened
from derivegen.check.no_number import NO_NUMBER
from derivegen.check.numbers import Kept
from derivegen.check.shown import shown
from derivegen.check.task import Own, Task
from derivegen.formula.tree import (
    Array,
    Call,
    Formula,
    Negative,
    Number,
    Partial,
    Quantity,
    Value,
    transform,
    walk,
)
from derivegen.formula.value import FLOAT, holds, value


@dataclass(frozen=True, slots=True)
class Link:
    """One sign of relation: whether it holds (None: cannot be told), whether that is so only from the values somebody had before, and
    what the left side comes to."""

    holds: bool | None
    follows: bool = False
    expected: float | None = None


@dataclass(frozen=True)
class Links:
    """Judges the signs of one submission. `literals` are numbers that came of a slip and what they should have been; `roundings` how
    the working rounds."""

    task: Task
    equalities: Equalities
    kept: Kept
    roundings: tuple[Rounding, ...]
    literals: dict[float, float] = field(default_factory=dict)

    def judge(self, quantity: str | None, left: Formula, right: Formula) -> Link:
        """Whether left and right are equal, in the working for a quantity (by own name)."""
        left, right = opened(left), opened(right)
        if is_symbolic(left) and is_symbolic(right):
            return self._symbols(quantity, left, right)
        if is_symbolic(right):
            left, right = right, left
        if is_symbolic(left):
            return self._put_in(quantity, left, right)
        return self._numbers(left, right)

    # symbols

    def _symbols(self, quantity: str | None, left: Formula, right: Formula) -> Link:
        found = self.equalities.equal(self._signed(left), self._signed(right))
        if found or not (self._has_numbers(left) or self._has_numbers(right)):
            return Link(found, expected=self._point(left, {}) if found is False else None)
        return self._put_in(quantity, left, right)

    def _has_numbers(self, tree: Formula) -> bool:
        """Whether a formula holds numbers that may stand for quantities."""
        return any(
            isinstance(part, Number) and ("." in part.text or self.task.exact(abs(float(part.text))))
            for part in walk(tree)
        )

    def _signed(self, tree: Formula) -> Formula:
        """The formula with every δ of the notation as the derivative it stands for."""
        if self.task.notation.entry.delta_sign > 0:
            return tree

        def change(part: Formula) -> Formula | None:
            return Negative(part) if isinstance(part, Quantity) and part.name.startswith("delta[") else None

        return transform(tree, change)

    def _owned(self, tree: Formula) -> Formula:
        """The formula with every quantity under its own name."""

        def change(part: Formula) -> Formula | None:
            if not isinstance(part, Quantity):
                return None
            own = Quantity(self.task.own(part.name))
            return Negative(own) if self.task.sign(part.name) < 0 else own

        return transform(tree, change)

    # symbols beside numbers

    def _put_in(self, quantity: str | None, left: Formula, right: Formula) -> Link:
        """A formula of quantities, beside numbers: at the network's values, then at those somebody has."""
        left, right = self._owned(left), self._owned(right)
        own = quantity or ""
        wrong, everything = self.kept.wrong(own), self.kept.all(own)
        told = True
        expected = self._point(left, {})
        tried: list[Own] = [{}]
        values: Own
        for values in (wrong, everything):
            if values and values not in tried:
                tried.append(values)
        for values in tried:
            found = self._meets(left, right, values)
            if found:
                return Link(True, bool(values) and self._point(left, values) != expected, expected)
            told = told and found is not None
        if told and self._replaced(right) != right and self._meets(left, self._replaced(right), {}):
            return Link(True, True, expected)
        return Link(False if told else None, False, self._point(left, wrong))

    def _meets(self, left: Formula, right: Formula, values: Own) -> bool | None:
        """Whether both sides can be one number with these values; nothing is told where a hull is wide."""
        point = self._point(left, values)
        if point is None:
            return None
        ends = list(self._outcomes(right, values))
        if any(_meet(each, (point, point)) for each in ends):
            return True
        for rounding in self.roundings:
            try:
                hull = self.task.reaching(rounding, values).of(left)
            except NO_NUMBER:
                return None
            if any(_meet(each, (hull.low, hull.high)) for each in ends):
                return None if hull.wide(point) else True
        return False if ends else None

    def point(self, tree: Formula) -> float | None:
        """What a formula comes to at the numbers of the network."""
        return self._point(opened(tree), {})

    def _point(self, tree: Formula, values: Own) -> float | None:
        """What a formula comes to with these values, nothing rounded."""
        try:
            return self.task.reaching(None, values).exactly(self._owned(tree))
        except NO_NUMBER:
            return None

    # numbers

    def _numbers(self, left: Formula, right: Formula) -> Link:
        one, other = list(self._outcomes(left, {})), list(self._outcomes(right, {}))
        expected = middle(one)
        if not one or not other:
            return Link(None)
        if any(math.isinf(end) for ends in (*one, *other) for end in ends):
            return Link(None, expected=expected)
        if any(_meet(each, ends) for each in one for ends in other):
            return Link(True, expected=expected)
        changed = self._replaced(left)
        if changed != left and any(_meet(each, ends) for each in self._outcomes(changed, {}) for ends in other):
            return Link(True, True, expected)
        return Link(False, expected=expected)

    def _replaced(self, tree: Formula) -> Formula:
        """The formula with what a literal should have been in place of what came of a slip."""

        def change(part: Formula) -> Formula | None:
            should = self.literals.get(abs(float(part.text))) if isinstance(part, Number) else None
            return None if should is None else Number(repr(abs(should)))

        return transform(tree, change) if self.literals else tree

    def _outcomes(self, tree: Formula, values: Own) -> Iterator[Ends]:
        """What a side may come to: its literals anywhere in their cells; or as printed, each result rounded. A number alone is its cell."""
        alone = shown(tree)
        if alone is not None:
            yield alone.low, alone.high
            return
        try:
            if is_symbolic(tree):
                for rounding in self.roundings:
                    hull = self.task.reaching(rounding, values).of(tree)
                    yield hull.low, hull.high
                return
            yield _worked_out(self._with_cells(tree), Paper())
            for rounding in self.roundings:
                yield _worked_out(tree, Paper(rounding))
        except NO_NUMBER:
            return

    def _with_cells(self, tree: Formula) -> Formula:
        def change(part: Formula) -> Formula | None:
            literal = isinstance(part, Number) and "." in part.text and not self.task.exact(float(part.text))
            return Value(part.text) if literal and isinstance(part, Number) else None

        return transform(tree, change)


def is_symbolic(tree: Formula) -> bool:
    """Whether a side holds more than numbers."""
    return any(isinstance(part, Quantity | Array | Partial) or _unknown(part) for part in walk(tree))


def _unknown(part: Formula) -> bool:
    return isinstance(part, Call) and (part.primes > 0 or part.function not in FLOAT.functions)


def _worked_out(tree: Formula, paper: Paper) -> Ends:
    """What a formula of numbers may come to on that paper; a literal as `Value` anywhere in its cell."""

    def cell(text: str) -> Ends:
        found = shown(Number(text))
        if found is None:
            raise ValueError(text)
        return found.low, found.high

    def true(condition: Formula) -> bool:
        return holds(condition, lambda part: float(value(part, float, FLOAT)))

    return paper.value(tree, cell, true)


def _meet(one: Ends, other: Ends) -> bool:
    return Interval(*one).meets(Interval(*other))


def middle(outcomes: Sequence[Ends]) -> float | None:
    """What operands come to, their literals as printed."""
    return sum(outcomes[0]) / 2 if outcomes and all(map(math.isfinite, outcomes[0])) else None
