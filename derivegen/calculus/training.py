"""Training by hand, many times: a graph goes in, the loss, outputs, gradient norm and parameters after every update come out.

Below `COMPILED_UP_TO` parameters the graph is lambdified once, from its own assignments (handed to sympy as the common subexpressions,
so that it does not have to search for them); above, the steps are folded anew each time. Tests hold the two to each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.evaluate import Numbers, Update
from derivegen.errors import InputError
from derivegen.formula.value import FLOAT
from derivegen.network.graph import Graph, build

COMPILED_UP_TO = 300
"""Parameters. Above about this many, printing and compiling straight-line code costs more than it saves on sixty updates."""

LINES_UP_TO = 1500
"""Quantities. Python's compiler gives up on a function of many more lines."""

Gradient = Callable[[Sequence[float]], tuple[float, list[float], list[float]]]
"""All givens in order → (root, outputs, gradient by the trained parameters)."""

Evaluate = Callable[[Mapping[str, float]], tuple[float, list[float], dict[str, float]]]
"""Parameters by name → (root, outputs, gradient by name)."""


def outputs_of(graph: Graph) -> list[list[str]]:
    """The names of the outputs, a list per row; of a `[graph]`, its output alone."""
    if graph.network.graph is not None:
        return [[graph.root]]
    last = f"a[{len(graph.network.layers)}]"
    rows = graph.network.rows if isinstance(graph.network.rows, int) else 0
    at = [""] if rows == 1 else [f"@{r}" for r in range(1, rows + 1)]
    return [[f"{last}[{j}]{suffix}" for j in range(1, graph.network.n_outputs + 1)] for suffix in at]


def compile_gradient(derivation: Derivation, wanted: Sequence[str]) -> Gradient:
    """The gradient as one straight-line function of the givens, by `sympy.lambdify` over the graph's own assignments."""
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
    outputs = [name for row in outputs_of(graph) for name in row]
    targets = [derivation.name_of(name) for name in wanted]
    assignments = [
        (leaf(n), to_sympy(formula, leaf)) for n in _needed(graph) if (formula := graph[n].formula) is not None
    ]
    assignments += [(leaf(step.target), to_sympy(step.reading, leaf)) for step in _steps(derivation, set(wanted))]
    results = [leaf(graph.root), *map(leaf, outputs), *map(leaf, targets)]
    compiled = sympy.lambdify(arguments, results, modules=[_functions(), "math"], cse=lambda _: (assignments, results))
    first = 1 + len(outputs)

    def gradient(values: Sequence[float]) -> tuple[float, list[float], list[float]]:
        found = compiled(*values)
        return found[0], found[1:first], found[first:]

    return gradient


def _functions() -> dict[str, Callable[..., float]]:
    """The functions of generated code, by the names sympy prints."""
    known = FLOAT.functions
    return {**known, "normal_cdf": known["Φ"], "normal_pdf": known["φ"]}


def _needed(graph: Graph) -> list[str]:
    """The forward quantities on the way to the root: not each row's and output's own loss."""
    beside = ("loss rows", "loss terms")
    families = [f for f in graph.families.values() if f.name not in beside]
    return [family.member(indices) for family in families for indices in family.members()]


def _steps(derivation: Derivation, wanted: set[str]) -> list[Any]:
    """The steps of all adjoints and of the wanted parameters, from the root backwards."""
    graph = derivation.graph
    given = set(graph.names("input", "weight", "bias", "threshold")) - wanted
    skip = {derivation.name_of(name) for name in given}
    return [step for step in derivation.steps() if step.target not in skip]


