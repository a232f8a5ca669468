"""Where symbolic lines must hold: a trace goes in; its own numbers, if it has them, and random settings of all that is given come out."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from derivegen.calculus.assume import holds_at, read_assumption
from derivegen.calculus.bounded import fifty_digits
from derivegen.calculus.chain import Derivation as Chain
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers, Trace
from derivegen.calculus.numbers.large import fits_arrays, in_arrays
from derivegen.calculus.numbers.layer_arrays import given_arrays, where_given
from derivegen.calculus.numbers.layer_numbers import LayerNumbers
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import FLOAT, Arithmetic
from derivegen.formula.functions import COS, SIN
from derivegen.network.graph import Graph, build
from derivegen.network.names import derivative
from derivegen.network.tables.losses import LOSSES
from derivegen.on_use import numpy
from derivegen.records import dataclass, replace

MOST_DRAWN = 2000
"""Settings drawn until the assumptions of a document hold."""
MOST_SETTINGS = 40
"""Random settings tried until enough have a value: a logarithm has none at most of them."""
ROWS = 3
"""Rows at which a symbolic number of rows is judged."""


class RowsAtOnce(LayerNumbers):
    """Arrays at a setting. The derivatives of each row's own loss by parameters are what their steps come to, found for all rows in one go;
    the lines then hold their sum to the derivative of the whole loss, which is found from the arrays."""

    def _parameter_of_row(self, row: str, by: str) -> float | None:
        found = self._row_steps.number(derivative(f"{self.graph.root}@{row}", by))
        return super()._parameter_of_row(row, by) if found is None else found


@dataclass(frozen=True)
class Settings:
    """The settings of one trace, each drawn once."""

    trace: Trace

    @cached_property
    def given(self) -> tuple[Numbers, ...]:
        """The network's own numbers, where it has them."""
        if in_arrays(self.trace.graph):
            return (RowsAtOnce(self.trace.derivation),)
        return (Numbers(self.trace.derivation).deepest,) if self.trace.complete else ()

    def __iter__(self) -> Iterator[Numbers]:
        """The network's own numbers where it has them, and random ones everywhere, made when they are first needed."""
        yield from self.given
        for seed in range(MOST_SETTINGS):
            if seed == len(self._drawn):
                self._drawn.append(self._random(seed))
            yield self._drawn[seed]

    @property
    def in_arrays(self) -> bool:
        """Whether the numbers of all settings are arrays."""
        return fits_arrays(self._chain.graph)

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
        """A setting at which the document's assumptions hold, for every example. Raises InputError if none is found."""
        draw = random.Random(seed)
        assumed = tuple(map(read_assumption, self.trace.graph.network.options.assume or ()))
        for _ in range(MOST_DRAWN if assumed else 1):
            numbers = self._at_random(draw, signed=seed % 2 == 1)
            if all(holds_at(numbers, assumption) for assumption in assumed):
                return numbers
        raise InputError(
            "document.assume: no numbers were found for which all of it holds; take out what contradicts the rest"
        )

    def _at_random(self, draw: random.Random, signed: bool) -> Numbers:
        """Numbers of either sign; in a graph of one's own, in which a root or a logarithm may stand, only where they are to be `signed`, so
        that what a kink cuts off is cut off at some of the settings."""
        graph = self._chain.graph
        if fits_arrays(graph):
            return RowsAtOnce(self._chain, _arrays_at_random(graph, draw, signed), draw.uniform(0.2, 1.2))
        given: dict[str, Any] = {}
        for name in (*graph.names("input", "weight", "bias", "threshold"), "rate"):
            sign = draw.choice((-1, 1)) if graph.layered or signed else 1
            given[name] = sign * draw.uniform(0.2, 1.2)
        for name in graph.names("target", "constant"):
            if name not in graph.givens or graph.layered:
                given[name] = draw.uniform(0.1, 0.9)
        loss = graph.network.loss
        if _wants_probabilities(graph):
            _between_0_and_1(given, graph, draw)
        if loss is not None and loss.targets == "shares":
            _to_one(given, graph)
        if loss is not None and loss.is_unknown:
            for output in (name for row in graph.outputs_by_row for name in row):
                given |= dict.fromkeys(_unknown_slope(output, loss.reduction), draw.uniform(0.2, 1.2))
        return Numbers(self._chain, self._with_invented(FLOAT), given)

    def closely(self, numbers: Numbers) -> Numbers:
        """The numbers of a setting with fifty digits, and how far each may be off: what decides where doubles do not."""
        arithmetic = self._with_invented(fifty_digits())
        given = {name: arithmetic.number(each) for name, each in numbers.given.items()}
        return Numbers(numbers.derivation, arithmetic, given)

    def _with_invented(self, own: Arithmetic) -> Arithmetic:
        """The arithmetic with functions that stand for the unknown ones."""
        sin, cos = own.functions[SIN.name], own.functions[COS.name]
        found: dict[str, Callable[..., Any]] = {"C": lambda a, t: (a + -t) ** 4 + a}
        half, part = own.number(0.5), own.number(0.4)
        for place, letter in enumerate(sorted(self.trace.graph.letters()), 1):
            n = own.number(float(place))
            # between 0 and 1, so that a loss with a logarithm has a value
            found[letter] = lambda z, n=n: half + part * sin(n * z)
            found[f"{letter}′"] = lambda z, n=n: part * n * cos(n * z)
        return Arithmetic(own.number, {**own.functions, **found}, off=own.off)


