"""In which ways people number the quantities of a network: a graph goes in; tables come out, each from the numbers of an index to what
has that index.

A scheme says what the numbers of an index are, in their order: the layer, the unit, the unit before, a running number. To add one, add a
line to the function of its count of numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from derivegen.network.graph import Graph
from derivegen.records import dataclass, replace

Indices = tuple[int, ...]
Places = Mapping[str, Indices]


def _letters(text: str) -> frozenset[str]:
    return frozenset(text.split())


LETTERS: Mapping[str, frozenset[str]] = {
    "x": _letters("x i input in inp eingabe entree entrada"),
    "t": _letters("t y target d label ziel ytrue soll cible objetivo alvo"),
    "w": _letters("w v u θ weight gewicht wt poids peso"),
    "b": _letters("b β bias θ biais sesgo"),
    "theta": _letters("θ theta threshold b"),
    "z": _letters("z s net n sum netinput zin netin neth neto zh zo preact u"),
    "a": _letters("a h o y f yhat out output act hidden p pred prediction ausgabe sortie salida saida outh outo"),
    "delta": _letters("δ delta d err error dz dnet"),
    "loss": _letters("l e j c loss error cost fehler err etotal mse verlust kosten perte"),
    "rate": _letters("η eta α alpha lr ε μ rate lambda"),
}
"""The letters and words each kind usually has, in lower case."""
KINDS = {"x": "unit", "z": "unit", "a": "unit", "t": "unit", "w": "parameter", "b": "parameter", "theta": "parameter"}
"""Kinds whose letters are used for one another."""
LATE, EARLY = -0.5, -0.7
REVERSED = -0.4


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way of numbering: of what kind its quantities are, which they are, how usual it is; what the order of its numbers and the first
    of them are called, by which the schemes of a page are compared; whether it counts from 0; whether it only runs through them."""

    kind: str
    table: Mapping[Any, str]
    """By its numbers."""
    prior: float = 0.0
    order: str = ""
    first: str = ""
    from_zero: bool = False


def schemes(graph: Graph) -> tuple[Scheme, ...]:
    """Every scheme of a network of layers with one row."""
    found = [*_of_none(graph), *_of_units(graph), *_of_parameters(graph)]
    kept: dict[tuple[str, frozenset[tuple[Indices, str]]], Scheme] = {}
    for each in sorted(found, key=lambda scheme: -scheme.prior):
        if each.table:
            kept.setdefault((each.kind, frozenset(each.table.items())), each)
    return tuple(kept.values())


def _widths(graph: Graph) -> list[int]:
    """How many units each layer has, the inputs first."""
    return list(graph.widths)


def _of_none(graph: Graph) -> Iterator[Scheme]:
    """A single quantity without an index."""
    widths = _widths(graph)
    yield Scheme("loss", {(): "loss"})
    yield Scheme("rate", {(): "rate"})
    for layer, width in enumerate(widths[1:], 1):
        for kind in ("z", "a", "delta") if width == 1 else ():
            prior = 0.0 if layer == len(widths) - 1 else -0.3
            yield Scheme(kind, {(): f"{kind}[{layer}][1]"}, prior)
        biases = [name for name in graph.names("bias") if name.startswith(f"b[{layer}]")]
        if len(biases) == 1:
            yield Scheme("b", {(): biases[0]}, -0.2)
        before = widths[layer - 1]
        if width == before == 1:
            yield Scheme("w", {(): f"w[{layer}][1][1]"}, -0.2)
    if widths[0] == 1:
        yield Scheme("x", {(): "x[1]"})
    if widths[-1] == 1:
        yield Scheme("t", {(): "t[1]"})


