"""The layers of a computation graph: a GraphFigure goes in; by longest path which layer each node stands in, the rows it is wrapped into,
and the columns of nodes and tracks with few crossings (barycentres) come out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from derivegen.figures.extents import extent
from derivegen.figures.figure import GraphFigure, GraphNode
from derivegen.figures.shapes import Box, Circle, Node, Point, bounds
from derivegen.network.walks import in_order
from derivegen.records import dataclass, replace

VALUE, FACTOR, NODE_LABEL = 9.0, 8.0, 11.0
RADIUS, TRACK = 13.0, 12.0

_FILLS: Mapping[str, str] = {"input": "input", "parameter": "parameter", "operation": "paper", "output": "output"}


@dataclass(frozen=True, slots=True)
class Stop:
    """A place in a layer: a node, or the track of a long edge (then `node` is None)."""

    key: str
    node: GraphNode | None
    half_width: float
    half_height: float
    weight: float


@dataclass(frozen=True, slots=True)
class NodeColumns:
    """The stops of every layer from top to bottom, the edges between neighbouring layers, the way of every edge of
    the figure."""

    columns: tuple[tuple[Stop, ...], ...]
    steps: tuple[tuple[str, str, float], ...]
    ways: tuple[tuple[str, ...], ...]


# -- layers and rows -----------------------------------------------------------------------------------------


def layers(figure: GraphFigure) -> dict[str, int]:
    """The layer of every node by longest path; nodes without inputs move right, next to where they are first used."""
    parents: dict[str, list[str]] = {node.id: [] for node in figure.nodes}
    for edge in figure.edges:
        parents[edge.target].append(edge.source)
    layer: dict[str, int] = {}
    waiting = [node.id for node in figure.nodes]
    while waiting:
        ready = [n for n in waiting if all(p in layer for p in parents[n])]
        if not ready:
            raise ValueError(f"the graph runs in a circle through {', '.join(waiting)}")
        layer |= {n: max((layer[p] + 1 for p in parents[n]), default=0) for n in ready}
        waiting = [n for n in waiting if n not in layer]
    uses: dict[str, list[int]] = {node.id: [] for node in figure.nodes}
    for edge in figure.edges:
        uses[edge.source].append(layer[edge.target])
    moved_right = {n: min(uses[n]) - 1 for n in layer if not parents[n] and uses[n]}
    return layer | moved_right


def in_rows(figure: GraphFigure, layer: Mapping[str, int], count: int) -> list[GraphFigure]:
    """The graph cut into this many rows, where few edges cross; a row repeats the nodes that its edges come from."""
    last = max(layer.values())
    first_use = _first_uses(figure, layer)
    cuts = [
        -1,
        *(
            _cut(figure, layer, first_use, last * part // count, max(1, last // (3 * count)))
            for part in range(1, count)
        ),
        last,
    ]
    rows: list[GraphFigure] = []
    for low, high in pairwise(sorted(set(cuts))):
        edges = tuple(e for e in figure.edges if low < layer[e.target] <= high)
        own = [n for n in figure.nodes if low < first_use[n.id] <= high]
        sources = {e.source for e in edges}
        copies = [
            replace(n, repeated=True, above=None, below=None, formula=None)
            for n in figure.nodes
            if n.id in sources and first_use[n.id] <= low
        ]
        rows.append(replace(figure, nodes=(*copies, *own), edges=edges))
    return rows


def _first_uses(figure: GraphFigure, layer: Mapping[str, int]) -> dict[str, int]:
    """The layer that decides in which row a node stands: its own, or for a node without inputs that of its first
    use."""
    computed = {edge.target for edge in figure.edges}
    used = {edge.source for edge in figure.edges}
    return {n: at + (n not in computed and n in used) for n, at in layer.items()}


def _cut(figure: GraphFigure, layer: Mapping[str, int], first_use: Mapping[str, int], wanted: int, slack: int) -> int:
    def crossing(cut: int) -> int:
        return len({e.source for e in figure.edges if first_use[e.source] <= cut < layer[e.target]})

    return min(range(max(0, wanted - slack), wanted + slack + 1), key=lambda cut: (crossing(cut), abs(cut - wanted)))


# -- the grid ------------------------------------------------------------------------------------------------


def in_columns(figure: GraphFigure) -> NodeColumns:
    """Nodes and tracks in layers, ordered so that few edges cross."""
    layer = layers(figure)
    first = min(layer.values())
    columns: list[list[Stop]] = [[] for _ in range(first, max(layer.values()) + 1)]
    nodes = {node.id: node for node in figure.nodes}
    for name in _depth_first(figure):
        columns[layer[name] - first].append(_stop(nodes[name]))
    steps: list[tuple[str, str, float]] = []
    ways: list[tuple[str, ...]] = []
    for number, edge in enumerate(figure.edges):
        tracks = [
            f"{edge.source}>{edge.target}#{number}@{at}" for at in range(layer[edge.source] + 1, layer[edge.target])
        ]
        for at, key in enumerate(tracks, layer[edge.source] + 1):
            columns[at - first].append(Stop(key, None, 0.0, TRACK / 2, 5.0))
        way = (edge.source, *tracks, edge.target)
        outer = 1e-4 if nodes[edge.source].kind != "operation" else 1.0 if tracks else 8.0
        steps += [
            (a, b, 16.0 if a in tracks and b in tracks else min(outer, 1.0) if tracks else outer)
            for a, b in pairwise(way)
        ]
        ways.append(way)
    return NodeColumns(_ordered(columns, steps), tuple(steps), tuple(ways))


def _stop(node: GraphNode) -> Stop:
    shape = node_shape(node, (0.0, 0.0))
    left, top, right, bottom = bounds(shape)
    beside = [extent(text, VALUE) for text in (node.above, node.below, node.formula) if text is not None]
    room = max((height + 2.0 for _, height in beside), default=0.0)
    half = max((right - left) / 2, *(width / 2 - 6.0 for width, _ in beside), 0.0)
    heavy = 1e5 if node.kind in ("operation", "output") else 1.0
    return Stop(node.id, node, half, (bottom - top) / 2 + room, heavy)


def _depth_first(figure: GraphFigure) -> list[str]:
    """Node ids in the order in which a walk from the ends back to the inputs leaves them: neighbours in it are
    neighbours in the graph."""
    parents: dict[str, list[str]] = {node.id: [] for node in figure.nodes}
    for edge in figure.edges:
        parents[edge.target].append(edge.source)
    used = {edge.source for edge in figure.edges}
    return [*in_order((node.id for node in figure.nodes if node.id not in used), parents.__getitem__)]


def _ordered(columns: list[list[Stop]], steps: Sequence[tuple[str, str, float]]) -> tuple[tuple[Stop, ...], ...]:
    """The layers ordered by barycentres, to and fro; the arrangement with the fewest crossings wins."""
    near: dict[str, list[str]] = {}
    for a, b, _ in steps:
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    best = [list(column) for column in columns]
    for sweep in range(8):
        forward = sweep % 2 == 0
        for at in range(1, len(columns)) if forward else range(len(columns) - 2, -1, -1):
            beside = {stop.key: position for position, stop in enumerate(columns[at - 1 if forward else at + 1])}
            columns[at] = _by_barycentre(columns[at], beside, near)
        if _crossings(columns, steps) < _crossings(best, steps):
            best = [list(column) for column in columns]
    return tuple(tuple(column) for column in best)


def _by_barycentre(column: list[Stop], beside: Mapping[str, int], near: Mapping[str, list[str]]) -> list[Stop]:
    def centre(item: tuple[int, Stop]) -> float:
        places = [beside[key] for key in near.get(item[1].key, ()) if key in beside]
        return sum(places) / len(places) if places else float(item[0])

    return [stop for _, stop in sorted(enumerate(column), key=centre)]


def _crossings(columns: Sequence[Sequence[Stop]], steps: Sequence[tuple[str, str, float]]) -> int:
    at = {stop.key: (number, position) for number, column in enumerate(columns) for position, stop in enumerate(column)}
    ends = [(at[a][0], at[a][1], at[b][1]) for a, b, _ in steps]
    pairs = ((p, q) for i, p in enumerate(ends) for q in ends[:i] if p[0] == q[0])
    return sum((p[1] - q[1]) * (p[2] - q[2]) < 0 for p, q in pairs)


def node_shape(node: GraphNode, centre: Point) -> Node:
    """Parameters are boxes, everything else is round (or a long box); the output has a thick outline, a copy a dashed
    one."""
    width, height = extent(node.label, NODE_LABEL)
    fill = "paper" if node.repeated else _FILLS[node.kind]
    stroke = 1.5 if node.kind == "output" else 0.8
    if node.kind == "parameter":
        side = 2 * RADIUS * 0.9
        return Box(
            centre, max(side, width + 7.0), max(side, height + 6.0), fill, "line", stroke, node.repeated, 2.5, node.id
        )
    if (width**2 + height**2) ** 0.5 / 2 <= RADIUS + 1.0:
        return Circle(centre, RADIUS, fill, "line", stroke, node.repeated, node.id)
    tall = max(2 * RADIUS * 0.9, height + 6.0)
    return Box(centre, max(2 * RADIUS, width + 10.0), tall, fill, "line", stroke, node.repeated, tall / 2, node.id)
