"""What a formula of arrays comes to: a formula and the numbers of a large network go in, one numpy array with all entries comes out."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from derivegen.calculus.matrix import Arrays
from derivegen.calculus.numbers.layer_numbers import LayerNumbers
from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import value
from derivegen.formula.tree import (
    Array,
    Bracket,
    Call,
    Colour,
    Formula,
    Hadamard,
    Matrix,
    Negative,
    Product,
    Strike,
    Sum,
    Transpose,
    Under,
)
from derivegen.on_use import numpy
from derivegen.records import dataclass


@dataclass(frozen=True)
class ArrayValues:
    """Formulas of arrays at one setting of a network's numbers."""

    arrays: Arrays
    numbers: LayerNumbers

    def __call__(self, tree: Formula) -> Any:
        """The array, rows × columns, a vector being a column; a number where the formula is one. Raises what its numbers raise."""
        match tree:
            case Array(name):
                return self._array(name)
            case Matrix(rows):
                return numpy.array([[float(self(cell)) for cell in row] for row in rows])
            case Transpose(body):
                return self(body).T
            case Hadamard(factors):
                return reduce(numpy.multiply, map(self, factors))
            case Sum(terms):
                return reduce(numpy.add, map(self, terms))
            case Negative(body):
                return -self(body)
            case Bracket(body) | Colour(body, _) | Strike(body) | Under(body, _):
                return self(body)
            case Call() if self.arrays.shape(tree) is not None:
                return self._called(tree)
            case Product(factors) if self.arrays.shape(tree) is not None:
                return reduce(_times, map(self, factors))
        return value(tree, self.numbers.__getitem__, self.numbers.arithmetic)

    def _array(self, name: str) -> Any:
        """The array of that name; one that is not kept whole, entry by entry."""
        rows, columns = self.arrays.size(name)
        held = self.numbers.array(name)
        if held is not None:  # a shared bias stands for every unit
            return numpy.broadcast_to(numpy.reshape(held, (-1, columns)), (rows, columns))
        return self._entries(lambda j, k: self.arrays.member(name, j, k), rows, columns)

    def _entries(self, entry: Callable[[int, int], Formula], rows: int, columns: int) -> Any:
        return numpy.array([[float(self(entry(j, k))) for k in range(1, columns + 1)] for j in range(1, rows + 1)])

    def _called(self, tree: Call) -> Any:
        """A function of each entry; a layer's own function, and its slope, unit by unit."""
        if not tree.primes and tree.function in ARRAYS.functions:
            return ARRAYS.functions[tree.function](self(tree.arguments[0]))
        rows, columns = self.arrays.shape(tree) or (1, 1)
        return self._entries(lambda j, k: self.arrays.entry(tree, j, k), rows, columns)


def _times(left: Any, right: Any) -> Any:
    """The product of two matrices, or of a number and anything."""
    return left @ right if numpy.ndim(left) and numpy.ndim(right) else left * right
