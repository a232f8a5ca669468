"""A program in plain numpy, as students write it, goes in; the network it computes comes out: arrays, forward pass, data, and its loss if
it has one. It is read and never run (`code_values`).

A layer is a product of what the layer before gives with an array, a bias added, a function of that; which activation it is, and which loss,
is found by what the expression comes to at many numbers, so that however somebody writes a sigmoid it is one.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from derivegen.errors import InputError
from derivegen.interop.models.code_forms import activation_like, loss_like
from derivegen.interop.models.code_numbers import PRODUCT, Node, NotKnown, computed
from derivegen.interop.models.code_values import StudentProgram
from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.model import Model, Table
from derivegen.interop.models.stacked import Stacked
from derivegen.network.tables.activations import USUAL
from derivegen.on_use import numpy

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

SAY: Final = "give arrays and forward pass as X @ W1 + b1, or save the arrays with numpy.savez"


def read(data: bytes, said: ModelOptions) -> Model:
    """The model. Raises InputError."""
    program = StudentProgram()
    try:
        program.read(ast.parse(_source(data)))
    except (SyntaxError, ValueError, RecursionError) as problem:
        line = f" in line {problem.lineno}" if isinstance(problem, SyntaxError) and problem.lineno else ""
        raise InputError(f"found text that is no Python{line}; {SAY}") from None
    return _Forward(program).model()


def _source(data: bytes) -> str:
    """The text; of a notebook that of its cells, without commands of the notebook."""
    text = data.decode("utf-8-sig", "replace")
    if not text.lstrip().startswith("{"):
        return text
    cells = json.loads(text).get("cells", [])
    sources = ("".join(each.get("source", "")) for each in cells if each.get("cell_type") == "code")
    return "\n".join(line for source in sources for line in source.splitlines() if not line.startswith(("%", "!")))


class _Forward:
    """The products of a program in which each takes what the one before came to."""

    def __init__(self, program: StudentProgram) -> None:
        self.program = program
        if not program.products:
            drawn = "its random numbers have no seed: write np.random.seed(1) first" if program.unseeded else SAY
            raise InputError(f"found no product of arrays whose numbers are known; {drawn}")
        self.rows_first, self.chain = self._chain()

    def model(self) -> Model:
        """The layers. Raises InputError."""
        stacked = Stacked()
        weights_used: list[Array] = []
        for place, (product, weights) in enumerate(self.chain, 1):
            with stacked.losses.of(f"layer {place}"):
                bias, before = self._bias(product), self._after(place)
                units = weights.shape[1 if self.rows_first else 0]
                stacked.dense(
                    weights.T if self.rows_first else weights,
                    None if bias is None else bias.reshape(-1) * _ones(bias, units),
                    before,
                )
            weights_used.append(weights)
        targets, loss = self._loss()
        inputs = self._data()
        data: dict[str, Any] = {"inputs": inputs if self.rows_first else inputs.T}
        if targets is not None:
            data["targets"] = targets if self.rows_first else targets.T
        return stacked.model(loss, data)

    def _chain(self) -> tuple[bool, list[tuple[Node, Array]]]:
        """Whether rows are examples, and each product with its array. Raises InputError."""
        first = self.program.products[0]
        if any(isinstance(part, Node) for part in first.parts):
            raise InputError(f"found a product whose first array is not known; {SAY}")
        found: list[tuple[Node, int]] = []
        inside = first
        for product in self.program.products[1:]:
            sides = [side for side in (0, 1) if isinstance(product.parts[side], Node)]
            if (
                len(sides) != 1
                or inside not in _products(product.parts[sides[0]])
                or len([*_products(product.parts[sides[0]])]) != 1
            ):
                continue
            if _is_transposed(product.parts[1 - sides[0]], [p.parts[1 - s] for p, s in found]):
                continue
            found.append((product, sides[0]))
            inside = product
        if len({side for _, side in found}) > 1:
            raise InputError(f"found products with what enters on the left and on the right; {SAY}")
        side = found[0][1] if found else self._side_of_data(first)
        weights = [first.parts[1 - side], *(product.parts[1 - side] for product, _ in found)]
        chain = [
            *zip([first, *(product for product, _ in found)], (_two(each, side == 0) for each in weights), strict=True)
        ]
        return side == 0, chain

    def _side_of_data(self, first: Node) -> int:
        """Which of two arrays is the data: the one whose name says so."""
        names = [name for name, value in self.program.named if any(value is part for part in first.parts)]
        for name, value in self.program.named:
            if name.lower().startswith(("x", "input", "data", "feature")):
                for side, part in enumerate(first.parts):
                    if value is part or _same(value, part):
                        return side
        raise InputError(
            f"found one product ({' · '.join(names[:2])}), where which array is the data does not follow; call it X"
        )

    def _data(self) -> Array:
        part = self.chain[0][0].parts[0 if self.rows_first else 1]
        return (
            _two(part, not self.rows_first).reshape(1, -1)
            if part.ndim == 1 and self.rows_first
            else _two(part, not self.rows_first)
        )

    def _bias(self, product: Node) -> Array | None:
        """The array that is added to a product, where one is."""
        for node in self._using(product):
            if node.word in ("add", "subtract") and _has(node, product):
                other = next((part for part in node.parts if part is not product), None)
                if not isinstance(other, Node) and _is_bias(other):
                    found = numpy.asarray(other, dtype=float)
                    return -found if node.word == "subtract" and node.parts[0] is product else found
        return None

    def _z(self, product: Node) -> Node:
        """The product with its bias."""
        if self._bias(product) is None:
            return product
        return next(node for node in self._using(product) if node.word in ("add", "subtract") and _has(node, product))

    def _using(self, product: Node) -> Iterator[Node]:
        """The expressions in which a product stands by itself."""
        return (node for node in self._all() if _has(node, product))

    def _after(self, place: int) -> Any:
        """The activation behind a product: what of it enters the next, or of the last one the name it was given. Raises InputError."""
        product = self.chain[place - 1][0]
        z = self._z(product)
        if place < len(self.chain):
            taken = self.chain[place][0].parts[0 if self.rows_first else 1]
            found = activation_like(partial(_put, taken, z), self.rows_first)
            if found is None:
                raise InputError(f"what is taken of the product of layer {place} is no activation of the table; {SAY}")
            return found
        return self._output(z)[1]

    def _output(self, z: Node) -> tuple[Node, Any]:
        """The last layer's output and its activation: the first expression of z alone that has a name and is one of the table."""
        for _, value in self.program.named:
            if isinstance(value, Node) and value is not z and [*_products(value)] == [*_products(z)]:
                found = activation_like(partial(_put, value, z), self.rows_first)
                if found is not None:
                    return value, found
        return z, USUAL

    def _loss(self) -> tuple[Array | None, Table | None]:
        """The targets and the loss, where an expression of the output and an array is one of the table."""
        product, weights = self.chain[-1]
        z = self._z(product)
        output, _ = self._output(z)
        rows, units = len(self._data()), weights.shape[1 if self.rows_first else 0]
        rows = rows if self.rows_first else self._data().shape[1]
        shape = (rows, units) if self.rows_first else (units, rows)
        targets = self._targets(output, shape)
        if targets is None:
            return None, None
        for name, value in self.program.named:
            if (
                not isinstance(value, Node)
                or output not in _walk(value)
                or not name.lower().startswith(("l", "c", "e", "j", "m", "b"))
            ):
                continue
            drawn = numpy.random.RandomState(5).uniform(0.1, 0.9, (4, *shape))
            drawn = drawn / drawn.sum(2 if self.rows_first else 1, keepdims=True) if units > 1 else drawn
            try:
                own = [float(_put(value, output, each)) for each in drawn]
            except (NotKnown, TypeError, ValueError):
                continue
            found = loss_like(own, [(each, targets) if self.rows_first else (each.T, targets.T) for each in drawn])
            if found is not None:
                return targets, found
        return targets, None

    def _targets(self, output: Node, shape: tuple[int, int]) -> Array | None:
        """The array that is compared with the output: of its shape, and in one expression with it or with a function of it."""
        for node in self._all():
            below = [part for part in node.parts if isinstance(part, Node) and output in _walk(part)]
            others = [part for part in node.parts if getattr(part, "shape", None) == shape]
            if below and others:
                found: Array = others[0]
                return found
        return None

    def _all(self) -> Iterator[Node]:
        """Every expression that was given a name or went into a product, and what stands in it."""
        for _, value in self.program.named:
            yield from _walk(value)
        for product in self.program.products:
            for part in product.parts:
                yield from _walk(part)


