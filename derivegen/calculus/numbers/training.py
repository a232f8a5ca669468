"""Training by hand, many times: a derivation goes in; the loss, outputs, gradient norm and parameters after every update come out.

Networks of layers are evaluated array by array; a graph of one's own, and whatever is evaluated often enough for straight-line code, by
name. Tests hold all of them to the fold over the steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.code.update import Move, moved, started
from derivegen.calculus.numbers.batches import chains
from derivegen.calculus.numbers.evaluate import Numbers, Update
from derivegen.calculus.numbers.evaluator import Evaluated, Evaluator, evaluators, goes_straight, has_layer_form
from derivegen.calculus.numbers.large import in_arrays
from derivegen.calculus.numbers.layer_arrays import filled, given_arrays
from derivegen.calculus.numbers.layer_numbers import numbers_at
from derivegen.calculus.numbers.sides import near_kinks, put_in
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import FLOAT
from derivegen.network.graph import Graph
from derivegen.network.members import Members
from derivegen.network.rule import SQUARES, Rule
from derivegen.on_use import numpy

Handed = Mapping[str, tuple[Any, ...]]
"""What is kept of each parameter."""
Named = Callable[[Mapping[str, float]], tuple[float, list[float], dict[str, float]]]
"""Parameters by name → (root, outputs, gradient by name)."""

FOLDED_UP_TO = 1000
"""Quantities of all evaluations together: the fold has come to them before code with arrays is made, and numpy is there."""


def train(
    derivation: Derivation, start: Mapping[str, float] | None = None, steps: int | None = None
) -> tuple[Update, ...]:
    """As many updates as the network says (or `steps`), from its own parameters or others; batches in order. Needs every number at the
    start; a run that comes to where there are none ends before that. Raises InputError."""
    graph = derivation.graph
    training = graph.network.training
    count = training.steps if steps is None else steps
    rate = training.learning_rate
    if rate is None and count:
        raise InputError(
            "training.learning_rate is missing: an update needs a rate; add learning_rate = 0.1 under [training]"
        )
    _check_room(graph, count)
    parts = chains(derivation)
    return tuple(
        (_by_name if _goes_by_name(graph, count) else _in_arrays)(derivation, parts, start, float(rate or 0), count)
    )


def _goes_by_name(graph: Graph, count: int) -> bool:
    """Whether a run of so many updates is computed quantity by quantity."""
    return graph.size * (count + 1) <= FOLDED_UP_TO or goes_straight(graph, count) or not has_layer_form(graph)


MOST_KEPT = 4 * 10**8
"""Bytes of all updates together; every one is kept, for the page may ask for any."""
BYTES_BY_NAME, BYTES_IN_ARRAYS, BYTES_OF_OUTPUT = 150, 8, 60
"""Of a number that is kept."""


def _check_room(graph: Graph, count: int) -> None:
    """Refuse so many updates of so many parameters that they fill the memory, before the first is made. Raises InputError."""
    network, by_name = graph.network, _goes_by_name(graph, count)
    rows = network.rows if isinstance(network.rows, int) else 1
    each = (
        len(graph.parameters) * (1 + len(network.training.rule.kept)) * (BYTES_BY_NAME if by_name else BYTES_IN_ARRAYS)
    )
    most = MOST_KEPT // (each + graph.n_outputs * rows * BYTES_OF_OUTPUT)
    if count > most:
        raise InputError(
            f"training.steps: found {count}; expected at most {most} for so many parameters ({len(graph.parameters)}) and rows "
            f"({rows}), since all are kept; likely fix: write steps = {most}"
        )


# array by array


def _in_arrays(
    derivation: Derivation, parts: list[Derivation], start: Mapping[str, float] | None, rate: float, count: int
) -> Iterator[Update]:
    graph = derivation.graph
    parameters, free = _starting(graph, start), _free(graph)
    whole, *others = evaluators((derivation, *parts), watched=not in_arrays(graph) and not graph.lettered)
    rule = graph.network.training.rule
    move, kept = moved(rule, arrays=True), _kept_arrays(rule, parameters, rate)
    for step in range(count + 1):
        found = _evaluated(whole, parameters, step)
        if found is None:
            return
        norm = length([numpy.asarray(slope * free[name]) for name, slope in found.gradient.items()])
        last = graph.output.name
        rows = tuple(map(tuple, numpy.atleast_2d(numpy.transpose(found.outputs)).tolist()))
        handed = {
            f"{base}[{name}]": array for name, many in kept.items() for base, array in zip(rule.kept, many, strict=True)
        }
        yield Update(step, found.loss, rows, norm, rate, Members(graph, {**parameters, last: found.outputs}, handed))
        if step < count:
            own = found if len(parts) == 1 else _evaluated(others[step % len(parts)], parameters, step + 1)
            if own is None:
                return
            with numpy.errstate(all="ignore"):
                squares = _squares(own.gradient, free) if rule.uses(SQUARES) else 0.0
                for name, old in parameters.items():
                    added, kept[name] = move(old, own.gradient[name], rate, step + 1, kept[name], squares)
                    parameters = {**parameters, name: old + free[name] * added}
            if not all(numpy.isfinite(array).all() for array in parameters.values()):
                return


def _squares(gradient: Mapping[str, Any], free: Mapping[str, Any]) -> float:
    """The sum of the squares of all derivatives by what is trained."""
    return sum(float(((slope * free[name]) ** 2).sum()) for name, slope in gradient.items())


def _kept_arrays(rule: Rule, parameters: Mapping[str, Any], rate: float) -> dict[str, tuple[Any, ...]]:
    """What is kept of each family before the first update."""
    starts = started(rule, rate)
    return {name: tuple(numpy.full(numpy.shape(own), start) for start in starts) for name, own in parameters.items()}


def length(slopes: list[Any]) -> float:
    """The length of the gradient, also where its square is no double."""
    most = max((float(numpy.abs(slope).max(initial=0.0)) for slope in slopes), default=0.0)
    scale = most if most > LONG else 1.0
    return scale * math.sqrt(sum(float(((slope / scale) ** 2).sum()) for slope in slopes))


LONG = 1e150
"""The square of more is no double."""


def _starting(graph: Graph, start: Mapping[str, float] | None) -> dict[str, Any]:
    """The parameters a run starts from, by family."""
    given = given_arrays(graph)
    families = graph.parameter_families
    if start is None:
        return {family.name: given[family.name] for family in families}
    found = {}
    for family in families:
        found[family.name] = filled(family, start.__getitem__)
    return found


def _free(graph: Graph) -> dict[str, Any]:
    """By family: 1, or an array with 1 where a parameter is trained and 0 where it is frozen."""
    found: dict[str, Any] = {family.name: 1.0 for family in graph.parameter_families}
    frozen = set(graph.parameters).difference(graph.trained) if len(graph.trained) < len(graph.parameters) else ()
    for name in frozen:
        member = graph[name]
        sizes = [int(axis.size) for axis in member.family.axes]
        if isinstance(found[member.family.name], float):
            found[member.family.name] = numpy.ones(sizes)
        found[member.family.name][member.family.entry(member.indices)] = 0.0
    return found


def _evaluated(evaluator: Evaluator, parameters: Mapping[str, Any], step: int) -> Evaluated | None:
    """The evaluation. Where arrays of doubles come to no number, or so near to a kink that they may be on the wrong side of it, what the
    fold over the steps comes to; where that has none either, None after an update, and at the start the fold says which quantity cannot be
    computed. Raises InputError."""
    found = evaluator(parameters)
    finite = all(numpy.isfinite(part).all() for part in (found.loss, found.outputs, *found.gradient.values()))
    if finite and (found.margin == math.inf or found.margin > evaluator.room):
        return found
    try:
        fold = numbers_at(evaluator.derivation, parameters)
        for _ in fold.forward():
            pass
        gradients = dict(fold.gradients)
    except InputError:
        if step == 0 and not finite:
            raise
        return found if finite else None
    return _from_fold(evaluator.derivation, fold, gradients, found)


def _from_fold(derivation: Derivation, fold: Numbers, gradients: Mapping[str, float], found: Evaluated) -> Evaluated:
    """Arrays of the numbers that a fold has."""
    graph = derivation.graph

    slopes = {name: filled(graph.families[name], gradients.__getitem__) for name in found.gradient}
    outputs = filled(graph.output, lambda name: float(fold[name]))
    return Evaluated(float(fold[graph.root]), outputs, slopes)


# by name


def _by_name(
    derivation: Derivation, parts: list[Derivation], start: Mapping[str, float] | None, rate: float, count: int
) -> Iterator[Update]:
    graph = derivation.graph
    parameters = dict(start or {name: float(graph.givens[name]) for name in graph.parameters})
    whole, *others = [_named(each, count) for each in evaluators((derivation, *parts))]
    rule = graph.network.training.rule
    move, measured = moved(rule), rule.uses(SQUARES)
    kept: Handed = dict.fromkeys(graph.trained, started(rule, rate))
    for step in range(count + 1):
        try:
            loss, outputs, gradient = whole(parameters)
            change = gradient if len(parts) == 1 or step == count else others[step % len(parts)](parameters)[2]
        except InputError:
            if step == 0:
                raise
            return
        handed = {f"{base}[{name}]": own for name in kept for base, own in zip(rule.kept, kept[name], strict=True)}
        yield _state(graph, step, loss, outputs, gradient, parameters | handed, rate)
        if step < count:
            try:
                squares = sum(change[name] ** 2 for name in kept) if measured else 0.0
                parameters, kept = _moved(move, parameters, change, rate, step + 1, kept, squares)
            except (ValueError, OverflowError, ZeroDivisionError):
                return


def _moved(
    move: Move,
    parameters: dict[str, float],
    slopes: Mapping[str, float],
    rate: float,
    count: int,
    kept: Handed,
    squares: float,
) -> tuple[dict[str, float], Handed]:
    """The parameters and what is kept after one more update."""
    parameters, found = dict(parameters), dict(kept)
    for name, own in kept.items():
        added, found[name] = move(parameters[name], slopes[name], rate, count, own, squares)
        parameters[name] += added
    return parameters, found


def _named(evaluator: Evaluator, count: int) -> Named:
    derivation, graph = evaluator.derivation, evaluator.derivation.graph
    if not goes_straight(graph, count):
        return partial(_folded, derivation)
    compiled = evaluator.straight
    givens = [name for name in graph.names() if graph[name].formula is None]
    fixed, room = {name: float(value) for name, value in graph.givens.items()}, near_kinks(graph.givens)

    def evaluate(parameters: Mapping[str, float]) -> tuple[float, list[float], dict[str, float]]:
        values = [parameters[name] if name in parameters else fixed[name] for name in givens]
        try:
            loss, outputs, gradient, margin = compiled(values)
        except (ValueError, OverflowError, ZeroDivisionError):
            return _folded(derivation, parameters)  # says which quantity, and why
        if margin <= room or not all(map(math.isfinite, (loss, *outputs, *gradient))):
            return _folded(derivation, parameters)
        return loss, outputs, dict(zip(graph.trained, gradient, strict=True))

    return evaluate


def _folded(derivation: Derivation, parameters: Mapping[str, float]) -> tuple[float, list[float], dict[str, float]]:
    graph = derivation.graph
    numbers = Numbers(derivation, FLOAT, put_in(graph, parameters))
    for _ in numbers.forward():
        pass
    for _ in numbers.backward():
        pass
    outputs = [float(numbers[name]) for row in graph.outputs_by_row for name in row]
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
    rate: float,
) -> Update:
    names = graph.outputs_by_row
    width = len(names[0])
    rows = tuple(tuple(outputs[i : i + width]) for i in range(0, len(outputs), width))
    norm = math.hypot(*gradient.values())
    values = {**parameters, **dict(zip((name for row in names for name in row), outputs, strict=True))}
    return Update(step, loss, rows, norm, rate, values)