def _of_units(graph: Graph) -> Iterator[Scheme]:
    """Inputs, targets, sums, activations, deltas."""
    widths = _widths(graph)
    for kind, width in (("x", widths[0]), ("t", widths[-1])):
        yield from (replace(each, order="") for each in _by_unit(kind, [f"{kind}[{j}]" for j in range(1, width + 1)]))
    for kind in ("z", "a", "delta"):
        layers = [[f"{kind}[{n}][{j}]" for j in range(1, width + 1)] for n, width in enumerate(widths[1:], 1)]
        for names in layers:
            yield from _by_unit(kind, names)
        if len(layers) > 1:
            yield from _by_layer(kind, layers)
        yield from _numbered_through(kind, layers, widths[0] + 1)
        yield from _by_layer_and_unit(kind, layers)


def _by_unit(kind: str, names: Sequence[str]) -> Iterator[Scheme]:
    """The units of one layer by their number, from 1 or from 0."""
    for first in (1, 0):
        table = {(n,): name for n, name in enumerate(names, first)}
        yield Scheme(kind, table, 0 if first else EARLY, "unit", str(first), not first)


def _by_layer(kind: str, layers: Sequence[Sequence[str]]) -> Iterator[Scheme]:
    """The only unit of a layer by the number of the layer; likelier where every layer has but one."""
    alone = all(len(names) == 1 for names in layers)
    for offset, prior in ((0, 0.0 if alone else -0.1), (-1, LATE), (1, EARLY)):
        table = {(n + offset,): names[0] for n, names in enumerate(layers, 1) if len(names) == 1}
        yield Scheme(kind, table, prior if alone else prior - 0.2, "layer", str(1 + offset), offset < 0)


def _numbered_through(kind: str, layers: Sequence[Sequence[str]], behind_inputs: int) -> Iterator[Scheme]:
    """All units by a running number, from 1, from 0 or on from the inputs."""
    for first, prior in ((1, -0.2), (0, EARLY), (behind_inputs, -0.5)):
        table = {(n,): name for n, name in enumerate(chain.from_iterable(layers), first)}
        yield Scheme(kind, table, prior, "running", str(first), not first)


def _by_layer_and_unit(kind: str, layers: Sequence[Sequence[str]]) -> Iterator[Scheme]:
    """Every unit by its layer and its number in it, in either order."""
    for offset, prior in ((0, 0.0), (-1, LATE), (1, EARLY)):
        for low, extra in ((0, 0.0), (-1, EARLY)):
            both = {(n + offset, j + low): name for n, names in enumerate(layers, 1) for j, name in enumerate(names, 1)}
            turned = {(j, n): name for (n, j), name in both.items()}
            first, early = f"{1 + offset},{1 + low}", offset < 0 or low < 0
            yield Scheme(kind, both, prior + extra, "layer-unit", first, early)
            yield Scheme(kind, turned, prior + extra - 1, "unit-layer", first, early)


def _of_parameters(graph: Graph) -> Iterator[Scheme]:
    """Weights and biases."""
    widths = _widths(graph)
    at = {name: _numbers(name) for name in graph.names("weight")}
    places = {name: _numbers(name) for name in graph.names("bias", "threshold")}
    turned = sorted(at, key=lambda name: (at[name][0], at[name][2], at[name][1]))
    yield from _running(at, turned, -0.1)
    yield from _counted(_kind_of_bias(graph), list(places), -0.1, "running")
    nodes = {(number,): name for number, name in enumerate(places, widths[0] + 1)}
    if all(len(where) == 2 for where in places.values()):
        yield Scheme(_kind_of_bias(graph), nodes, -0.4, "node", "node")
    for layer in range(1, len(widths)):
        mine = {name: indices for name, indices in at.items() if indices[0] == layer}
        yield from _running(mine, [name for name in turned if name in mine], -0.2)
        yield from _counted(
            _kind_of_bias(graph), [name for name, where in places.items() if where[0] == layer], -0.2, "unit"
        )
        for low, prior in ((0, -0.2), (-1, EARLY)):
            yield from _both_orders(mine, prior, lambda _, to, of: (to, of), 0, low)
    yield from _by_nodes(widths, at)
    if all(width == 1 for width in widths[1:]):
        yield Scheme("w", {(layer, of): name for name, (layer, _, of) in at.items()}, -0.2, "layer", "1")
    for offset, prior in ((0, 0.0), (-1, LATE), (1, EARLY)):
        for low, extra in ((0, 0.0), (-1, EARLY)):
            yield from _both_orders(at, prior + extra, lambda layer, to, of: (layer, to, of), offset, low)
            yield from _both_orders(at, prior + extra - 0.6, lambda layer, to, of: (to, of, layer), offset, low)
            table = {
                (where[0] + offset, (where[1] if len(where) > 1 else 1) + low): name for name, where in places.items()
            }
            yield Scheme(
                _kind_of_bias(graph),
                table,
                prior + extra,
                "layer-unit",
                f"{1 + offset},{1 + low}",
                offset < 0 or low < 0,
            )
        yield from _by_layers(graph, at, places, offset, prior)