def _has(node: Node, part: Node) -> bool:
    return any(each is part for each in node.parts)


def _walk(value: Any) -> Iterator[Node]:
    """A node and all nodes in it, products not entered."""
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Node) and id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting += [] if node.word == PRODUCT else node.parts


def _products(value: Any) -> Iterator[Node]:
    yield from (node for node in _walk(value) if node.word == PRODUCT)


def _put(value: Any, at: Node, numbers: Any) -> Any:
    """What an expression comes to with numbers for one node in it. Raises NotKnown."""
    if value is at:
        return numbers
    if not isinstance(value, Node):
        return value
    if value.word == PRODUCT:
        raise NotKnown
    return computed(value.word, [_put(part, at, numbers) for part in value.parts], value.keys)


def _is_bias(value: Any) -> bool:
    """A number, or an array with at most one direction."""
    shape = numpy.shape(value)
    return sum(size != 1 for size in shape) <= 1 and len(shape) <= 2 and not isinstance(value, str | None)


def _is_transposed(array: Any, used: list[Any]) -> bool:
    return any(_same(getattr(array, "T", None), each) for each in used)


def _same(one: Any, other: Any) -> bool:
    return (
        hasattr(one, "shape")
        and hasattr(other, "shape")
        and one.shape == other.shape
        and bool(numpy.array_equal(one, other))
    )


def _two(array: Any, columns: bool) -> Array:
    """An array of two dimensions: a single list is a column of weights, or a row."""
    found: Array = array if array.ndim == 2 else array.reshape(-1, 1) if columns else array.reshape(1, -1)
    return found


def _ones(bias: Array, units: int) -> Any:
    """A number that is one for all units, where it is so many times."""
    return numpy.ones(units) if bias.size == 1 else 1
