"""The rows of a network in portions, one for each update: a graph goes in; which rows an update uses, and the network with those, come out.

Shuffled, the rows of each epoch stand in an order of their own, drawn from the seed by numpy's `RandomState(seed).permutation`, one epoch
after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain
from math import gcd

from derivegen.calculus.chain import Derivation, derive
from derivegen.network.graph import Graph, build
from derivegen.network.network import Network
from derivegen.network.training import Training
from derivegen.on_use import numpy
from derivegen.records import replace

Portion = tuple[int, ...]
"""Rows, counted from 1."""


def batches(graph: Graph) -> list[Network]:
    """The network with the rows of each update, until they come round again; shuffled, of the whole run. Equal ones are one object."""
    network = graph.network
    made = {rows: _restricted(network, rows) for rows in dict.fromkeys(portions(network))}
    return [made[rows] for rows in portions(network)] or [network]


def portions(network: Network) -> tuple[Portion, ...]:
    """The rows of each update; none where every update uses all of them once."""
    rows, training = network.rows, network.training
    if training.batch_size is None or not isinstance(rows, int):
        return ()
    found = _portions(training, rows)
    return () if all(sorted(each) == list(range(1, rows + 1)) for each in found) else found


@lru_cache(maxsize=64)
def _portions(training: Training, rows: int) -> tuple[Portion, ...]:
    size, together = training.batch_size or rows, training.accumulate
    per_epoch = -(-rows // size)
    updates = per_epoch // gcd(per_epoch, together) if training.shuffle is None else max(training.steps, 1)
    epochs = orders(training, rows, -(-updates * together // per_epoch))
    cuts = [order[first : first + size] for order in epochs for first in range(0, rows, size)]
    return tuple(tuple(chain(*cuts[n * together : (n + 1) * together])) for n in range(updates))


def orders(training: Training, rows: int, epochs: int) -> list[Portion]:
    """In which order the rows are taken in each of so many epochs."""
    if training.shuffle is None:
        return [tuple(range(1, rows + 1))] * epochs
    draw = numpy.random.RandomState(training.shuffle)
    return [tuple((draw.permutation(rows) + 1).tolist()) for _ in range(epochs)]


def chains(derivation: Derivation) -> list[Derivation]:
    """What is differentiated in each update, in the order of `batches`. Of batches with as many rows no step is found again."""
    cuts = batches(derivation.graph)
    if len(cuts) == 1 and cuts[0] is derivation.graph.network:
        return [derivation]
    made: dict[int, Derivation] = {}
    first: dict[object, Derivation] = {}
    for cut in cuts:
        if id(cut) not in made:
            like = first.get(cut.rows)
            graph = build(cut)
            made[id(cut)] = derive(graph) if like is None else like.on(cut, graph.givens)
            first.setdefault(cut.rows, made[id(cut)])
    return [made[id(cut)] for cut in cuts]


def _restricted(network: Network, rows: Portion) -> Network:
    """The network restricted to some rows, in this order."""
    inputs, targets = network.inputs, network.targets
    return replace(
        network,
        inputs=inputs and tuple(inputs[row - 1] for row in rows),
        targets=targets and tuple(targets[row - 1] for row in rows),
        rows=len(rows),
    )


def of_rows(givens: Mapping[str, float], rows: Portion) -> Iterator[tuple[str, float]]:
    """The numbers of some rows, by their names where there are no others, and those of no row."""
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows, 1):
        places.setdefault(str(row), []).append(place)
    for name, number in givens.items():
        base, _, own = name.partition("@")
        if not own:
            yield name, number
        for place in places.get(own, ()):
            yield (base if len(rows) == 1 else f"{base}@{place}"), number
