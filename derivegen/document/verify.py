"""The judge of rows: a composed document and the formulas read back from its written text go in; the number of lines judged comes out,
or CheckFailed with the first line that does not hold.

Three judgements. The text says what was composed: each formula, read back, is the composed one. The symbols are true: each symbolic line
equals the one before it at this network's numbers and at two other, random settings of all parameters and inputs. The numbers are true:
each printed value is the fifty-digit value rounded, and each numeric line lies in what the printed operands of the line before allow.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from derivegen.calculus.evaluate import Numbers, Symbolic, Trace
from derivegen.calculus.interval import INTERVALS, Interval, exactly, printed
from derivegen.document.blocks import Box, Curves, Derivation, Document, Picture, Prose, Row, Table
from derivegen.document.inscribe import written
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.plain import plain
from derivegen.formula.readback import normal
from derivegen.formula.tokens import FormulaError
from derivegen.formula.tree import BigSum, Formula, Glyph, Matrix, Partial, Quantity, Value, map_formulas, transform, walk
from derivegen.formula.value import EXACT, FLOAT, Irrational, precise, value
from derivegen.notation.notation import Notation

SETTINGS = 2
"""Random settings beside the network's own numbers."""
CLOSE = 1e-9

Found = tuple[str, str]
Read = Callable[[str], Formula]


