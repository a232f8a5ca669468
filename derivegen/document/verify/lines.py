"""The lines of a derivation: each line and the one before it go in, judged in symbols and in numbers; CheckFailed at the first that fails.

Arrays are judged entry by entry, members under unit letters at the first few numbers for their letters.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product as cartesian

from derivegen.calculus.lettered import arrays_of
from derivegen.calculus.matrix import Arrays, WrongShapes, has_arrays, has_letters
from derivegen.calculus.numbers.array_values import ArrayValues
from derivegen.calculus.numbers.evaluate import Numbers, Symbolic, Trace
from derivegen.calculus.numbers.layer_numbers import LayerNumbers
from derivegen.calculus.numbers.row_steps import FIRST
from derivegen.calculus.numbers.unit_sums import over_units
from derivegen.document.blocks import Derivation, Row
from derivegen.document.inscribe import written
from derivegen.document.on_paper import OnPaper, statements
from derivegen.document.verify.numbers import CLOSE, PrintedNumbers
from derivegen.document.verify.settings import ROWS, Settings
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.arithmetic.value import FLOAT, Irrational, precise, value
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import (
    Array,
    BigSum,
    Bracket,
    Cases,
    Formula,
    Indexed,
    Number,
    Partial,
    Quantity,
    Sum,
    Value,
    transform,
    values_in,
    walk,
)
from derivegen.notation.notation import Notation
from derivegen.records import dataclass, replace
from derivegen.rounding.interval import (
    CLOSELY,
    INTERVALS,
    SLACK,
    Interval,
    close_intervals,
    exactly,
    printed,
    rounded_each,
)

SETTINGS = 2
"""Random settings beside the network's own numbers at which a line must hold."""
MOST_ENTRIES = 256
"""Entries of an array that are all judged; of a larger one, which no document writes out, SAMPLED are drawn."""
SAMPLED = 8
KNOWN, PRINTED = "=", "≈"
"""Begin the name of an entry whose number is known, and of one that stands for a printed number: no quantity has such a name."""

MANY, FEW = 12, 3
"""Choices of numbers for the letters at which a line must hold; FEW where each is a sum of hundreds."""

Pair = tuple[Formula, Formula]


