"""The steps of all rows at once: the numbers of a large network and a name go in; what the step of that quantity comes to comes out, worked
out for every row in one go.

Rows are alike: what stands in the step of one stands in that of any other, with its own numbers. So the step of the first row is taken, and
each of its names stands for a column, the numbers of all rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Protocol

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.roots import row_derivation
from derivegen.errors import Symbolic
from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import Irrational, program
from derivegen.formula.tree import Formula
from derivegen.network.graph import Graph
from derivegen.network.names import derivative, parse_derivative
from derivegen.on_use import numpy
from derivegen.records import dataclass

FIRST = 1
"""The row that stands for all."""


class Columns(Protocol):
    """The numbers of a large network: its values and the derivatives of its loss, an array a family, and the m of a mean over rows."""

    graph: Graph
    derivation: Derivation

    @property
    def arrays(self) -> Mapping[str, Any]:
        """The values."""

    @property
    def adjoints(self) -> Mapping[str, Any]:
        """The derivatives."""

    @property
    def rows_in_mean(self) -> int:
        """1 for a sum over rows."""


@dataclass(frozen=True)
class RowSteps:
    """The losses of rows, their derivatives by parameters, and those of the whole loss, each by its own steps; `saturated` says whether an
    output of some row is so near to its end that its loss is worked out otherwise than that of the other rows."""

    numbers: Columns
    saturated: Callable[[], bool]

    def number(self, name: str) -> float | None:
        """The number; None of what is none of these, or has to be worked out by itself."""
        graph = self.numbers.graph
        if not isinstance(graph.network.rows, int) or graph.network.rows == 1:
            return None
        pair = parse_derivative(name)
        if pair is None:
            return self._loss(name)
        found = graph.locate(pair[1])
        if found is None or not found[0].is_parameter:
            return None
        column = self._column(derivative(f"loss@{FIRST}", pair[1]))
        if column is None:
            return None
        if pair[0] == graph.root:
            return _finite(column.sum() / self.numbers.rows_in_mean)
        row = pair[0].removeprefix(f"{graph.root}@")
        return _finite(column[int(row) - 1]) if row.isdigit() else None

    def summed(self, formula: Formula) -> float | None:
        """The sum over the rows of a formula of the first row's quantities; None of what has to be worked out term by term."""
        column = self._worked_out(formula)
        return None if column is None else _finite(column.sum())

    def _loss(self, name: str) -> float | None:
        graph = self.numbers.graph
        found = graph.locate(f"{graph.root}@{FIRST}" if name == graph.root else name)
        if found is None or found[0].kind != "loss" or len(found[1]) != 1 or self._ends:
            return None
        column = self._column(found[0].member((FIRST,)))
        if column is None:
            return None
        return _finite(column.sum() / self.numbers.rows_in_mean if name == graph.root else column[int(found[1][0]) - 1])

    @cached_property
    def _ends(self) -> bool:
        return self.saturated()

    def _column(self, name: str) -> Any:
        """What the step of that name comes to in each row; None where cases or something without a number are in the way."""
        if name not in self._columns:
            self._columns[name] = self._worked_out(self._formula(name))
        return self._columns[name]

    @cached_property
    def _columns(self) -> dict[str, Any]:
        return {}

    def _formula(self, name: str) -> Formula | None:
        pair = parse_derivative(name)
        if pair is None:
            return self.numbers.graph[name].formula
        return row_derivation(self.numbers.derivation, pair[0]).reading(name)

    def _worked_out(self, formula: Formula | None) -> Any:
        ready = None if formula is None else program(formula)
        if ready is None or ready.has_sum or ready.conditions or not ready.functions <= ARRAYS.functions.keys():
            return None
        try:
            with numpy.errstate(all="ignore"):  # what is not finite is worked out by itself
                found = ready.number(self._across, ARRAYS)
        except (Symbolic, Irrational, ArithmeticError, ValueError):
            return None
        return numpy.broadcast_to(found, (int(self.numbers.graph.network.rows),))

    def _across(self, name: str) -> Any:
        """What a quantity of the first row, or a derivative of its loss, is in every row; or a number that is the same in all of them."""
        graph, pair = self.numbers.graph, parse_derivative(name)
        found = graph.locate(name if pair is None else f"{pair[1]}@{FIRST}")
        is_of_row = found is not None if pair is None else pair[0] == f"{graph.root}@{FIRST}"
        if not is_of_row:
            raise Symbolic(name)
        if found is None or found[0].kind == "loss":
            return self._stepped(name, pair is None)
        held = self.numbers.arrays if pair is None else self.numbers.adjoints
        if found[0].name not in held:
            raise Symbolic(name)
        place = tuple(int(index) - 1 for index in found[1])
        if not any(axis.counts == "example" for axis in found[0].axes):
            return held[found[0].name][place]
        return held[found[0].name][place[:-1]] * (1 if pair is None else self.numbers.rows_in_mean)

    def _stepped(self, name: str, is_loss: bool) -> Any:
        """The loss of every row, or its derivative by a parameter, by the steps of each."""
        column = None if is_loss and self._ends else self._column(name)
        if column is None:
            raise Symbolic(name)
        return column


def _finite(number: Any) -> float | None:
    return float(number) + 0.0 if math.isfinite(number) else None
