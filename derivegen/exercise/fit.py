"""Numbers made for hands: what is asked goes in, demands on the numbers come out; numbers of many candidates go in, and which of them break
which demand comes out.

The network's own numbers set the standard: a place at which they break a demand themselves is not held to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Any, NamedTuple

from derivegen.calculus.numbers.evaluate import Numbers, Symbolic
from derivegen.errors import InputError
from derivegen.exercise.draw import Column
from derivegen.formula.arithmetic.value import Irrational, value
from derivegen.formula.function import Choice, Switch
from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.tree import Call, Compare, Formula, Negative, Number, Quantity, Sum, walk
from derivegen.mistakes.mistaken import Right
from derivegen.network.names import is_delta, parse_derivative
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.on_use import numpy
from derivegen.records import dataclass, replace

SMALL = 1e-3
"""A derivative nearer to 0 has too few digits."""
FLAT = 0.02
"""A slope below this is that of a saturated unit; so is a probability nearer to 0 or 1."""
FAR = 4
"""From here on softplus and its kin are a straight line or nothing."""
EDGE = 0.05
"""Nearer than this to where a function has a kink, a rounded number may lie on the wrong side."""
LARGE = 100
"""Larger numbers are no pleasure by hand."""
MANY = 400
"""Weights of a layer; among more no two units are alike by chance."""
LIKE = 0.25
"""At most this share of the weights of a square layer may equal their mirror image."""

FIRST, LAST = 1, 2
LAST_WISHES = ("symmetric", "saturated", "tie")

Broken = Callable[[Numbers], Any]


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that may make numbers unfit: its reason by name, and for which candidates it does. A `wish` is given up where next to
    nothing fulfils it, those of `FIRST` before those of `LAST`."""

    reason: str
    broken: Broken
    wish: int = 0


def demands(right: Right, asked: Sequence[str], made: Sequence[Column], digits: int) -> tuple[Demand, ...]:
    """What the numbers of a sheet that asks this must be like, in the order in which it is looked at. `right` has the own numbers."""
    found = [demand for demand in _demands(right, asked, made, digits) if not _breaks(right.numbers, demand)]
    return tuple(replace(demand, wish=LAST) if demand.reason in LAST_WISHES else demand for demand in found)


def _breaks(own: Numbers, demand: Demand) -> bool:
    """Whether the network's own numbers break the demand. Nothing can make a number out of none, so that is never let pass."""
    try:
        return demand.reason != "undefined" and bool(numpy.any(demand.broken(own)))
    except (Symbolic, Irrational, InputError):
        return False


def _demands(right: Right, asked: Sequence[str], made: Sequence[Column], digits: int) -> Iterator[Demand]:
    cone = tuple(dict.fromkeys(part for name in asked for part in right.cone(name)))
    yield from _different_weights(right, made)
    limit = _limit(right.numbers, cone)
    yield Demand("undefined", lambda numbers: _any(~numpy.isfinite(numbers[part]) for part in cone))
    yield Demand("too-large", lambda numbers: _any(numpy.abs(numbers[part]) >= limit for part in cone))
    formulas = {step.reading: None for part in cone if (step := right.step(part)[1]) is not None}
    pieces = dict.fromkeys(piece for formula in formulas for piece in walk(formula))
    yield from (demand for piece in pieces for demand in _of_function(piece))
    for layer in _layers(right, cone):
        yield from _of_layer(layer)
    for name in asked:
        if parse_derivative(name) is not None or is_delta(name):
            yield Demand("small", lambda numbers, name=name: numpy.abs(numbers[name]) < SMALL)  # type: ignore[misc]
    yield _all_different(right.numbers, asked, digits)


def _any(broken: Iterable[Any]) -> Any:
    found: Any = False
    for one in broken:
        found = found | one
    return found


def _limit(own: Numbers, cone: Iterable[str]) -> float:
    """How large numbers may get: twice what they are in the file, if that is a lot already."""
    try:
        return max(LARGE, *(2 * abs(float(own[part])) for part in cone))
    except (Symbolic, Irrational, InputError):
        return LARGE


def _different_weights(right: Right, made: Sequence[Column]) -> Iterator[Demand]:
    """No two units with the same weights coming in, and square arrays that differ from their mirror image."""
    varied = {name for column in made for name in column.names}
    for family in right.graph.families.values():
        if family.kind != "weight" or len(family.axes) != 2:
            continue
        rows: dict[Any, dict[Any, str]] = {}
        for j, k in islice(family.members(), MANY + 1):
            rows.setdefault(j, {})[k] = family.member((j, k))
        if sum(map(len, rows.values())) <= MANY and not varied.isdisjoint(
            name for row in rows.values() for name in row.values()
        ):
            yield from (
                _differing(one, other) for one, other in combinations(rows.values(), 2) if one.keys() == other.keys()
            )
            yield from _unlike_mirror(rows)


def _differing(one: Mapping[Any, str], other: Mapping[Any, str]) -> Demand:
    def broken(numbers: Numbers) -> Any:
        alike: Any = True
        for k, name in one.items():
            alike = alike & (numbers[name] == numbers[other[k]])
        return alike

    return Demand("symmetric", broken)