def _by_layers(graph: Graph, at: Places, places: Places, offset: int, prior: float) -> Iterator[Scheme]:
    """The layer alone, where there is one such thing in it; into layers of one unit the layer and the unit below."""
    widths, first, zero = _widths(graph), str(1 + offset), offset < 0
    one = {(where[0] + offset,): name for name, where in places.items() if len(where) == 1 or widths[where[0]] == 1}
    yield Scheme(_kind_of_bias(graph), one, prior - 0.1, "layer", first, zero)
    alone = {(layer + offset,): name for name, (layer, _, _) in at.items() if widths[layer] == widths[layer - 1] == 1}
    yield Scheme("w", alone, prior - 0.1, "layer", first, zero)
    single = {(layer + offset, of): name for name, (layer, _, of) in at.items() if widths[layer] == 1}
    yield Scheme("w", single, prior - 0.4, "layer-source", first, zero)


def _by_nodes(widths: Sequence[int], at: Places) -> Iterator[Scheme]:
    """The numbers of both nodes, where all nodes are numbered on from the inputs."""
    before = [0]
    for width in widths:
        before.append(before[-1] + width)
    for low, prior in ((0, -0.3), (-1, EARLY)):
        ends = {name: (before[layer] + to + low, before[layer - 1] + of + low) for name, (layer, to, of) in at.items()}
        yield Scheme("w", {pair: name for name, pair in ends.items()}, prior, "to-from", f"node{low}", low < 0)
        yield Scheme(
            "w", {pair[::-1]: name for name, pair in ends.items()}, prior + REVERSED, "from-to", f"node{low}", low < 0
        )


def _both_orders(
    at: Places, prior: float, key: Callable[[int, int, int], Indices], offset: int, low: int
) -> Iterator[Scheme]:
    """Weights by what they lead to and come from, and the other way round."""
    first, zero = f"{1 + offset},{1 + low}", offset < 0 or low < 0
    moved = {name: (layer + offset, to + low, of + low) for name, (layer, to, of) in at.items()}
    yield Scheme(
        "w", {key(layer, to, of): name for name, (layer, to, of) in moved.items()}, prior, "to-from", first, zero
    )
    back = {key(layer, of, to): name for name, (layer, to, of) in moved.items()}
    yield Scheme("w", back, prior + REVERSED, "from-to", first, zero)


def _running(rows: Iterable[str], columns: Iterable[str], prior: float) -> Iterator[Scheme]:
    """Weights by a running number, row by row or column by column."""
    yield from _counted("w", list(rows), prior, "rows")
    yield from _counted("w", list(columns), prior + REVERSED, "columns")


def _counted(kind: str, names: Sequence[str], prior: float, order: str) -> Iterator[Scheme]:
    """Names in a row, counted from 1 or from 0."""
    for first in (1, 0):
        table = {(number,): name for number, name in enumerate(names, first)}
        yield Scheme(kind, table, prior if first else prior + EARLY, order, str(first), not first)


def _kind_of_bias(graph: Graph) -> str:
    return "theta" if any(graph.names("threshold")) else "b"


def _numbers(name: str) -> Indices:
    return tuple(int(part) for part in name.partition("[")[2][:-1].split("]["))
