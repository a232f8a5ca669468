"""What may be drawn: a network goes in, columns of choices for its numbers come out; a seed and a student's identity go in, rows of draws
come out.

Every number is a whole number over a power of ten, in the manner of the file's own: as many decimals, as wide a range.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from itertools import combinations, pairwise, product
from math import ceil, sqrt
from typing import Any, NamedTuple

from derivegen.errors import InputError
from derivegen.network.family import Family
from derivegen.network.graph import Graph
from derivegen.network.layer import Layer
from derivegen.network.network import Network, Vector
from derivegen.network.restated import as_typed, givens
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.on_use import numpy

VARIED = ("inputs", "weights", "biases", "targets")
NOTHING = "nothing"
MOST_DECIMALS = 2
WHOLE = 3
"""Whole numbers reach at least this far, or there would be next to nothing to choose from."""
REACH = Fraction(9, 10)
"""Other numbers reach at least this far."""
MANY = 10
SPREAD = 2.5
"""Where inputs are large, weights need not reach so far: a standard deviation of z is about enough at this size."""
MOST_TOGETHER = 20_000
"""Choices for numbers that are drawn together (a row of bits, targets that add up to 1)."""

Choices = tuple[tuple[Fraction, ...], ...]


class Column(NamedTuple):
    """Numbers that are drawn together, and what they may be: one choice is a number for each name."""

    names: tuple[str, ...]
    choices: Choices


def columns(graph: Graph, vary: Sequence[str] | None) -> tuple[Column, ...]:
    """What varies: as `vary` says, else as the file's [exercise] does, else every number it states. Raises InputError."""
    chosen = _chosen(graph.network, vary)
    if NOTHING in chosen:
        return ()
    stated = {name: as_typed(number) for name, number in graph.givens.items()}
    made = tuple(_of_layers(graph, chosen, stated) if graph.layered else _of_graph(graph, chosen, stated))
    if not any(len(column.choices) > 1 for column in made):
        raise InputError(
            f"there are no numbers to vary ({', '.join(chosen)}): state some in the network file, or vary others of "
            f"{', '.join(VARIED)}, or nothing"
        )
    return made


def _chosen(network: Network, vary: Sequence[str] | None) -> tuple[str, ...]:
    exercise = network.exercise
    chosen = tuple(vary or (exercise.vary if exercise is not None else None) or VARIED)
    wrong = [word for word in chosen if word not in (*VARIED, NOTHING)]
    if wrong or (NOTHING in chosen and len(chosen) > 1):
        raise InputError(f"vary: found {', '.join(chosen)}; expected some of {', '.join(VARIED)}, or {NOTHING} alone")
    return chosen


def _of_graph(graph: Graph, chosen: Sequence[str], stated: Mapping[str, Fraction]) -> Iterator[Column]:
    """A graph of one's own has inputs and parameters; weights and biases are both parameters. With index letters each family is drawn in
    its own manner, and a start that is 0 throughout stays."""
    if "inputs" in chosen:
        for names in _by_family(graph, graph.names("input"), stated):
            yield from _each(names, stated, signed=False)
    if "weights" in chosen or "biases" in chosen:
        for names in _by_family(graph, graph.parameters, stated):
            yield from _each(names, stated)


def _by_family(graph: Graph, names: Iterable[str], stated: Mapping[str, Fraction]) -> Iterator[list[str]]:
    there = [name for name in names if name in stated]
    if not graph.lettered:
        yield there
        return
    groups: dict[str, list[str]] = {}
    for name in there:
        groups.setdefault(name.partition("[")[0], []).append(name)
    yield from (group for group in groups.values() if any(stated[name] for name in group))


def _of_layers(graph: Graph, chosen: Sequence[str], stated: Mapping[str, Fraction]) -> Iterator[Column]:
    if "inputs" in chosen and graph.network.inputs is not None:
        yield from _inputs(_by_row(graph, graph.stack[0].below), stated)
    for layer in graph.stack:
        for family in layer.parameters:
            names = [name for name in family.names() if name in stated]
            if family.kind == "weight" and "weights" in chosen:
                yield from _each(names, stated, least=_least(graph.network, layer))
            elif family.kind != "weight" and "biases" in chosen:
                yield from _each(names, stated)
    if "targets" in chosen and graph.network.targets is not None:
        yield from _targets(graph, _by_row(graph, graph.target), stated)


def _by_row(graph: Graph, family: Family) -> list[list[str]]:
    """The members of a family of data, a list for each row the file states."""
    units = family.axes[0].range()
    if len(family.axes) == 1:
        return [[family.member((unit,)) for unit in units]]
    count = len(graph.network.inputs or graph.network.targets or ())
    return [[family.member((unit, row)) for unit in units] for row in range(1, count + 1)]


MOST_CHOICES = 10**5
"""Numbers that one is drawn from."""


def _least(network: Network, layer: Layer) -> Fraction:
    """How far weights reach at least: less where what they are multiplied by is large."""
    if layer.number > 1:
        size = sqrt(layer.fan_in)
    else:
        size = max((sqrt(sum(float(x) ** 2 for x in row)) for row in network.inputs or ()), default=1.0)
    return min(REACH, Fraction(ceil(100 * SPREAD / size), 100)) if size > 0 else REACH


def _each(
    names: Sequence[str], stated: Mapping[str, Fraction], signed: bool = True, least: Fraction = REACH
) -> Iterator[Column]:
    """Each number by itself; `signed` ones of both signs, others only if the file has both."""
    own = [stated[name] for name in names]
    choices = tuple((number,) for number in _like(own, signed, least))
    yield from (Column((name,), choices) for name in names)