def _unlike_mirror(rows: Mapping[Any, Mapping[Any, str]]) -> Iterator[Demand]:
    pairs = [(row[k], rows[k][j]) for j, row in rows.items() for k in row if k > j and j in rows.get(k, ())]

    def broken(numbers: Numbers) -> Any:
        alike = [numpy.asarray(numbers[one] == numbers[other]).astype(int) for one, other in pairs]
        return sum(alike) > LIKE * len(pairs)

    if pairs:
        yield Demand("symmetric", broken)


def _of_function(piece: Formula) -> Iterator[Demand]:
    """Kinks and flat parts of a function."""
    if isinstance(piece, Compare):
        yield _away(piece.left, piece.right)
    if not isinstance(piece, Call) or piece.function not in FUNCTIONS:
        return
    known, sides = FUNCTIONS[piece.function], piece.arguments
    if isinstance(known.kink, Switch):
        yield _away(sides[0], Number("0"))
    elif isinstance(known.kink, Choice):
        yield from (_away(one, other, "tie") for one, other in combinations(sides, 2))
    low, high = known.limits
    if low is not None and high is not None:
        yield Demand("saturated", lambda numbers: _near(_value(piece, numbers), low, high))


def _value(formula: Formula, numbers: Numbers) -> Any:
    return value(formula, numbers.__getitem__, numbers.arithmetic)


def _near(a: Any, low: int, high: int, share: float = 1) -> Any:
    """Whether (a − low)(high − a) is as good as 0, which is the slope of sigmoid, tanh and softmax."""
    return (a - low) * (high - a) < FLAT * share


def _away(one: Formula, other: Formula, reason: str = "borderline") -> Demand:
    difference = Sum((one, Negative(other)))
    return Demand(reason, lambda numbers: numpy.abs(_value(difference, numbers)) < EDGE)


class _Layer(NamedTuple):
    """What is looked at of one layer and row: its rule, and z and a of its units."""

    rule: str
    z: tuple[str, ...]
    a: tuple[str, ...]


def _layers(right: Right, cone: Iterable[str]) -> Iterator[_Layer]:
    units: dict[tuple[str, str, Any], list[str]] = {}
    for part in cone:
        found = right.graph.locate(part)
        if found is not None and found[0].kind == "activation":
            units.setdefault((found[0].rule, found[0].name, found[1][1:]), []).append(part)
        elif found is not None and found[0].equations and found[0].rule in ACTIVATIONS:
            units.setdefault((found[0].rule, found[0].name, None), []).append(part)
    for (rule, _, _), many in units.items():
        yield _Layer(rule, tuple(z for a in many for z in _argument(right, a)), tuple(many))


def _argument(right: Right, a: str) -> Iterator[str]:
    """The z of an activation; of a graph with index letters what the function is taken of."""
    if right.graph.layered:
        yield f"z{a.removeprefix('a')}"
        return
    match right.graph[a].formula:
        case Call(_, (Quantity(z),)):
            yield z


def _of_layer(layer: _Layer) -> Iterator[Demand]:
    """ReLUs that pass nothing on, smooth ones far from their bend, outputs of a softmax near 0 or 1 or alike."""
    entry = ACTIVATIONS.get(layer.rule)
    if entry is None:
        return
    if entry.is_switch and entry.shuts:
        yield from (Demand("dead", lambda numbers, z=z: numbers[z] <= 0, wish=FIRST) for z in layer.z)  # type: ignore[misc]
        yield Demand("dead", lambda numbers: ~_any(numbers[z] > 0 for z in layer.z))
    elif entry.kind == "smooth" and not entry.is_straight and None in entry.limits:
        yield from (Demand("saturated", lambda numbers, z=z: numpy.abs(numbers[z]) > FAR) for z in layer.z)  # type: ignore[misc]
    elif entry.kind == "coupled":
        share = 2 / len(layer.a)  # of many outputs most are small
        yield from (Demand("saturated", lambda numbers, a=a: _near(numbers[a], 0, 1, share)) for a in layer.a)  # type: ignore[misc]
        yield from (_away(Quantity(one), Quantity(other), "tie") for one, other in combinations(layer.a, 2))


def _all_different(own: Numbers, asked: Sequence[str], digits: int) -> Demand:
    """No two values, no two derivatives and no two updates with the same digits, but those that are the same in the file as well (a bias's
    derivative and its unit's δ). A derivative may be a value: y − t is y where the target is 0, which a target of a class has to be able
    to be."""
    groups: dict[str, dict[Any, str]] = {"": {}, "d": {}, "'": {}}
    for name in asked:
        apart = groups["'" if name.endswith("'") else "d" if "/" in name or is_delta(name) else ""]
        try:
            apart.setdefault(f"{float(own[name]):.9g}", name)
        except (Symbolic, Irrational, InputError):
            apart[name] = name
    together = [tuple(apart.values()) for apart in groups.values() if len(apart) > 1]

    def broken(numbers: Numbers) -> Any:
        return _any(_alike(numbers, names, digits) for names in together) if together else numpy.False_

    return Demand("same-answer", broken, wish=FIRST)


def _alike(numbers: Numbers, names: Sequence[str], digits: int) -> Any:
    values = numpy.stack(numpy.broadcast_arrays(*(numbers[name] for name in names)))
    return numpy.any(numpy.diff(numpy.sort(numpy.round(values, digits), axis=0), axis=0) == 0, axis=0)