@dataclass(frozen=True)
class Judge:
    """Judges the documents of one trace in one notation."""

    trace: Trace
    notation: Notation

    def text(self, document: Document, found: Sequence[Found], read: Read) -> int:
        """Hold every formula of a written text to the composed document; the derivations as they were read are judged line by line."""
        expected = list(formulas(document))
        if len(expected) != len(found):
            raise CheckFailed(f"the text holds {len(found)} formulas, the document {len(expected)}")
        trees: list[Formula] = []
        for (sign, tree), (shown_sign, text) in zip(expected, found, strict=True):
            trees.append(self._same(tree, sign, shown_sign, text, read))
        return len(found)

    def _same(self, tree: Formula, sign: str, shown_sign: str, text: str, read: Read) -> Formula:
        try:
            shown = normal(read(text))
        except FormulaError as error:
            raise CheckFailed(f"the written formula {text!r} cannot be read back: {error}") from None
        wanted = normal(written(tree, self.notation, self.trace))
        if shown != wanted or sign != shown_sign:
            raise CheckFailed(f"written is {shown_sign} {text}, composed was {sign} {plain(wanted)}")
        return shown

    def document(self, document: Document) -> int:
        """Judge every line and every printed value of a composed document; the number of lines."""
        lines = 0
        for derivation in _derivations(document):
            lines += self._functions(derivation) if derivation.proves == "functions" else self._quantities(derivation)
        for _, tree in (*formulas(document), *figure_formulas(document)):
            for part in walk(tree):
                if isinstance(part, Value):
                    self.value(part.name)
        return lines

    # printed values

    @cached_property
    def _precise(self) -> Numbers:
        return Numbers(self.trace.derivation, precise())

    def value(self, name: str) -> None:
        """The printed value is the true one rounded to its digits."""
        if name in self._checked:
            return
        self._checked.add(name)
        text = self.trace.text(name)
        if not printed_as(text, self._true(name)):
            raise CheckFailed(f"{name} is printed as {text}, but it is {float(self._true(name))!r}")

    @cached_property
    def _checked(self) -> set[str]:
        return set()

    def _true(self, name: str) -> Any:
        if "#" in name:
            return self._trained(name)
        if self.trace.rounding.carry == "rounded":
            return self.trace.number(name)
        return self._precise[name]

    def _trained(self, name: str) -> float:
        """A number of the training run, folded anew at the parameters of its update."""
        base, _, step = name.partition("#")
        update = self.trace.updates[int(step)]
        if base in ("fall", "foretold"):
            before = self.trace.updates[int(step) - 1]
            return before.loss - update.loss if base == "fall" else before.rate * before.gradient_norm**2
        numbers = self._after(int(step))
        if base == "norm":
            names = self.trace.graph.trained
            return math.sqrt(sum(float(numbers[self.trace.derivation.name_of(n)]) ** 2 for n in names))
        return float(numbers[self.trace.graph.root if base == "loss" else base])

    def _after(self, step: int) -> Numbers:
        if step not in self._folded:
            parameters = {n: v for n, v in self.trace.updates[step].values.items() if n in self.trace.graph.parameters}
            self._folded[step] = Numbers(self.trace.derivation, FLOAT, parameters)
        return self._folded[step]

    @cached_property
    def _folded(self) -> dict[int, Numbers]:
        return {}

    # lines

    def _quantities(self, derivation: Derivation) -> int:
        before: Formula | None = None
        for row in derivation.rows:
            before = row.left if row.left is not None else before
            if before is None:
                raise CheckFailed("a derivation begins without a left side")
            self._line(before, row)
            before = row.right
        return len(derivation.rows)

    def _line(self, before: Formula, row: Row) -> None:
        if any(isinstance(part, Matrix | BigSum) for side in (before, row.right) for part in walk(side)):
            return
        if not _shows_numbers(row.right):
            self._symbolic(before, row)
            return
        self._numeric(before, row)
        self._relation(before, row)

    def _symbolic(self, before: Formula, row: Row) -> None:
        """Both sides agree wherever the parameters and inputs are put."""
        if row.relation != "=":
            raise CheckFailed(f"{self._show(before, row)}: symbols are equal or not, never {row.relation}")
        for numbers in self.settings:
            try:
                left, right = (value(side, numbers.__getitem__, FLOAT) for side in (before, row.right))
            except (Symbolic, Irrational, InputError, ValueError, ZeroDivisionError, OverflowError):
                continue
            if abs(left - right) > CLOSE * (1 + abs(left) + abs(right)):
                raise CheckFailed(f"{self._show(before, row)}: the sides are {left!r} and {right!r} at a test setting")

    @cached_property
    def settings(self) -> tuple[Numbers, ...]:
        """The network's own numbers where it has them, and random ones everywhere (targets are kept where given)."""
        own = [self.trace.floats] if self.trace.complete else []
        return (*own, *(self._random(seed) for seed in range(SETTINGS)))

    def _random(self, seed: int) -> Numbers:
        draw = random.Random(seed)
        graph = self.trace.graph
        given: dict[str, Any] = {}
        for name in (*graph.names("input", "weight", "bias", "threshold"), "rate"):
            given[name] = draw.choice((-1, 1)) * draw.uniform(0.2, 1.2) if graph.network.graph is None else draw.uniform(0.2, 1.2)
        for name in graph.names("target"):
            if name not in graph.givens:
                given[name] = draw.uniform(0.1, 0.9)
        rows = graph.network.rows
        if isinstance(rows, str):
            given[rows] = 3.0
        return Numbers(self.trace.derivation, FLOAT, given)

    def _numeric(self, before: Formula, row: Row) -> None:
        """The numbers of a line lie in what the line before allows, and a symbolic line's value in what the numbers allow."""
        right = self._interval(row.right)
        left = self._interval(before)
        if not right.meets(left):
            raise CheckFailed(f"{self._show(before, row)}: {left.low:.6g}…{left.high:.6g} against {right.low:.6g}…{right.high:.6g}")

    def _interval(self, tree: Formula) -> Interval:
        """What a side can be: symbols stand for their true values, exact numbers for themselves, rounded ones for their cells."""
        values = {part.name for part in walk(tree) if isinstance(part, Value)}

        def look_up(name: str) -> Interval:
            if name in values:
                exact = self.trace.exact(name)
                text = self.trace.text(name)
                return exactly(exact) if exact is not None and Fraction(text) == exact else printed(text)
            return exactly(float(self._true(name)))

        try:
            found: Interval = value(tree, look_up, INTERVALS)
        except (ValueError, ZeroDivisionError, OverflowError, Irrational):
            return Interval(-math.inf, math.inf)
        return found

    def _relation(self, before: Formula, row: Row) -> None:
        """= only where what is printed is equal, or everything on it exact; ≈ only where it is not."""
        sides = [self._fraction(side) for side in (before, row.right)]
        if None not in sides:
            equal = sides[0] == sides[1]
        else:
            names = [part.name for side in (before, row.right) for part in walk(side) if isinstance(part, Value)]
            equal = all(map(self.trace.shown_exactly, names))
        if equal != (row.relation == "="):
            raise CheckFailed(f"{self._show(before, row)}: the sign should be {'=' if equal else '≈'}")

    def _fraction(self, tree: Formula) -> Fraction | None:
        if any(isinstance(part, Quantity) for part in walk(tree)):
            return None
        try:
            return Fraction(value(tree, lambda name: Fraction(self.trace.text(name)), EXACT))
        except (Irrational, ZeroDivisionError, ValueError):
            return None

    def _functions(self, derivation: Derivation) -> int:
        """Lines about a function of free letters: proved by sampling; a slope by a difference quotient at fifty digits."""
        before: Formula | None = None
        definitions: dict[str, Formula] = {}
        for row in derivation.rows:
            if row.left is not None:
                before = row.left
                name = getattr(row.left, "function", None)
                if name is not None:
                    definitions[name] = row.right
            assert before is not None
            for point in (-1.7, -0.4, 0.3, 0.9, 2.1):
                left, right = (_at_point(side, point, definitions) for side in (before, row.right))
                if left is None or right is None:
                    continue
                if abs(left - right) > 1e-12 * (1 + abs(left)):
                    raise CheckFailed(f"{self._show(before, row)}: the sides are {float(left)!r} and {float(right)!r} at {point}")
            before = row.right
        return len(derivation.rows)

    def _show(self, before: Formula, row: Row) -> str:
        sides = (plain(written(side, self.notation, self.trace)) for side in (before, row.right))
        return f" {row.relation} ".join(sides)


