"""A pen for arrays: formulas of arrays go in; lines with their entries, their numbers and their value come out, as far as there are any
and as far as the line is long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from derivegen.calculus.equations import Equations
from derivegen.calculus.joined import is_joined
from derivegen.calculus.lettered import arrays_of
from derivegen.calculus.matrix import Arrays, function_of
from derivegen.document.blocks import Derivation, Prose, Row
from derivegen.document.inscribe import written
from derivegen.document.pen import Pen
from derivegen.formula.print.line_width import line_width
from derivegen.formula.tree import Array, Call, Cases, Formula, Matrix, Quantity, names_in, transform, walk
from derivegen.network.layer import Layer
from derivegen.network.names import parse_derivative
from derivegen.network.network import Network
from derivegen.notation.arrays import check_arrays
from derivegen.notation.notation import Notation
from derivegen.records import dataclass, field

MOST_WRITTEN = 10
"""Rows or columns of an array that are written out; a larger one stays a symbol."""
MOST_SPELLED = 4
"""The same for the formulas of entries in a large network: of a longer array the first entry is worked, all numbers stand below."""
BESIDE, ALONE = 80.0, 132.0
"""Millimetres for a right side with a reason beside it, and without one."""

Step = tuple[Formula | None, Prose]
Statement = tuple[Formula, list[Step]]
"""A left side and the lines that follow from it; a line without a formula is not written."""


@dataclass
class ArrayPen:
    """Writes lines about arrays; remembers whether one was left out because it is too long."""

    pen: Pen
    left_out: bool = field(default=False)

    # arrays and names

    @cached_property
    def arrays(self) -> Arrays:
        """The arrays of the loss or of the row in hand."""
        return arrays_of(self.pen.chain)

    @cached_property
    def equations(self) -> Equations:
        """The rules of the families as equations of arrays."""
        return Equations(self.pen.chain)

    @cached_property
    def notation(self) -> Notation:
        """How the symbols look, which decides how long a line is."""
        notation = self.pen.notation
        check_arrays(notation)
        return notation

    @property
    def at(self) -> str:
        """What is added to a name for the row in hand."""
        return "" if self.pen.chain.row is None else f"@{self.pen.chain.row}"

    @property
    def network(self) -> Network:
        """The network."""
        return self.pen.graph.network

    @property
    def last(self) -> int:
        """The number of the output layer."""
        return self.pen.graph.depth

    @property
    def numbers_of_layers(self) -> tuple[int, ...]:
        """The numbers of the layers that are worked."""
        return tuple(layer.number for layer in self.pen.worked)

    def layer(self, number: int) -> Layer:
        """A layer."""
        return self.pen.graph.layer(number)

    def say(self, key: str, **values: object) -> Prose:
        """A sentence."""
        return self.pen.say(key, **values)

    def below(self, number: int) -> str:
        """The name of what feeds a layer."""
        return f"{self.layer(number).below.name}{self.at}"

    def offset(self, number: int) -> str | None:
        """The name of a layer's biases or thresholds."""
        offset = self.layer(number).offset
        return None if offset is None else offset.name

    def z(self, number: int) -> Array:
        """The pre-activations of a layer."""
        return Array(f"z[{number}]{self.at}")

    def delta(self, number: int) -> Array:
        """δ of a layer."""
        return Array(f"delta[{number}]{self.at}")

    def by(self, name: str) -> Array:
        """The derivative of the loss in hand by an array."""
        return Array(self.pen.chain.name_of(name))

    def slope(self, number: int) -> Call:
        """f′(z) of a layer."""
        return Call(function_of(self.layer(number).a), (self.z(number),), 1)

    def jacobian(self, number: int) -> Array:
        """∂a/∂z of a layer whose outputs depend on every z."""
        return Array(f"da[{number}]{self.at}/dz[{number}]{self.at}")

    def linear(self, number: int) -> bool:
        """Whether z and a of a layer are one quantity."""
        return self.layer(number).linear

    def is_shared(self, name: str) -> bool:
        """Whether the name is that of one bias for a whole layer, a single number."""
        return self.pen.graph.locate(name) is not None

    @cached_property
    def joint(self) -> bool:
        """Whether loss and output activation have a short slope together, a − t."""
        return is_joined(self.pen.graph)

    def masked(self, number: int) -> bool:
        """Whether a layer lacks some of its weights."""
        return self.layer(number).missing > 0

    def coupled(self, number: int) -> bool:
        """Whether an output of the layer depends on every z of it."""
        return self.layer(number).a.is_coupled

    # lines

    def small(self, tree: Formula, most: int = MOST_WRITTEN) -> bool:
        """Whether every array in a formula can be written out."""
        sizes = [self.arrays.size(part.name) for part in walk(tree) if isinstance(part, Array)]
        return all(max(size) <= most for size in sizes)

    def spelled(self, tree: Formula) -> bool:
        """Whether every array in a formula can be written out as the formulas of its entries."""
        return self.small(tree, MOST_SPELLED if self.pen.trace.in_arrays else MOST_WRITTEN)

    def entries(self, tree: Formula) -> Formula | None:
        """The formula with its arrays written out, slopes as they read; None if they are too large."""
        return self._reading(self.arrays.written_out(tree)) if self.spelled(tree) else None

    def multiplied(self, tree: Formula) -> Formula | None:
        """The formula as one matrix of formulas; None if it is too large."""
        return self._reading(self.arrays.expand(tree)) if self.spelled(tree) else None

    def readings(self, tree: Formula) -> Formula | None:
        """An array of slopes as what they read, cases too; None if it is too large."""
        if not self.spelled(tree):
            return None
        cells = self.arrays.expand(tree).rows
        return Matrix(tuple(tuple(self.read(cell) for cell in row) for row in cells))

    def read(self, cell: Formula) -> Formula:
        """A slope as what it reads; any other entry as it is."""
        reading = self._slope_reading(cell.name) if isinstance(cell, Quantity) else None
        return cell if reading is None else reading

    def assumed(self, tree: Formula) -> Formula | None:
        """The branches that the document's assumptions settle, in place of the cases; None if they settle none."""

        def change(part: Formula) -> Formula | None:
            found = self.pen.assumed(part) if isinstance(part, Cases) else None
            return None if found is None else found[0]

        settled = transform(tree, change)
        return None if settled == tree else settled

    def put_in(self, readings: Formula | None) -> Formula | None:
        """The numbers of such slopes; None where they go by cases, whose value says which holds, or are not known."""
        if readings is None or not self.pen.known(readings) or any(isinstance(part, Cases) for part in walk(readings)):
            return None
        return self.pen.numbers(readings) if any(names_in(readings)) else None

    def numbers(self, tree: Formula) -> Formula | None:
        """The formula with the numbers of its arrays; None if they are too large or not all known."""
        if not self.small(tree):
            return None
        entries = self.arrays.written_out(tree)
        return self.pen.numbers(entries) if self.pen.known(entries) else None

    def value(self, name: str) -> Formula | None:
        """The numbers of an array; None if it is too large or they are not all known."""
        return self.numbers(Array(name))

    def _reading(self, tree: Formula) -> Formula:
        """Every slope written as it reads; a gate stays the derivative it is, since cases inside a product could not be read."""

        def change(part: Formula) -> Formula | None:
            reading = self._slope_reading(part.name) if isinstance(part, Quantity) else None
            if isinstance(reading, Cases):
                reading = self.assumed(reading)
            return reading

        return transform(tree, change)

    def _slope_reading(self, name: str) -> Formula | None:
        """What the slope of a unit or of the loss by an output reads; None for any other quantity."""
        pair = parse_derivative(name)
        if pair is None:
            return None
        found = self.pen.chain.by_of(name)
        if found is not None and found[0] is self.pen.graph.output:
            reading = self.pen.chain[name].reading
            return None if reading == Quantity(name) else reading
        local = self.pen.chain.local(*pair) if self.pen.graph.kind_of(pair[0]) == "activation" else None
        return None if local is None else local.reading

    def statements(self, *statements: Statement) -> Iterator[Derivation]:
        """The statements as derivations: short lines together with their reasons, long ones in derivations of their own. Lines of numbers
        have digits enough for a calculator to follow them, wherever their results stand."""
        rows: list[Row] = []
        beside = True
        for left, steps in statements:
            first: Formula | None = left
            before = left
            for right, reason, remark in self._followed(steps):
                if (shown := self._shown(right)) == self._shown(before):
                    continue
                width = line_width(shown)
                if width > ALONE:
                    self.left_out = True
                    continue
                if (width <= BESIDE) != beside and (beside or first is not None):
                    yield from _derivation(rows)
                    rows, beside, first = [], width <= BESIDE, left
                start = before if first is None else left
                why = (*reason, *remark) if beside else remark
                rows.append(Row(first, self.pen.relation(start, right), right, why))
                first, before = None, right
        yield from _derivation(rows)

    def _followed(self, steps: Sequence[Step]) -> Iterator[tuple[Formula, Prose, Prose]]:
        """The lines there are, and the remark on the last."""
        lines = [(right, reason) for right, reason in steps if right is not None]
        if not lines:
            return
        rows = [Row(None, "=", right, ()) for right, _ in lines]
        for row, (_, reason) in zip(self.pen.paper.statement(rows, self.pen.remark), lines, strict=True):
            yield row.right, reason, row.reason

    def _shown(self, tree: Formula) -> Formula:
        return written(tree, self.notation, self.pen.trace)


def _derivation(rows: Sequence[Row]) -> Iterator[Derivation]:
    """The rows together."""
    if rows:
        yield Derivation(tuple(rows))
