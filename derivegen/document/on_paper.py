"""What the printed numbers come to: a trace and the lines of a document go in; the same lines come out such that a calculator follows them.

A reader has the printed digits and nothing else. Where these, put into a calculator, would lead to another last digit than the one printed
at the end of a line, the rounded numbers of that line are shown with the fewest further digits that lead to it; where no few digits do,
the line gets a remark. Numbers that are carried on as printed have no further digits. Whether a line has = or ≈ follows from what is
printed, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from derivegen.calculus.matrix import Arrays, WrongShapes, has_arrays
from derivegen.calculus.numbers.evaluate import delta_name
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.document.blocks import Beside, Block, Box, Derivation, Document, Items, Prose, Row, Table
from derivegen.formula.arithmetic.on_paper import comes_to
from derivegen.formula.arithmetic.value import CALCULATOR, EXACT, Arithmetic
from derivegen.formula.tree import (
    Array,
    Compare,
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
from derivegen.network.names import is_delta

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
        return "=" if pairs is not None and all(self._equal(*pair) for pair in pairs) else "≈"

    def _equal(self, before: Formula, right: Formula) -> bool:
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
                tried = _with_more(side, dict.fromkeys(names, more))
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


def _with_more(tree: Formula, more: Mapping[str, int]) -> Formula:
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


def followed(document: Document, paper: OnPaper, remark: Remark, most: int = MOST_MORE) -> Document:
    """The document with digits enough on every line for a calculator to follow it."""

    def block(own: Block) -> Block:
        if isinstance(own, Box | Beside):
            return replace(own, blocks=tuple(map(block, own.blocks)))
        if not isinstance(own, Derivation) or own.proves != "quantities":
            return own
        told = (row for rows in statements(own) for row in paper.statement(rows, remark, most))
        return replace(own, rows=tuple(told))

    return replace(document, blocks=tuple(map(block, document.blocks)))


def with_places(document: Document) -> tuple[Document, tuple[tuple[Formula, Formula], ...]]:
    """The document, composed without further digits, with each number in a line of numbers marked by the line's place (as by digits), and
    these lines with their results in that order: the numbers of anybody can be put into it, and digits with them."""
    found: list[tuple[Formula, Formula]] = []

    def marked(side: Formula, result: Formula) -> Formula:
        if not is_result(result) or not is_worked(side):
            return side
        found.append((side, result))
        return _with_more(side, dict.fromkeys(values_in(side), len(found)))

    def block(own: Block) -> Block:
        if isinstance(own, Derivation):
            rows = [(row, rows[-1].right) for rows in statements(own) for row in rows]
            return replace(own, rows=tuple(replace(row, right=marked(row.right, result)) for row, result in rows))
        if isinstance(own, Items):
            return Items(tuple(replace(item, text=prose(item.text)) for item in own.entries))
        return own

    def prose(text: Prose) -> Prose:
        last = text[-1] if text else ""
        if not isinstance(last, Formula):
            return text
        return tuple(marked(run, last) if isinstance(run, Formula) else run for run in text)

    made = replace(document, blocks=tuple(map(block, document.blocks)))
    return made, tuple(found)


def lines_of(blocks: Iterable[Block], arrays: Arrays) -> dict[str, Formula]:
    """By what line each number of a document is found: the one with the fewest numbers, the last of several (δ = a − t comes after the
    product of slopes). What a unit's own line has found, a matrix that holds it takes over."""
    found: dict[str, Formula] = {}
    graph = arrays.chain.graph

    def own(name: str) -> str:
        return delta_name(graph, name) if is_delta(name) else name

    def note(side: Formula, end: Formula, whole: bool) -> None:
        if not isinstance(end, Value) or isinstance(side, Value) or end.name in values_in(side) or not is_numeric(side):
            return
        name = own(end.name)
        if name not in found or (not whole and _count(side) <= _count(found[name])):
            found[name] = side

    for block in blocks:
        if isinstance(block, Box | Beside):
            found |= lines_of(block.blocks, arrays)
        if isinstance(block, Table):
            for run in (run for row in block.rows for cell in row for run in cell if isinstance(run, Compare)):
                note(run.left, run.right, whole=False)
        if isinstance(block, Derivation) and block.proves == "quantities":
            for rows in statements(block):
                if len(rows) > 1 and is_result(rows[-1].right) and is_worked(rows[-2].right):
                    whole = isinstance(rows[-1].right, Matrix)
                    for side, end in _entries(rows[-2].right, rows[-1].right, arrays):
                        note(side, end, whole)
    return found


def _entries(side: Formula, result: Formula, arrays: Arrays) -> Iterator[tuple[Formula, Formula]]:
    if not isinstance(result, Matrix):
        yield side, result
        return
    try:
        for j, row in enumerate(result.rows, 1):
            for k, end in enumerate(row, 1):
                yield arrays.entry(side, j, k), end
    except WrongShapes:
        return


def _count(tree: Formula) -> int:
    return sum(isinstance(part, Value | Number) for part in walk(tree))
