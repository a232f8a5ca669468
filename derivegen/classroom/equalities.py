"""= or ≈ for many students at once: the sides of lines and the printed numbers of each go in; whether both sides are equal as fractions, or
every number is exact, comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, NamedTuple

from derivegen.document.inscribe import with_digits
from derivegen.errors import CheckFailed
from derivegen.exercise.texts import DECIMALS, EXACTLY, Many
from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import EXACT, Irrational, value
from derivegen.formula.tree import Formula, Partial, Quantity, Value, transform, values_in, walk
from derivegen.on_use import numpy
from derivegen.render.filled import named_there
from derivegen.render.relations import Sides

CLOSE = 1e-9


class SharedRelations(NamedTuple):
    """The relations of some students: `texts` has of each the printed numbers by name, and whether each is exact. The lines are those of
    the ones at `places` alone: another student's maximum has another winner, and other lines."""

    many: Many
    texts: Sequence[Mapping[str, tuple[str, bool]]]
    places: Sequence[int]

    def of(self, relations: Sequence[Sides]) -> list[list[bool]]:
        """For each student whether each relation is an equality; every line with numbers on both sides comes to the same. Raises
        CheckFailed."""
        columns = [self._relation(*sides) for sides in relations]
        return [list(each) for each in zip(*columns, strict=True)] if columns else [[] for _ in self.texts]

    def _relation(self, before: Formula, right: Formula) -> list[bool]:
        if _is_printed(before) and _is_printed(right):
            self._check(before, right)
            nearly = self._nearly(before, right).tolist()
            return self._printed_equal(before, right, nearly) if any(nearly) else nearly
        return self._all_exact(before, right)

    def _check(self, before: Formula, right: Formula) -> None:
        """The unrounded numbers of both sides agree for every student whose lines these are."""
        left, other = (value(side, self.many.array, ARRAYS) for side in (before, right))
        agree = numpy.abs(left - other) <= CLOSE * (1 + numpy.abs(other))
        if not numpy.all(numpy.broadcast_to(agree, len(self.texts))[list(self.places)]):
            raise CheckFailed(f"a line with {next(values_in(right))} does not hold for every student")

    def _nearly(self, before: Formula, right: Formula) -> Any:
        """Where the printed numbers come to nearly the same on both sides."""
        printed = {
            name: numpy.array([float(own[name][0]) for own in self.texts])
            for name in (*named_there(before), *named_there(right))
        }
        with numpy.errstate(all="ignore"):
            left, other = (value(_by_place(side), printed.__getitem__, ARRAYS) for side in (before, right))
            return numpy.broadcast_to(numpy.abs(left - other) <= CLOSE * (1 + numpy.abs(other)), len(self.texts))

    def _printed_equal(self, before: Formula, right: Formula, nearly: Sequence[bool]) -> list[bool]:
        """Where the printed numbers come to the same, of those where they nearly do."""
        printed = {
            name: numpy.array([Decimal(own[name][0]) for own in self.texts], dtype=object)
            for name in (*named_there(before), *named_there(right))
        }
        try:
            with localcontext(EXACTLY):
                left, other = (value(_by_place(side), printed.__getitem__, DECIMALS) for side in (before, right))
            return [bool(same) for same in numpy.broadcast_to(left == other, len(nearly))]
        except ArithmeticError:
            return [near and self._equal_alone(before, right, place) for place, near in enumerate(nearly)]

    def _equal_alone(self, before: Formula, right: Formula, place: int) -> bool:
        texts = self.texts[place]
        try:
            sides = map(_by_place, (before, right))
            left, other = (value(side, lambda name: Fraction(texts[name][0]), EXACT) for side in sides)
        except (Irrational, ZeroDivisionError, ValueError):
            return self._all_exact(before, right)[place]
        return bool(left == other)

    def _all_exact(self, before: Formula, right: Formula) -> list[bool]:
        """Whose numbers are all printed as they are."""
        names = {*named_there(before), *named_there(right)}
        return [all(texts[name][1] for name in names) for texts in self.texts]


def _by_place(tree: Formula) -> Formula:
    """The formula with each number called by its place."""

    return transform(tree, lambda part: Value(with_digits(part.name, part.more)) if isinstance(part, Value) else None)


def _is_printed(tree: Formula) -> bool:
    return not any(isinstance(part, Quantity | Partial) for part in walk(tree))