def _wants_probabilities(graph: Graph) -> bool:
    """Whether the loss has a value for outputs between 0 and 1 alone, and the last layer does not see to that."""
    loss = graph.network.loss
    usual = LOSSES[loss.name].with_activation if loss is not None and loss.formula is None else None
    return usual is not None and graph.output.rule != usual


def _between_0_and_1(given: dict[str, Any], graph: Graph, draw: random.Random) -> None:
    """The last layer's weights small and its offsets about a half, so that most outputs are where a logarithm has a value."""
    for family in graph.stack[-1].parameters:
        for name in family.names():
            sign = -1 if family.kind == "threshold" else 1
            given[name] = given[name] * 0.1 if family.kind == "weight" else sign * draw.uniform(0.35, 0.65)


def _arrays_at_random(graph: Graph, draw: random.Random, signed: bool) -> dict[str, Any]:
    """Every given array of a large network drawn, its weights short enough for sums of many not to saturate a unit."""
    numbers = numpy.random.RandomState(draw.randrange(2**32))
    if graph.lettered:
        return _letters_at_random(graph, numbers, signed)
    found = {}
    for family in (family for family in graph.families.values() if family.formula is None):
        shape = tuple(int(axis.size) for axis in family.axes)
        if family.kind == "target":
            found[family.name] = numbers.uniform(0.1, 0.9, shape)
            if graph.network.loss is not None and graph.network.loss.targets == "shares":
                found[family.name] = found[family.name] / found[family.name].sum(0)
        else:
            wide = math.sqrt(shape[-1]) if family.kind == "weight" else 1.0
            there = 1.0 if family.mask is None else numpy.array(family.mask, dtype=float)
            found[family.name] = numbers.choice((-1, 1), shape) * numbers.uniform(0.2, 1.2, shape) / wide * there
    if _wants_probabilities(graph):
        for family in graph.stack[-1].parameters:
            own = found[family.name]
            sign = -1 if family.kind == "threshold" else 1
            found[family.name] = own * 0.1 if family.kind == "weight" else sign * numbers.uniform(0.35, 0.65, own.shape)
    return found


def _letters_at_random(graph: Graph, numbers: Any, signed: bool) -> dict[str, Any]:
    """Inputs and parameters under index letters drawn, with signs as those of small graphs; constants that have numbers keep them."""
    drawn = [family.name for family in graph.families.values() if family.kind != "constant"]
    found = dict(given_arrays(graph, besides=drawn))
    for family in graph.families.values():
        if any(equation.formula is None for equation in family.parts) and (
            family.kind != "constant" or family.name not in found
        ):
            shape = tuple(int(axis.size) for axis in family.axes)
            wide = math.sqrt(shape[-1]) if len(shape) > 1 and family.kind == "weight" else 1.0
            signs = numbers.choice((-1, 1), shape) if signed and family.kind != "target" else 1
            found[family.name] = signs * numbers.uniform(0.2, 1.2, shape) / wide * where_given(family)
    return found


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
    unit = name.rpartition("[")[2]
    yield derivative(f"loss[{unit}@{row}" if row else f"loss[{unit}", output)
    if row:
        yield derivative(f"loss@{row}", name)
    if not row or reduction == "sum":
        yield derivative("loss", output)