@dataclass(frozen=True)
class Lines:
    """Judges the lines about one trace."""

    trace: Trace
    notation: Notation
    numbers: PrintedNumbers
    settings: Settings

    def judge(self, derivation: Derivation) -> int:
        """Every line follows from the one before it; the number of lines."""
        before: Formula | None = None
        branched = False
        for row in derivation.rows:
            before = row.left if row.left is not None else before
            if before is None:
                raise CheckFailed("a derivation begins without a left side")
            branched = (branched and row.left is None) or self._picks(before, row.right)
            self._line(before, row, branched)
            before = row.right
        for rows in statements(derivation):
            self._followed(rows)
        return len(derivation.rows)

    def show(self, before: Formula, row: Row) -> str:
        """The line as a message shows it."""
        sides = (plain(written(side, self.notation, self.trace)) for side in (before, row.right))
        return f" {row.relation} ".join(sides)

    def _line(self, before: Formula, row: Row, branched: bool) -> None:
        numeric = any(values_in(row.right))
        if not numeric and row.relation != "=":
            raise CheckFailed(f"{self.show(before, row)}: symbols are equal or not, never {row.relation}")
        at_once = self.trace.in_arrays or (not numeric and self.settings.in_arrays)
        whole = at_once and (has_arrays(before) or has_arrays(row.right))
        if whole:
            self._whole(before, row, branched)
        pairs = list(self._pairs(before, row, at_once)) if numeric or not whole else []
        for left, right in pairs:
            if not whole:
                self._symbolic(left, right, self._points(numeric, branched), lambda: self.show(before, row))
            if numeric:
                self._numeric(left, right, lambda: self.show(before, row))
        if numeric and (equal := all(self._paper.equal(*pair) for pair in pairs)) != (row.relation == "="):
            raise CheckFailed(f"{self.show(before, row)}: the sign should be {'=' if equal else '≈'}")

    # arrays and letters

    @cached_property
    def _arrays(self) -> Arrays:
        return arrays_of(self.trace.derivation)

    @cached_property
    def _paper(self) -> OnPaper:
        return OnPaper(self.trace)

    def _pairs(self, before: Formula, row: Row, at_once: bool = False) -> Iterable[Pair]:
        """What must be equal: both sides, or their entries, or both at numbers for their letters."""
        try:
            if has_arrays(before) or has_arrays(row.right):
                return self._entries(before, row)
            if has_letters(before) or has_letters(row.right):
                return self._lettered(before, row, at_once)
        except WrongShapes as error:
            raise CheckFailed(f"{self.show(before, row)}: {error}") from None
        return [(before, row.right)]

    def _whole(self, before: Formula, row: Row, branched: bool) -> None:
        """Both sides, arrays of a large network, agree in every entry at the first settings where they have values."""
        numeric = any(values_in(row.right))
        shapes = [self._arrays.shape(side) for side in (before, row.right)]
        if shapes[0] is None or shapes[0] != shapes[1]:
            raise CheckFailed(f"{self.show(before, row)}: the sides are arrays of shapes {shapes[0]} and {shapes[1]}")
        sides = self._summed(before), self._summed(row.right)
        held = 0
        summed = any(isinstance(part, BigSum) for side in (before, row.right) for part in walk(side))
        enough = 1 if summed else SETTINGS + 1  # a sum over a thousand rows of arrays takes a second
        for numbers in self._points(numeric, branched):
            assert isinstance(numbers, LayerNumbers)
            try:
                one, other = map(ArrayValues(self._arrays, numbers), sides)
            except (Symbolic, Irrational, InputError, ValueError, ZeroDivisionError, OverflowError):
                continue
            if not (abs(one - other) <= CLOSE * (1 + abs(one) + abs(other))).all():
                raise CheckFailed(f"{self.show(before, row)}: the sides differ at a test setting")
            held += 1
            if held == enough:
                return
        if not held:
            raise CheckFailed(f"{self.show(before, row)}: there is no setting at which both sides have a value")

    def _entries(self, before: Formula, row: Row) -> list[Pair]:
        shape, other = self._arrays.shape(before), self._arrays.shape(row.right)
        if shape is None or shape != other:
            raise WrongShapes(f"the sides are arrays of shapes {shape} and {other}")
        places = list(cartesian(range(1, shape[0] + 1), range(1, shape[1] + 1)))
        if len(places) > MOST_ENTRIES:
            places = random.Random(len(places)).sample(places, SAMPLED)
        left = self._known(before)
        return [(left(*place), self._arrays.entry(row.right, *place)) for place in places]

    def _known(self, tree: Formula) -> Callable[[int, int], Formula]:
        """The entries of one side. Where a large network's arrays stand in it as symbols, each entry is known already, and its number
        stands for the sum of hundreds of products that it is."""
        numbers = self.settings.given[0] if self.trace.in_arrays else None
        if not isinstance(numbers, LayerNumbers) or any(values_in(tree)):
            return lambda row, column: self._arrays.entry(tree, row, column)
        array = ArrayValues(self._arrays, numbers)(self._summed(tree))
        return lambda row, column: Quantity(f"{KNOWN}{float(array[row - 1, column - 1])!r}")

    def _lettered(self, before: Formula, row: Row, at_once: bool) -> list[Pair]:
        """Both sides at numbers for their letters; where the settings are arrays, long sums over units stay sums."""
        pairs: list[Pair] = []
        most = FEW if at_once else MANY
        for letters in self._arrays.settings(before, row.right, most=most):
            left, right = (self._arrays.at(side, letters, at_once) for side in (before, row.right))
            if left is not None and right is not None:
                pairs.append((left, right))
        if not pairs:
            raise CheckFailed(f"{self.show(before, row)}: the letters stand for nothing")
        return pairs

    def _picks(self, before: Formula, right: Formula) -> bool:
        """Whether a line takes, of the cases before it, the branches that hold for this network's numbers, as far as it has any."""
        if not any(isinstance(part, Cases) for part in walk(before)):
            return False

        def change(part: Formula) -> Formula | None:
            if isinstance(part, Cases):
                return transform(self.numbers.own.branch(part), change)
            if isinstance(part, Bracket):
                return transform(part.body, change)
            return Quantity(part.name) if isinstance(part, Value) else None

        before, right = map(self._named, (before, right))
        try:
            return transform(before, change) == transform(right, change)
        except (Symbolic, Irrational, InputError):
            return False  # what decides has no number, or no one number

    def _named(self, side: Formula) -> Formula:
        """A side with members of families by their own names, where no letter is left open."""
        return self._arrays.at(side, {}) or side if has_letters(side) else side

    def _points(self, numeric: bool, branched: bool) -> Iterator[Numbers]:
        """Where a line must hold. Once branches have been taken, that is at this network's numbers alone; values carried on as printed
        agree nowhere exactly and are left to the intervals."""
        if not (numeric and self.trace.rounding.carry == "rounded"):
            return iter(self.settings.given if branched else self.settings)
        return iter(())

    # symbols

    def _symbolic(self, left: Formula, right: Formula, points: Iterator[Numbers], show: Callable[[], str]) -> None:
        """Both sides agree at the first settings where they have values; a line that has a value nowhere is refused."""
        held = tried = 0
        for numbers in points:
            tried += 1
            try:
                one, other = (numbers.of(self._summed(side, numbers)) for side in (left, right))
            except (Symbolic, Irrational, InputError, ValueError, ZeroDivisionError, OverflowError):
                continue
            if not abs(one - other) <= CLOSE * (1 + abs(one) + abs(other)) and not self._close((left, right), numbers):
                raise CheckFailed(f"{show()}: the sides are {one!r} and {other!r} at a test setting")
            held += 1
            if held == SETTINGS + len(self.settings.given):
                break
        if tried and not held:
            raise CheckFailed(f"{show()}: there is no setting at which both sides have a value")

    def _close(self, sides: tuple[Formula, Formula], numbers: Numbers) -> bool:
        """Whether both sides agree as closely as fifty digits can tell: where large numbers cancel, doubles say nothing."""
        closely = self.settings.closely(numbers)
        try:
            one, other = (closely.of(self._named(side)) for side in map(self._summed, sides))
        except (Symbolic, Irrational, InputError, ValueError, ZeroDivisionError, OverflowError):
            return False
        return bool(one.agrees(other))

    def _summed(self, tree: Formula, numbers: Numbers | None = None) -> Formula:
        """Sums over the rows written out, any one row being the first; a symbolic number of rows is put to ROWS. Where arrays hold the
        `numbers` of all rows, their sums are found at once."""
        rows = self.trace.graph.network.rows
        if rows == 1:
            return tree
        count = rows if isinstance(rows, int) else ROWS

        def at(row: int) -> Callable[[Formula], Formula | None]:
            def change(part: Formula) -> Formula | None:
                if isinstance(part, BigSum) and part.index == Quantity("r"):
                    known = (
                        numbers.over_rows(transform(part.body, at(FIRST)))
                        if isinstance(numbers, LayerNumbers)
                        else None
                    )
                    return known or Sum(tuple(transform(part.body, at(each)) for each in range(1, count + 1)))
                if isinstance(part, Array):
                    return Array(re.sub(r"@r\b", f"@{row}", part.name))
                if isinstance(part, Indexed):
                    return replace(part, base=re.sub(r"@r\b", f"@{row}", part.base))
                if isinstance(part, Quantity):
                    return Number(str(count)) if part.name == rows else Quantity(re.sub(r"@r\b", f"@{row}", part.name))
                return None

            return change

        return transform(tree, at(1))

    # numbers

    def _numeric(self, before: Formula, after: Formula, show: Callable[[], str]) -> None:
        """The numbers of a line lie in what the line before allows, and a symbolic line's value in what the numbers allow. What is carried
        on as printed allows one number, to which `_followed` holds it."""
        if self.trace.carried and not any(isinstance(part, Quantity | Partial | Array) for part in walk(before)):
            return
        right, left = self._interval(after), self._interval(before)
        if not right.meets(left, SLACK if self._in_doubles else CLOSELY):
            raise CheckFailed(f"{show()}: {left} against {right}")

    @property
    def _in_doubles(self) -> bool:
        """Whether doubles are all that is known, or enough since every operation may be off by half a unit."""
        return self.trace.in_arrays or self.trace.carried

    def _interval(self, tree: Formula) -> Interval:
        """What a side can be: symbols stand for their true values, exact numbers for themselves, rounded ones for their cells."""
        rounding, carried = self.trace.rounding, self.trace.carried
        base = FLOAT if self._in_doubles else precise(100)
        arithmetic = rounded_each(rounding.unit) if carried else INTERVALS if base is FLOAT else close_intervals()

        kind: type[Interval] = type(arithmetic.number(0))

        def change(part: Formula) -> Formula | None:
            if isinstance(part, Cases):
                return transform(self.numbers.own.branch(part), change)
            if isinstance(part, BigSum) and isinstance(own := self.settings.given[0], LayerNumbers):
                return over_units(part, own.array)
            return Quantity(f"{PRINTED}{part.more} {part.name}") if isinstance(part, Value) else None

        def look_up(name: str) -> Interval:
            cell = plain_look_up(name)
            return kind(cell.low, cell.high)

        def plain_look_up(name: str) -> Interval:
            if name.startswith(KNOWN):
                return exactly(float(name.removeprefix(KNOWN)))
            more, _, own = name.removeprefix(PRINTED).partition(" ") if name.startswith(PRINTED) else ("", "", name)
            if carried:
                return (
                    exactly(self.trace.number(own)) if own in self.trace.graph.givens else printed(self.trace.text(own))
                )
            if more:
                exact, text = self.numbers.own.exact(own), self.trace.text(own, int(more))
                return exactly(exact, base) if exact is not None and Fraction(text) == exact else printed(text, base)
            if "#" in own:
                return Interval(*(end if base is FLOAT else base.number(end) for end in self.numbers.trained(own)))
            return exactly(self.numbers.true(own), base)

        try:
            found: Interval = value(transform(self._summed(tree), change), look_up, arithmetic)
        except (ValueError, ZeroDivisionError, OverflowError, Irrational):
            return Interval(-math.inf, math.inf)
        return found

    def _followed(self, rows: Sequence[Row]) -> None:
        """A calculator comes from each line of nothing but numbers to the number at the end, or a remark says to what else it comes."""
        result = rows[-1].right
        for row in rows[:-1]:
            if isinstance(row.right, Value) or not any(values_in(row.right)):
                continue
            for side, end in (
                self._pairs(row.right, rows[-1]) if has_arrays(row.right) or isinstance(result, Value) else ()
            ):
                found = self._paper.worked(side) if isinstance(end, Value) else None
                if found is None or not isinstance(end, Value):
                    continue
                told = any(isinstance(run, Number) for run in rows[-1].reason)
                text = self.trace.text(end.name)
                if not told and not self.trace.rounding.comes_to(found, text):
                    gives = self.trace.rounding.like(text).text(found)
                    raise CheckFailed(f"{self.show(row.right, rows[-1])}: the printed numbers give {gives}")