def printed_as(text: str, true: Any) -> bool:
    """Whether a text is a number rounded to the text's digits (a tie may go either way)."""
    cell = printed(text)
    if "." not in text and "e" not in text:
        cell = Interval(float(text) - 0.5, float(text) + 0.5)
    slack = 1e-12 * (abs(float(text)) + 1e-3) * (cell.high - cell.low)
    return bool(cell.low - slack <= true <= cell.high + slack)


def _at_point(tree: Formula, point: float, definitions: Mapping[str, Formula]) -> Any:
    """A side at a value of its free letter, fifty digits; a slope as a central difference quotient. None where it has no value."""
    from derivegen.formula.tree import Call, Slope

    arithmetic = precise()

    def opened(part: Formula) -> Formula | None:
        known = isinstance(part, Call) and part.function not in arithmetic.functions and part.function in definitions
        return transform(definitions[part.function], opened) if known and isinstance(part, Call) else None

    def at(body: Formula, z: Any) -> Any:
        return value(transform(body, opened), lambda _: z, arithmetic)

    try:
        if isinstance(tree, Slope):
            h = arithmetic.number(10.0) ** -18
            z = arithmetic.number(point)
            return (at(tree.body, z + h) - at(tree.body, z - h)) / (2 * h)
        return at(tree, arithmetic.number(point))
    except (Irrational, ValueError, ZeroDivisionError, OverflowError):
        return None


def _shows_numbers(tree: Formula) -> bool:
    return any(isinstance(part, Value) for part in walk(tree))


def _derivations(document: Document) -> Iterator[Derivation]:
    from derivegen.document.blocks import derivations

    return derivations(document.blocks)


def formulas(document: Document) -> Iterator[tuple[str, Formula]]:
    """Every formula of a document in the order it is written, each right side with its relation; figures left out."""
    for block in document.blocks:
        yield from _of_block(block)


def _of_block(block: Any) -> Iterator[tuple[str, Formula]]:
    if isinstance(block, Derivation):
        for row in block.rows:
            if row.left is not None:
                yield "", row.left
            yield row.relation, row.right
            yield from _of_prose(row.reason)
    elif isinstance(block, Box):
        yield from _of_prose(block.title)
        for inner in block.blocks:
            yield from _of_block(inner)
    elif isinstance(block, Table):
        yield from _of_table(block)
    elif isinstance(block, Picture | Curves):
        yield from _of_prose(block.caption)
    else:
        yield from _of_prose(block.text)


def _of_table(table: Table) -> Iterator[tuple[str, Formula]]:
    yield from _of_prose(table.caption)
    for cells in (table.header, *table.rows):
        for cell in cells:
            yield from _of_prose(cell)


def _of_prose(prose: Prose) -> Iterator[tuple[str, Formula]]:
    return (("", run) for run in prose if isinstance(run, Formula))


def figure_formulas(document: Document) -> Iterator[tuple[str, Formula]]:
    """Every formula in a figure."""
    found: list[Formula] = []

    def note(tree: Formula) -> Formula:
        found.append(tree)
        return tree

    for block in document.blocks:
        if isinstance(block, Picture):
            map_formulas(block.figure, note)
    return (("", tree) for tree in found)


