"""Two formulas as somebody wrote them go in; whether they are equal comes out: at many points of both signs, or None where that cannot be
told.

First every name is a number of its own; then names are what the network makes of them, with all that is given drawn at random: so a
definition may stand for what it defines. Nothing is simplified. At every point a difference is held to how far the terms were from one
another in size, and points at which a side has no value are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from random import Random
from typing import Any

from derivegen.calculus.assume import read_assumption
from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import Arithmetic, compared, value
from derivegen.formula.tree import (
    BigSum,
    Bracket,
    Call,
    Formula,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Sum,
    kinds,
    transform,
    walk,
)
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.network.graph import Graph, build
from derivegen.network.names import derivative
from derivegen.network.tables.activations import ACTIVATIONS, formula_of
from derivegen.on_use import numpy
from derivegen.records import dataclass, replace

POINTS = 24
"""Points drawn."""
ENOUGH = 12
"""Points at which both sides must have a value; with fewer nothing is told."""
CLOSE = 1e-9
"""Sides nearer than this, by the size of their terms, are equal."""
FAR = 1e-7
"""Sides further apart than this somewhere are not; in between nothing is told."""
ROWS = 3
"""Rows at which a symbolic number of rows is looked at."""

Look = Callable[[str], Any]


def equal(one: Formula, other: Formula, look_up: Look, arithmetic: Arithmetic = ARRAYS) -> bool | None:
    """Whether two formulas have one value at every point the names are looked up at."""
    with numpy.errstate(all="ignore"):
        try:
            left, right = (value(side, look_up, arithmetic) for side in (one, other))
            if (abs(left - right) < CLOSE * (abs(left) + abs(right))).all():  # so most of what is equal
                return True
            size = numpy.maximum(_size(one, look_up, arithmetic), _size(other, look_up, arithmetic))
        except (*NO_NUMBER, AttributeError, TypeError):
            return None
        off = numpy.broadcast_to(numpy.abs(left - right) / (1e-300 + size), (POINTS,))
        told = numpy.isfinite(off)
        if told.sum() < ENOUGH:
            return None
        off = off[told]
        if (off <= CLOSE).all():
            return True
        return False if (off > FAR).any() else None


def _size(tree: Formula, look_up: Look, arithmetic: Arithmetic) -> Any:
    """How large the terms of a formula are: what rounding in it is measured by."""
    match tree:
        case Bracket(body) | Negative(body):
            return _size(body, look_up, arithmetic)
        case Sum(terms):
            return sum(_size(term, look_up, arithmetic) for term in terms)
        case Product(factors):
            found: Any = 1.0
            for factor in factors:
                found = found * _size(factor, look_up, arithmetic)
            return found
        case Ratio(top, bottom):
            return _size(top, look_up, arithmetic) / numpy.abs(value(bottom, look_up, arithmetic))
        case Power(base, Number(text)) if text.isdigit():
            return _size(base, look_up, arithmetic) ** int(text)
    return numpy.abs(value(tree, look_up, arithmetic))


class Free:
    """Every name a number of its own: half of the points hold numbers of both signs, half positive ones below 1."""

    def __init__(self) -> None:
        self._drawn: dict[str, Any] = {}

    def __call__(self, name: str) -> Any:
        """The numbers a name has at the points."""
        if name not in self._drawn:
            draw = Random(name)
            half = POINTS // 2
            signed = [draw.choice((-1, 1)) * draw.uniform(0.3, 1.7) for _ in range(half)]
            self._drawn[name] = numpy.array([*signed, *(draw.uniform(0.05, 0.95) for _ in range(POINTS - half))])
        return self._drawn[name]


@dataclass(frozen=True)
class Equalities:
    """Tells for one network whether formulas are equal."""

    derivation: Derivation

    def equal(self, one: Formula, other: Formula, general: bool = False) -> bool | None:
        """Whether two formulas are equal in every network of this kind, if not `general` in every one with these classes; None where that
        cannot be told."""
        one, other = map(opened, (one, other))
        if equal(one, other, self._free, self._arithmetic):
            return True
        one, other = self._summed(one), self._summed(other)
        told = equal(one, other, self._at, self._arithmetic)
        if told is False and not general and self._of_class is not None:
            return equal(one, other, self._of_class.__getitem__, self._arithmetic)
        return told

    @cached_property
    def _of_class(self) -> Numbers | None:
        """The network at the points with its targets as they are given, where they say a class: −ln p of the right one is the whole
        cross-entropy. None where the targets are other numbers."""
        graph = self.derivation.graph
        classes = graph.network.loss is not None and graph.network.loss.targets in ("shares", "probability")
        given = {name: graph.givens.get(name) for name in graph.names("target")}
        if not classes or not all(number in (0, 1) for number in given.values()):
            return None
        held = {name: numpy.full(POINTS, float(number or 0)) for name, number in given.items()}
        return Numbers(self.derivation, self._arithmetic, {**_drawn(graph), **held})

    def _at(self, name: str) -> Any:
        return numpy.where(self._assumed, self.numbers[name], numpy.nan)

    @cached_property
    def _assumed(self) -> Any:
        """The points at which all holds that the network file assumes."""
        found: Any = numpy.full(POINTS, True)
        rows = self.numbers.graph.network.rows
        for text in self.derivation.graph.network.options.assume or ():
            for row in range(1, rows + 1) if isinstance(rows, int) and rows > 1 else (0,):
                found = found & compared(read_assumption(text), partial(self._side, row=row))
        return found

    def _side(self, part: Formula, row: int) -> Any:
        """One side of an assumption, of any example where none is named."""
        if not isinstance(part, Quantity):
            return value(part, self._free, ARRAYS)
        known = not row or self.numbers.graph.locate(part.name) is not None
        return self.numbers[part.name if known else f"{part.name}@{row}"]

    @cached_property
    def _free(self) -> Free:
        return Free()

    @cached_property
    def _arithmetic(self) -> Arithmetic:
        """With functions in the place of those that are not known."""
        return replace(ARRAYS, functions={**ARRAYS.functions, **_invented(self.derivation.graph)})

    @cached_property
    def numbers(self) -> Numbers:
        """The network at all points at once."""
        network = self.derivation.graph.network
        symbolic_rows = isinstance(network.rows, str)
        chain = derive(build(replace(network, rows=ROWS))) if symbolic_rows else self.derivation
        given = _drawn(chain.graph)
        numbers = Numbers(chain, self._arithmetic, given)
        if symbolic_rows:
            numbers._values[str(network.rows)] = numpy.float64(ROWS)
        return numbers

    def _summed(self, tree: Formula) -> Formula:
        """Sums over a symbolic number of rows written out, any one row being the first."""
        rows = self.derivation.graph.network.rows
        if not isinstance(rows, str):
            return tree

        def at(row: int) -> Callable[[Formula], Formula | None]:
            def change(part: Formula) -> Formula | None:
                if isinstance(part, BigSum):
                    return Sum(tuple(transform(part.body, at(each)) for each in range(1, ROWS + 1)))
                return Quantity(part.name.replace("@r", f"@{row}")) if isinstance(part, Quantity) else None

            return change

        return transform(tree, at(1))


def opened(tree: Formula) -> Formula:
    """The formula with σ′(u) and its like written out: σ(u)(1 − σ(u))."""

    if Call not in kinds(tree) or not any(isinstance(part, Call) and part.primes for part in walk(tree)):
        return tree

    def change(part: Formula) -> Formula | None:
        if not isinstance(part, Call) or part.primes != 1 or len(part.arguments) != 1:
            return None
        entry = ACTIVATIONS.get(part.function)
        if entry is None or entry.kind in ("coupled", "unknown") or entry.parameters:
            return None
        inner = opened(part.arguments[0])
        return Bracket(formula_of(entry.slope, {"z": inner, "a": Call(part.function, (inner,))}))

    return transform(tree, change)


def _drawn(graph: Graph) -> dict[str, Any]:
    """All that is given, drawn: numbers of both signs, targets between 0 and 1; those of classes add up to 1."""
    names = list(dict.fromkeys((*graph.names("input", "weight", "bias", "threshold"), "rate")))
    own = not graph.layered
    signed = not own and not graph.network.options.assume
    found = {name: _numbers(name, 0.2, 1.2, signed=signed) for name in names}
    if (
        own or graph.network.options.assume
    ):  # half of the points with both signs: a logarithm has a number at the others
        found = {name: _half_signed(name, drawn) for name, drawn in found.items()}
    targets = {name: _numbers(name, 0.1, 0.9, signed=False) for name in graph.names("target")}
    loss = graph.network.loss
    if loss is not None and loss.targets == "shares":
        _to_one(targets)
    if loss is not None and loss.is_unknown:
        found |= dict(_unknown_slopes(graph))
    return {**found, **targets}


def _numbers(name: str, low: float, high: float, signed: bool) -> Any:
    draw = Random(name)
    signs = (-1, 1) if signed else (1,)
    return numpy.array([draw.choice(signs) * draw.uniform(low, high) for _ in range(POINTS)])


def _half_signed(name: str, drawn: Any) -> Any:
    draw = Random(f"sign of {name}")
    return drawn * numpy.array([draw.choice((-1, 1)) if n < POINTS // 2 else 1 for n in range(POINTS)])


def _to_one(targets: dict[str, Any]) -> None:
    rows: dict[str, list[str]] = {}
    for name in targets:
        rows.setdefault(name.partition("@")[2], []).append(name)
    for names in rows.values():
        whole = sum(targets[name] for name in names)
        targets |= {name: targets[name] / whole for name in names}


def _unknown_slopes(graph: Graph) -> Iterator[tuple[str, Any]]:
    """The slope of an unknown loss by each output, which nothing else determines."""
    rows = graph.network.rows if isinstance(graph.network.rows, int) else ROWS
    for row in [None] if rows == 1 else range(1, rows + 1):
        end = "" if row is None else f"@{row}"
        for j, output in enumerate(graph.outputs(row), 1):
            drawn = _numbers(f"C {output}", 0.2, 1.2, signed=True)
            yield derivative("C", output), drawn
            yield derivative(f"loss[{j}]{end}", output), drawn
            if rows == 1:
                yield derivative("loss", output), drawn
            else:
                yield derivative(f"loss{end}", output.partition("@")[0]), drawn


def _invented(graph: Graph) -> Mapping[str, Callable[..., Any]]:
    """Functions to stand for the unknown ones."""
    found: dict[str, Callable[..., Any]] = {"C": lambda a, t: (a - t) ** 4 + a}
    for number, letter in enumerate(sorted(graph.letters()), 1):
        found[letter] = lambda z, n=number: numpy.sin(n * z) + z
        found[f"{letter}′"] = lambda z, n=number: n * numpy.cos(n * z) + 1
    return found
