"""The judge of rows: a composed document and the formulas read back from its written text go in; the number of lines judged comes out,
or CheckFailed with the first line that does not hold.

Three judgements. The text says what was composed: each formula, read back, is the composed one. The symbols are true: each symbolic line
equals the one before it at this network's numbers and at two other, random settings of all parameters and inputs. The numbers are true:
each printed value is the fifty-digit value rounded, and each numeric line lies in what the printed operands of the line before allow.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from derivegen.calculus.chain import Derivation as Chain
from derivegen.calculus.chain import derive
from derivegen.calculus.evaluate import Numbers, Symbolic, Trace
from derivegen.calculus.interval import INTERVALS, Interval, exactly, printed, rounded_each
from derivegen.calculus.training import batches, outputs_of
from derivegen.document.blocks import (
    Algorithm,
    Box,
    Curves,
    Definitions,
    Derivation,
    Document,
    Listing,
    Picture,
    Prose,
    Row,
    Table,
)
from derivegen.document.inscribe import written
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.plain import plain
from derivegen.formula.readback import normal
from derivegen.formula.tokens import FormulaError
from derivegen.formula.tree import (
    BigSum,
    Bracket,
    Cases,
    Formula,
    Number,
    Quantity,
    Sum,
    Value,
    map_formulas,
    transform,
    walk,
)
from derivegen.formula.value import EXACT, FLOAT, Arithmetic, Irrational, holds, precise, value
from derivegen.network.graph import Graph, build
from derivegen.network.names import derivative
from derivegen.notation.notation import Notation

SETTINGS = 2
"""Random settings beside the network's own numbers at which a line must hold."""
MOST_SETTINGS = 40
"""Random settings tried until that many have a value: a logarithm has none at most of them."""
ROWS = 3
"""Rows at which a symbolic number of rows is judged."""
MOST_FOLDED = 20_000
"""Updates times quantities; of a longer training run only the printed lines are folded anew."""
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
        self.numbers()
        for derivation in _derivations(document):
            lines += self._functions(derivation) if derivation.proves == "functions" else self._quantities(derivation)
        for _, tree in (*formulas(document), *figure_formulas(document)):
            for part in walk(tree):
                if isinstance(part, Value):
                    self.value(part.name)
        return lines

    # numbers

    @cached_property
    def _own(self) -> Trace:
        """The same trace folded anew: what has crept into the numbers of the one in hand is not in it."""
        return replace(self.trace)

    def numbers(self) -> None:
        """Every value and every update of the trace, printed or not, is what the steps come to."""
        for name, number in self.trace.floats.forward():
            self._agree(name, float(number), float(self._own.floats[name]))
        updates = self.trace.updates
        weight = len(self.trace.graph.parameters) + len(self.trace.graph.families)
        for step in range(len(updates)) if len(updates) * weight <= MOST_FOLDED else ():
            for name in ("loss", "norm", *(n for row in outputs_of(self.trace.graph) for n in row)):
                self._agree(f"{name}#{step}", self.trace.number(f"{name}#{step}"), self._trained(f"{name}#{step}"))
            if step:
                self._updated(step)

    def _updated(self, step: int) -> None:
        """Every parameter after an update is the one before less rate times derivative."""
        graph, update, before = self.trace.graph, self.trace.updates[step], self.trace.updates[step - 1]
        batch = self._batches[(step - 1) % len(self._batches)]
        numbers = (
            self._after(step - 1) if len(self._batches) == 1 else Numbers(batch, FLOAT, self._parameters(step - 1))
        )
        for name in graph.parameters:
            change = before.rate * float(numbers[batch.name_of(name)]) if name in graph.trained else 0.0
            self._agree(f"{name}#{step}", update.values[name], before.values[name] - change)

    @cached_property
    def _batches(self) -> list[Chain]:
        return [derive(build(batch)) for batch in batches(self.trace.graph)]

    @staticmethod
    def _agree(name: str, number: float, true: float) -> None:
        if not abs(number - true) <= CLOSE * (1 + abs(true)):
            raise CheckFailed(f"{name} is taken as {number!r}, but it is {true!r}")

    def value(self, name: str) -> None:
        """The printed value is the true one rounded to its digits, and the number behind it the true one."""
        if name in self._checked:
            return
        self._checked.add(name)
        text, true = self.trace.text(name), self._true(name)
        exact = self._own.exact(name)
        right = text == self.trace.rounding.text(exact) if exact is not None else printed_as(text, true)
        if not right:
            raise CheckFailed(f"{name} is printed as {text}, but it is {float(true)!r}")
        self._agree(name, self.trace.number(name), float(true))

    @cached_property
    def _checked(self) -> set[str]:
        return set()

    def _true(self, name: str) -> Any:
        if "#" in name:
            return self._trained(name)
        return self._own.number(name) if self.trace.rounding.carry == "rounded" else self._own.precise[name]

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
            self._folded[step] = Numbers(self.trace.derivation, FLOAT, self._parameters(step))
        return self._folded[step]

    def _parameters(self, step: int) -> dict[str, float]:
        values = self.trace.updates[step].values
        return {name: values[name] for name in self.trace.graph.parameters}

    @cached_property
    def _folded(self) -> dict[int, Numbers]:
        return {}

    # lines

    def _quantities(self, derivation: Derivation) -> int:
        before: Formula | None = None
        branched = False
        for row in derivation.rows:
            before = row.left if row.left is not None else before
            if before is None:
                raise CheckFailed("a derivation begins without a left side")
            branched = (branched and row.left is None) or self._picks(before, row.right)
            self._line(before, row, branched)
            before = row.right
        return len(derivation.rows)

    def _line(self, before: Formula, row: Row, branched: bool) -> None:
        numeric = _shows_numbers(row.right)
        if not numeric and row.relation != "=":
            raise CheckFailed(f"{self._show(before, row)}: symbols are equal or not, never {row.relation}")
        self._symbolic(before, row, self._points(numeric, branched))
        if numeric:
            self._numeric(before, row)
            self._relation(before, row)

    def _picks(self, before: Formula, right: Formula) -> bool:
        """Whether a line takes, of the cases before it, the branches that hold for this network's numbers."""
        if not self._given or not any(isinstance(part, Cases) for part in walk(before)):
            return False

        def change(part: Formula) -> Formula | None:
            if isinstance(part, Cases):
                held = (body for body, when in part.branches if when is None or holds(when, self._number))
                return transform(next(held), change)
            if isinstance(part, Bracket):
                return transform(part.body, change)
            return Quantity(part.name) if isinstance(part, Value) else None

        return transform(before, change) == transform(right, change)

    def _number(self, tree: Formula) -> float:
        return float(value(tree, self._own.number, FLOAT))

    def _points(self, numeric: bool, branched: bool) -> Iterator[Numbers]:
        """Where a line must hold. Once branches have been taken, that is at this network's numbers alone; values carried on as printed
        agree nowhere exactly and are left to the intervals."""
        if not (numeric and self.trace.rounding.carry == "rounded"):
            return iter(self._given) if numeric and branched else self.settings
        return iter(())

    def _symbolic(self, before: Formula, row: Row, points: Iterator[Numbers]) -> None:
        """Both sides agree at the first settings where they have values; a line that has a value nowhere is refused."""
        held = tried = 0
        for numbers in points:
            tried += 1
            try:
                left, right = (
                    value(self._summed(side), numbers.__getitem__, numbers.arithmetic) for side in (before, row.right)
                )
            except (Symbolic, Irrational, InputError, ValueError, ZeroDivisionError, OverflowError):
                continue
            if not abs(left - right) <= CLOSE * (1 + abs(left) + abs(right)):
                raise CheckFailed(f"{self._show(before, row)}: the sides are {left!r} and {right!r} at a test setting")
            held += 1
            if held == SETTINGS + len(self._given):
                break
        if tried and not held:
            raise CheckFailed(f"{self._show(before, row)}: there is no setting at which both sides have a value")

    def _summed(self, tree: Formula) -> Formula:
        """Sums over the rows written out, any one row being the first; a symbolic number of rows is put to ROWS."""
        rows = self.trace.graph.network.rows
        if rows == 1:
            return tree
        count = rows if isinstance(rows, int) else ROWS

        def at(row: int) -> Callable[[Formula], Formula | None]:
            def change(part: Formula) -> Formula | None:
                if isinstance(part, BigSum) and part.index == Quantity("r"):
                    return Sum(tuple(transform(part.body, at(each)) for each in range(1, count + 1)))
                if isinstance(part, Quantity):
                    return Number(str(count)) if part.name == rows else Quantity(re.sub(r"@r\b", f"@{row}", part.name))
                return None

            return change

        return transform(tree, at(1))

    @cached_property
    def _given(self) -> tuple[Numbers, ...]:
        """The network's own numbers, where it has them."""
        return (Numbers(self.trace.derivation),) if self.trace.complete else ()

    @property
    def settings(self) -> Iterator[Numbers]:
        """The network's own numbers where it has them, and random ones everywhere, made when they are first needed."""
        yield from self._given
        for seed in range(MOST_SETTINGS):
            if seed == len(self._drawn):
                self._drawn.append(self._random(seed))
            yield self._drawn[seed]

    @cached_property
    def _drawn(self) -> list[Numbers]:
        return []

    @cached_property
    def _chain(self) -> Chain:
        """What is judged at random settings: the derivation, for a symbolic number of rows that of ROWS rows."""
        network = self.trace.graph.network
        return (
            self.trace.derivation if not isinstance(network.rows, str) else derive(build(replace(network, rows=ROWS)))
        )

    def _random(self, seed: int) -> Numbers:
        draw = random.Random(seed)
        graph = self._chain.graph
        given: dict[str, Any] = {}
        for name in (*graph.names("input", "weight", "bias", "threshold"), "rate"):
            given[name] = (
                draw.choice((-1, 1)) * draw.uniform(0.2, 1.2) if graph.network.graph is None else draw.uniform(0.2, 1.2)
            )
        for name in graph.names("target"):
            given[name] = draw.uniform(0.1, 0.9)
        loss = graph.network.loss
        if loss is not None and loss.formula is None and loss.name == "cross_entropy":
            _to_one(given, graph)
        if loss is not None and loss.formula is None and loss.name == "abstract":
            for output in (name for row in outputs_of(graph) for name in row):
                given |= dict.fromkeys(_unknown_slope(output, loss.reduction), draw.uniform(0.2, 1.2))
        return Numbers(self._chain, Arithmetic(float, {**FLOAT.functions, **self._invented}), given)

    @property
    def _invented(self) -> dict[str, Callable[..., float]]:
        """Functions to stand for the unknown ones."""
        letters = {layer.activation.symbol or "f" for layer in self.trace.graph.network.layers}
        found: dict[str, Callable[..., float]] = {"C": lambda a, t: (a - t) ** 4 + a}
        for number, letter in enumerate(sorted(letters), 1):
            found[letter] = lambda z, n=number: math.sin(n * z) + z
            found[f"{letter}′"] = lambda z, n=number: n * math.cos(n * z) + 1
        return found

    def _numeric(self, before: Formula, row: Row) -> None:
        """The numbers of a line lie in what the line before allows, and a symbolic line's value in what the numbers allow."""
        right = self._interval(row.right)
        left = self._interval(before)
        if not right.meets(left):
            raise CheckFailed(
                f"{self._show(before, row)}: {left.low:.6g}…{left.high:.6g} against {right.low:.6g}…{right.high:.6g}"
            )

    def _interval(self, tree: Formula) -> Interval:
        """What a side can be: symbols stand for their true values, exact numbers for themselves, rounded ones for their cells."""
        values = {part.name for part in walk(tree) if isinstance(part, Value)}
        rounding = self.trace.rounding
        carried = rounding.carry == "rounded"
        arithmetic = rounded_each(rounding.unit) if carried else INTERVALS
        kind = type(arithmetic.number(0))

        def look_up(name: str) -> Interval:
            cell = plain_look_up(name)
            same: Interval = kind(cell.low, cell.high)
            return same

        def plain_look_up(name: str) -> Interval:
            if carried and name not in self.trace.graph.givens:
                return printed(self.trace.text(name))
            if name in values:
                exact = self._own.exact(name)
                text = self.trace.text(name)
                return exactly(exact) if exact is not None and Fraction(text) == exact else printed(text)
            return exactly(float(self._true(name)))

        try:
            found: Interval = value(self._summed(tree), look_up, arithmetic)
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
            if row.relation != "=":
                raise CheckFailed(f"{self._show(before, row)}: functions are equal or not, never {row.relation}")
            held = 0
            for point in (-1.7, -0.4, 0.3, 0.9, 2.1):
                left, right = (_at_point(side, point, definitions) for side in (before, row.right))
                if left is None or right is None:
                    continue
                held += 1
                if abs(left - right) > 1e-12 * (1 + abs(left)):
                    raise CheckFailed(
                        f"{self._show(before, row)}: the sides are {float(left)!r} and {float(right)!r} at {point}"
                    )
            if not held:
                raise CheckFailed(f"{self._show(before, row)}: there is no point at which both sides have a value")
            before = row.right
        return len(derivation.rows)

    def _show(self, before: Formula, row: Row) -> str:
        sides = (plain(written(side, self.notation, self.trace)) for side in (before, row.right))
        return f" {row.relation} ".join(sides)


