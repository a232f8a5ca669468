"""What the printed numbers come to: a trace and the lines of a document go in; the same lines come out such that a calculator follows them.

A reader has the printed digits and nothing else. Where these, put into a calculator, would lead to another last digit than the one printed
at the end of a line, the rounded numbers of that line are shown with the fewest further digits that lead to it; where no few digits do,
the line gets a remark. Numbers that are carried on as printed have no further digits. Whether a line has = or ≈ follows from what is
printed, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from derivegen.calculus.matrix import Arrays, WrongShapes, has_arrays
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.document.blocks import Derivation, Prose, Row
from derivegen.formula.arithmetic.on_paper import comes_to
from derivegen.formula.arithmetic.value import CALCULATOR, EXACT, Arithmetic
from derivegen.formula.tree import (
    Array,
    Formula,
    Matrix,
    Number,
    Partial,
    Quantity,
    Relation,
    Value,
    printed_number,
    transform,
    values_in,
    walk,
)
from derivegen.records import dataclass, replace

MOST_MORE = 4
"""Further digits a line may show before a remark is the lesser evil."""

FEW = 3
"""Numbers that a remark names."""

Remark = Callable[[Sequence[Number]], Prose]
"""The sentence that says what the printed numbers alone would give."""


class Numbers(Protocol):
    """What knows the numbers that are printed: a trace."""

    @property
    def rounding(self) -> Rounding:
        """How they are printed."""

    @property
    def carried(self) -> bool:
        """Whether each is carried on as printed."""

    def text(self, name: str, more: int = 0) -> str:
        """The number as it is printed, with so many digits more than usual."""

    def shown_exactly(self, name: str, more: int = 0) -> bool:
        """Whether the printed text is the value itself, with nothing rounded on the way to it."""


@dataclass(frozen=True)
class OnPaper:
    """The printed numbers of one trace; `arrays` are those its lines may be about."""

    trace: Numbers
    arrays: Arrays | None = None

    # what is printed

    def _printed(self, tree: Formula) -> Formula:
        """The formula with its numbers as they are printed."""

        def change(part: Formula) -> Formula | None:
            return printed_number(self.trace.text(part.name, part.more)) if isinstance(part, Value) else None

        return transform(tree, change)

    def exactly(self, tree: Formula) -> Fraction | Decimal | None:
        """What the printed numbers of a side come to, if it shows nothing but numbers and has a fraction."""
        return self._comes_to(tree, EXACT)

    def worked(self, tree: Formula) -> Fraction | Decimal | None:
        """What a calculator makes of them, functions too; None where there is more than numbers, or no number."""
        return self._comes_to(tree, CALCULATOR)

    def _comes_to(self, tree: Formula, arithmetic: Arithmetic) -> Fraction | Decimal | None:
        return comes_to(self._printed(tree), arithmetic) if is_numeric(tree) else None

    # = or ≈

    def relation(self, before: Formula, right: Formula) -> Relation:
        """= if both printed sides are equal as fractions or every number on them is exact; else ≈. Arrays are equal if all entries are."""
        if not any(values_in(right)):
            return "="
        pairs = self._pairs(before, right)
        return "=" if pairs is not None and all(self.equal(*pair) for pair in pairs) else "≈"

    def equal(self, before: Formula, right: Formula) -> bool:
        """Whether what is printed is equal, or everything on it exact."""
        sides = self.exactly(before), self.exactly(right)
        if None not in sides:
            return sides[0] == sides[1]
        shown = (part for side in (before, right) for part in walk(side) if isinstance(part, Value))
        return all(self.trace.shown_exactly(part.name, part.more) for part in shown)

    def _pairs(self, before: Formula, right: Formula) -> list[tuple[Formula, Formula]] | None:
        """Both sides, or their entries one by one; None if they do not fit together."""
        arrays = self.arrays
        if arrays is None or not (has_arrays(before) or has_arrays(right)):
            return [(before, right)]
        try:
            shape = arrays.shape(right)
            if shape is None or shape != arrays.shape(before):
                return None
            places = [(j, k) for j in range(1, shape[0] + 1) for k in range(1, shape[1] + 1)]
            return [(arrays.entry(before, *place), arrays.entry(right, *place)) for place in places]
        except WrongShapes:
            return None

    # lines that a calculator follows

    def follows(self, side: Formula, result: Formula) -> bool:
        """Whether the printed numbers of a side, worked out and rounded, are the printed result; of what is no number, nothing is asked."""
        return not self._astray(side, result)

    def _astray(self, side: Formula, result: Formula) -> list[Formula]:
        """The side, or those of its entries, that a calculator does not bring to the result."""
        pairs = self._pairs(side, result) or []
        return [one for one, end in pairs if isinstance(end, Value) and self._misses(one, end)]

    def _misses(self, side: Formula, end: Value) -> bool:
        found = None if isinstance(side, Value) else self.worked(side)
        if found is None:
            return False
        if end.more:
            raise ValueError("a result has no digits more than usual")
        return not self.trace.rounding.comes_to(found, self.trace.text(end.name))

    def with_digits(self, side: Formula, result: Formula, most: int = MOST_MORE) -> Formula | None:
        """The side with the fewest further digits that lead to the result; None where that takes more than `most`."""
        if self.trace.carried:
            return side if self.follows(side, result) else None
        plain = side
        for more in range(most + 1):
            tried, wrong = plain, self._astray(plain, result)
            names: set[str] = set()
            while wrong and more:
                new = {
                    name for entry in wrong for name in values_in(entry) if not self.trace.shown_exactly(name)
                } - names
                if not new:
                    break
                names |= new
                tried = with_more(side, dict.fromkeys(names, more))
                wrong = self._astray(tried, result)
            if not wrong:
                return tried
        return None

    def gives(self, side: Formula, result: Formula) -> list[Number]:
        """What the printed numbers alone would give where that is not the result."""
        found = (self.worked(entry) for entry in self._astray(side, result)[:FEW])
        return [Number(self.trace.rounding.like("").text(number)) for number in found if number is not None]

    def statement(self, rows: Sequence[Row], remark: Remark, most: int = MOST_MORE) -> tuple[Row, ...]:
        """The rows of one statement such that a calculator comes from each line of numbers to the result at the end."""
        result = rows[-1].right
        if not is_result(result) or len(rows) < 2:
            return tuple(rows)
        sides = [row.right for row in rows[:-1]]
        found = [self.with_digits(side, result, most) if is_worked(side) else side for side in sides]
        if found == sides:
            return tuple(rows)
        rights = [*(side or own for side, own in zip(found, sides, strict=True)), result]
        lefts = [rows[0].left, *rights[:-1]]
        told = [
            replace(row, right=right, relation=row.relation if before is None else self.relation(before, right))
            for row, before, right in zip(rows, lefts, rights, strict=True)
        ]
        missed = [side for side, guarded in zip(sides, found, strict=True) if guarded is None]
        if missed:
            told[-1] = replace(told[-1], reason=(*told[-1].reason, *remark(self.gives(missed[-1], result))))
        return tuple(told)


def with_more(tree: Formula, more: Mapping[str, int]) -> Formula:
    def change(part: Formula) -> Formula | None:
        return replace(part, more=more[part.name]) if isinstance(part, Value) and part.name in more else None

    return transform(tree, change)


def is_numeric(tree: Formula) -> bool:
    """Whether a side shows nothing but numbers."""
    return not any(isinstance(part, Quantity | Partial | Array) for part in walk(tree))


def is_worked(side: Formula) -> bool:
    """Whether a side is a calculation with numbers."""
    return not is_result(side) and any(values_in(side)) and is_numeric(side)


def is_result(tree: Formula) -> bool:
    """Whether a side is a number, or a matrix of nothing but numbers."""
    if isinstance(tree, Matrix):
        return all(isinstance(cell, Value | Number) for row in tree.rows for cell in row) and any(values_in(tree))
    return isinstance(tree, Value)


# whole documents


def statements(derivation: Derivation) -> Iterator[tuple[Row, ...]]:
    """The rows of each statement, which begins where something stands on the left."""
    rows: list[Row] = []
    for row in derivation.rows:
        if row.left is not None and rows:
            yield tuple(rows)
            rows = []
        rows.append(row)
    yield tuple(rows)
