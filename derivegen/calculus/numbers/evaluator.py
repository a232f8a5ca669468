"""One network evaluated many times: a derivation goes in; its loss, outputs and gradient at any parameters come out, computed from arrays
or by straight-line code, whichever is measured to be faster.

Straight-line code has a line for each quantity. sympy lambdifies it from the graph's own assignments, handed over as the common
subexpressions, so that none have to be searched for. The layer form has a few products of arrays for each layer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from derivegen.calculus.chain import Derivation
from derivegen.calculus.code.array_code import array_function
from derivegen.calculus.code.layer_code import LayerFunction
from derivegen.calculus.numbers.large import fits_arrays
from derivegen.calculus.numbers.layer_arrays import given_arrays
from derivegen.calculus.numbers.sides import near_kinks
from derivegen.calculus.seams import has_bends
from derivegen.calculus.steps import Step
from derivegen.formula.arithmetic.value import program
from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.tree import Negative, Sum
from derivegen.network.graph import Graph
from derivegen.on_use import numpy
from derivegen.records import dataclass

STRAIGHT_UP_TO = 300
"""Quantities. Straight-line code took 0.12 of the time of the layer form at 3-4-1 (36 quantities), 0.6 at 8-16-1 (204), as long at 16-16-1
(341), 1.3 times as long at 10-20-10-1 (509)."""
WORTH_COMPILING = 2000
"""Evaluations from which straight-line code wins back what sympy takes to be loaded and to print it, about half a second."""

Straight = Callable[[Sequence[float]], tuple[float, list[float], list[float], float]]
"""All givens in order → (root, outputs, gradient by the wanted quantities, how near anything comes to a kink)."""


class Evaluated(NamedTuple):
    """The loss, the outputs (units × rows), the gradient by each family of parameters (units × inputs, one per unit), and, where that is
    watched, how near anything comes to a kink."""

    loss: float
    outputs: Any
    gradient: Mapping[str, Any]
    margin: float = math.inf


def has_layer_form(graph: Graph) -> bool:
    """Whether the graph is of layers whose functions and rows are all known; under index letters, whether it is large enough for nobody
    to ask how near its numbers come to a kink, or has none."""
    return graph.indexed and graph.is_known and (not graph.lettered or fits_arrays(graph) or not has_bends(graph))


def goes_straight(graph: Graph, evaluations: int) -> bool:
    """Whether straight-line code is the faster way to evaluate a graph so many times."""
    if evaluations < WORTH_COMPILING:
        return False
    return graph.size <= STRAIGHT_UP_TO or not has_layer_form(graph)


@dataclass(frozen=True)
class Evaluator:
    """What evaluates the network of a derivation; `watched`, it says how near anything comes to a kink. `like` is the evaluator of a
    network that differs in given numbers alone, whose code serves."""

    derivation: Derivation
    watched: bool = False
    like: Evaluator | None = None

    def __call__(self, parameters: Mapping[str, Any]) -> Evaluated:
        """The network at these arrays by family, with its own numbers for the families that are not among them; what has no number is not
        finite, without a warning."""
        computed, wanted, own = self._plan
        with numpy.errstate(all="ignore"):
            loss, outputs, *gradient = computed(*[parameters.get(name, given) for name, given in own])
        margin = float(gradient.pop()) if self.watched else math.inf
        return Evaluated(float(loss), outputs, dict(zip(wanted, gradient, strict=True)), margin)

    @cached_property
    def _plan(self) -> tuple[Callable[..., tuple[Any, ...]], tuple[str, ...], list[tuple[str, Any]]]:
        """What a call needs: the code, the names of its gradient, and its arguments with the network's own numbers for them."""
        given = given_arrays(self.derivation.graph)
        return self.form.computed, self._wanted, [(name, given.get(name)) for name in self.form.arguments]

    @cached_property
    def room(self) -> float:
        """How near to a kink it may be on the wrong side of it."""
        return near_kinks(self.derivation.graph.givens)

    @cached_property
    def form(self) -> LayerFunction:
        """The layer form: (loss, outputs, gradient by each family of parameters)."""
        if self.like is not None:
            return self.like.form
        names = [self.derivation.name_of(name) for name in self._wanted]
        graph = self.derivation.graph
        return array_function(self.derivation, [graph.root, graph.output.name, *names], watched=self.watched)

    @cached_property
    def _wanted(self) -> tuple[str, ...]:
        families = self.derivation.graph.families.values()
        return tuple(family.name for family in families if family.is_parameter)

    @cached_property
    def straight(self) -> Straight:
        """Straight-line code for the gradient by all that is trained. Raises ValueError, OverflowError, ZeroDivisionError."""
        if self.like is not None:
            return self.like.straight
        return straight_line(self.derivation, self.derivation.graph.trained)