def _to_one(given: dict[str, Any], graph: Graph) -> None:
    """Targets that were drawn made to add up to 1 in every row, as those of classes do."""
    rows: dict[str, list[str]] = {}
    for name in graph.names("target"):
        if name in given:
            rows.setdefault(name.partition("@")[2], []).append(name)
    for names in rows.values():
        whole = sum(given[name] for name in names)
        given |= {name: given[name] / whole for name in names}


def _unknown_slope(output: str, reduction: str) -> Iterator[str]:
    """The names of the slope of an abstract loss by an output, which nothing else determines."""
    name, _, row = output.partition("@")
    yield derivative("C", output)
    if row:
        yield derivative(f"loss@{row}", name)
    if not row or reduction == "sum":
        yield derivative("loss", output)


def printed_as(text: str, true: Any) -> bool:
    """Whether a text is a number rounded to the text's digits (a tie may go either way)."""
    cell = printed(text)
    slack = 1e-9 * (cell.high - cell.low) + 1e-14 * abs(float(text))
    return bool(cell.low - slack <= true <= cell.high + slack)


def _at_point(tree: Formula, point: float, definitions: Mapping[str, Formula]) -> Any:
    """A side at a value of its free letter, fifty digits; a slope as a central difference quotient. None where it has no value."""
    from derivegen.formula.tree import Call, Slope

    arithmetic = precise()

    def opened(part: Formula) -> Formula | None:
        known = isinstance(part, Call) and part.function not in arithmetic.functions and part.function in definitions
        return transform(definitions[part.function], opened) if known and isinstance(part, Call) else None

    def at(body: Formula, z: Any) -> Any:
        def look_up(name: str) -> Any:
            if name != "z":
                raise Irrational(name)
            return z

        return value(transform(body, opened), look_up, arithmetic)

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
    elif isinstance(block, Picture | Curves | Listing):
        yield from _of_prose(block.caption)
    elif isinstance(block, Definitions):
        for entry in block.entries:
            for prose in entry:
                yield from _of_prose(prose)
    elif isinstance(block, Algorithm):
        yield from _of_prose(block.title)
        for _, line in block.lines:
            yield from _of_prose(line)
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