def train(derivation: Derivation, start: Mapping[str, float], steps: int | None = None) -> tuple[Update, ...]:
    """Gradient descent for as many updates as the network says (or `steps`); batches in order. Needs every number."""
    training = derivation.graph.network.training
    count = training.steps if steps is None else steps
    rate = training.learning_rate
    if rate is None and count:
        raise InputError(
            "training.learning_rate is missing: an update needs a rate; add learning_rate = 0.1 under [training]"
        )
    parameters = dict(start)
    whole = _evaluator(derivation)
    cuts = batches(derivation.graph)
    parts = [whole] if len(cuts) == 1 else [_evaluator(derive(build(batch))) for batch in cuts]
    found = []
    for step in range(count + 1):
        loss, outputs, gradient = _still(whole, parameters, step)
        found.append(_state(derivation.graph, step, loss, outputs, gradient, parameters))
        if step < count:
            assert rate is not None
            _, _, change = parts[step % len(parts)](parameters) if len(parts) > 1 else (loss, outputs, gradient)
            parameters |= {name: parameters[name] - float(rate) * change[name] for name in derivation.graph.trained}
            _finite(parameters, step + 1)
    return tuple(found)


def _still(
    evaluate: Evaluate, parameters: Mapping[str, float], step: int
) -> tuple[float, list[float], dict[str, float]]:
    """The evaluation; where it fails after an update, the learning rate is the likelier reason than the numbers given."""
    try:
        return evaluate(parameters)
    except InputError as error:
        if step == 0:
            raise
        raise InputError(
            f"training: after update {step} of the run {error}, or a smaller training.learning_rate"
        ) from None


def batches(graph: Graph) -> list[Any]:
    """The network restricted to each batch of rows, in order; the last may be shorter."""
    network, size = graph.network, graph.network.training.batch_size
    if size is None or not isinstance(network.rows, int) or size >= network.rows:
        return [network]
    assert network.inputs is not None and network.targets is not None
    cuts = [slice(first, first + size) for first in range(0, network.rows, size)]
    return [
        replace(network, inputs=network.inputs[cut], targets=network.targets[cut], rows=len(network.inputs[cut]))
        for cut in cuts
    ]


def _evaluator(derivation: Derivation) -> Evaluate:
    graph = derivation.graph
    if len(graph.parameters) > COMPILED_UP_TO or len(_needed(graph)) > LINES_UP_TO:
        return lambda parameters: _folded(derivation, parameters)
    compiled = compile_gradient(derivation, graph.trained)
    givens = [name for name in graph.names() if graph[name].formula is None]
    fixed = {name: float(value) for name, value in graph.givens.items()}

    def evaluate(parameters: Mapping[str, float]) -> tuple[float, list[float], dict[str, float]]:
        values = [parameters[name] if name in parameters else fixed[name] for name in givens]
        try:
            loss, outputs, gradient = compiled(values)
        except (ValueError, OverflowError, ZeroDivisionError):
            return _folded(derivation, parameters)  # says which quantity, and why
        return loss, outputs, dict(zip(graph.trained, gradient, strict=True))

    return evaluate


def _folded(derivation: Derivation, parameters: Mapping[str, float]) -> tuple[float, list[float], dict[str, float]]:
    graph = derivation.graph
    numbers = Numbers(derivation, FLOAT, parameters)
    for _ in numbers.forward():
        pass
    for _ in numbers.backward():
        pass
    outputs = [float(numbers[name]) for row in outputs_of(graph) for name in row]
    return (
        float(numbers[graph.root]),
        outputs,
        {name: float(numbers[derivation.name_of(name)]) for name in graph.trained},
    )


def _state(
    graph: Graph,
    step: int,
    loss: float,
    outputs: list[float],
    gradient: Mapping[str, float],
    parameters: Mapping[str, float],
) -> Update:
    names = outputs_of(graph)
    width = len(names[0])
    rows = tuple(tuple(outputs[i : i + width]) for i in range(0, len(outputs), width))
    norm = math.sqrt(sum(g * g for g in gradient.values()))
    values = {**parameters, **dict(zip((name for row in names for name in row), outputs, strict=True))}
    return Update(step, loss, rows, norm, float(graph.network.training.learning_rate or 0), values)


def _finite(parameters: Mapping[str, float], step: int) -> None:
    for name, number in parameters.items():
        if not math.isfinite(number):
            raise InputError(
                f"training diverges: after update {step} {name} is no longer a finite number; take a smaller learning_rate"
            )