def _like(own: Sequence[Fraction], signed: bool, least: Fraction) -> Iterator[Fraction]:
    """Numbers like the file's own: as many decimals, as far from 0, never 0; of very large ones fewer digits than they could have."""
    places = _decimals(own)
    unit = Fraction(1, 10**places)
    reach = max(_reach(own), WHOLE if places == 0 else least)
    while reach > unit * MOST_CHOICES:
        unit *= 10
    count = ceil(reach / unit)
    both = signed or any(number < 0 for number in own)
    return (n * unit for n in range(-count if both else 1, count + 1) if n)


def _reach(own: Sequence[Fraction]) -> Fraction:
    """How far numbers go: of a few to the largest; of many as far as makes even draws as large on average as they are."""
    largest = max((abs(number) for number in own), default=Fraction(0))
    even = sqrt(3 * sum(float(number) ** 2 for number in own) / max(1, len(own)))
    return largest if len(own) < MANY else min(largest, Fraction(round(even, 3)))


def _decimals(own: Sequence[Fraction]) -> int:
    """How many decimals the numbers show, at most two; of zeros alone one, since they show nothing."""
    shown = (
        next((n for n in range(MOST_DECIMALS) if (number * 10**n).denominator == 1), MOST_DECIMALS) for number in own
    )
    return max(shown, default=1) if any(own) else 1


def _inputs(rows: Sequence[Sequence[str]], stated: Mapping[str, Fraction]) -> Iterator[Column]:
    own = [stated[name] for names in rows for name in names]
    if not set(own) <= {0, 1}:
        yield from _each([name for names in rows for name in names], stated, signed=False)
        return
    for names in rows:  # bits: a row that is all alike says so on purpose, and stays
        before = tuple(stated[name] for name in names)
        patterns = _bits(len(names)) if len(set(before)) > 1 and 2 ** len(names) <= MOST_TOGETHER else (before,)
        yield Column(tuple(names), patterns)


def _bits(count: int) -> Choices:
    return tuple(bits for bits in product((Fraction(0), Fraction(1)), repeat=count) if len(set(bits)) > 1)


def _targets(graph: Graph, rows: Sequence[Sequence[str]], stated: Mapping[str, Fraction]) -> Iterator[Column]:
    own = [[stated[name] for name in names] for names in rows]
    values = {number for row in own for number in row}
    width, loss = graph.n_outputs, graph.network.loss
    if width > 1 and values <= {0, 1} and all(sum(row) == 1 for row in own):
        classes = tuple(tuple(Fraction(int(j == one)) for j in range(width)) for one in range(width))
        yield from (Column(tuple(names), classes) for names in rows)
    elif loss is not None and loss.targets == "shares":
        yield from (Column(tuple(names), _shares(tuple(row))) for names, row in zip(rows, own, strict=True))
    else:
        choices = tuple((number,) for number in _target_range(graph, values))
        yield from (Column((name,), choices) for names in rows for name in names)


def _target_range(graph: Graph, values: set[Fraction]) -> Iterable[Fraction]:
    """What a target may be: classes stay classes, others lie where the output can."""
    if values <= {0, 1}:
        return (Fraction(0), Fraction(1))
    if values <= {-1, 1}:
        return (Fraction(-1), Fraction(1))
    entry = ACTIVATIONS.get(graph.output.rule)
    low, high = (None, None) if entry is None else entry.limits
    places = max(_decimals(list(values)), MOST_DECIMALS)
    if low is not None and high is not None:
        return (Fraction(n, 10**places) for n in range(low * 10**places + 1, high * 10**places) if n)
    return _like(list(values), low is None, REACH)


def _shares(own: Vector) -> Choices:
    """Targets that add up to 1, none of them 0; as they were where there are too many ways to share."""
    parts = len(own)
    ways = (100, 10) if parts < 4 else (10,)
    for whole in ways:
        cuts = [(0, *places, whole) for places in combinations(range(1, whole), parts - 1)] if parts <= whole else []
        if 1 < len(cuts) <= MOST_TOGETHER:
            return tuple(tuple(Fraction(high - low, whole) for low, high in pairwise(cut)) for cut in cuts)
    return (tuple(map(as_typed, own)),)


def fingerprint(network: Network) -> str:
    """What the draws depend on besides seed and identity, as text: numbers, layers, loss, training; not how anything is called or shown."""
    numbers = [f"{name}={as_typed(number)}" for name, number in sorted(givens(network).items())]
    loss, training = network.loss, network.training
    chosen: tuple[object, ...] = ()
    if loss is not None:
        chosen = (loss.name, loss.formula, loss.reduction, sorted(loss.parameters.items()))
        chosen += (loss.outputs,) if "outputs" in loss.averages else ()
    how: tuple[object, ...] = (training.optimizer, training.batch_size, training.frozen, training.trained)
    how += (training.accumulate, training.shuffle) if training.accumulate > 1 or training.shuffle is not None else ()
    how += (training.library,) if training.library else ()  # what it is set to stands among the numbers
    return "\n".join([*numbers, *network.shape, repr(chosen), repr(how)])


class Draws:
    """One identity's draws, one after the other: which choice of each column. They depend on nothing but the text they start from."""

    def __init__(self, start: str, sizes: Any) -> None:
        self._random = random.Random(int.from_bytes(sha256(start.encode()).digest()))
        self._sizes = sizes

    def take(self, count: int) -> Any:
        """The next `count` draws, a row each."""
        width = len(self._sizes)
        numbers = numpy.frombuffer(self._random.randbytes(4 * count * width), dtype="<u4").reshape(count, width)
        return ((numbers.astype(numpy.uint64) * self._sizes) >> numpy.uint64(32)).astype(numpy.intp)