def evaluators(parts: Sequence[Derivation], watched: bool = False) -> list[Evaluator]:
    """What evaluates each of these; those of one network are one, and those of networks with as many rows share their code."""
    made: dict[int, Evaluator] = {}
    first: dict[object, Evaluator] = {}
    for part in parts:
        if id(part) not in made:
            rows = part.graph.network.rows
            made[id(part)] = Evaluator(part, watched, first.get(rows))
            first.setdefault(rows, made[id(part)])
    return [made[id(part)] for part in parts]


def straight_line(derivation: Derivation, wanted: Sequence[str]) -> Straight:
    """The gradient as one straight-line function of the givens, and how near they come to a kink."""
    import sympy

    from derivegen.formula.symbolic import to_sympy

    graph = derivation.graph
    givens = [name for name in graph.names() if graph.locate(name) and graph[name].formula is None]
    symbols: dict[str, Any] = {}

    def leaf(name: str) -> Any:
        if name not in symbols:
            symbols[name] = sympy.Symbol(f"v{len(symbols)}", real=True)
        return symbols[name]

    arguments = [leaf(name) for name in givens]
    outputs = [name for row in graph.outputs_by_row for name in row]
    targets = [derivation.name_of(name) for name in wanted]
    assignments = [
        (leaf(n), to_sympy(formula, leaf)) for n in _needed(graph) if (formula := graph[n].formula) is not None
    ]
    assignments += [(leaf(step.target), to_sympy(step.reading, leaf)) for step in _steps(derivation, set(wanted))]
    watched = dict.fromkeys(
        when for step in _steps(derivation, set(wanted)) for when in program(step.reading).conditions
    )
    apart = [to_sympy(Sum((when.left, Negative(when.right))), leaf) for when in watched]
    results = [leaf(graph.root), *map(leaf, outputs), *map(leaf, targets), *apart]
    compiled = sympy.lambdify(arguments, results, modules=[_functions(), "math"], cse=lambda _: (assignments, results))
    first, last = 1 + len(outputs), 1 + len(outputs) + len(targets)

    def gradient(values: Sequence[float]) -> tuple[float, list[float], list[float], float]:
        found = compiled(*values)
        return found[0], found[1:first], found[first:last], min(map(abs, found[last:]), default=math.inf)

    return gradient


def _functions() -> dict[str, Callable[..., float]]:
    """The functions of generated code, by the names sympy prints."""
    return {each.identifier: each.double for each in FUNCTIONS.values()}


def _needed(graph: Graph) -> list[str]:
    """The forward quantities on the way to the root: not each row's and output's own loss."""
    beside = ("loss rows", "loss terms")
    families = [family for family in graph.families.values() if family.name not in beside]
    return [name for family in families for name in family.names()]


def _steps(derivation: Derivation, wanted: set[str]) -> list[Step]:
    """The steps of all adjoints and of the wanted parameters, from the root backwards."""
    given = set(derivation.graph.names("input", "weight", "bias", "threshold")) - wanted
    skip = {derivation.name_of(name) for name in given}
    return [step for step in derivation.steps() if step.target not in skip]
