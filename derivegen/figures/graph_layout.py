"""A GraphFigure goes in, a Drawing comes out: layers by longest path, few crossings (barycentres), straight chains,
values beside the edges.

Inputs and parameters stand just left of where they are first used. An edge over several layers gets a track of its
own between the nodes. A graph too long for a page is wrapped: each row after the first starts with a dashed copy of
the nodes it goes on from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import dist

from derivegen.figures.extents import extent
from derivegen.figures.figure import GraphEdge, GraphFigure, GraphNode
from derivegen.figures.graph_columns import (
    FACTOR,
    NODE_LABEL,
    RADIUS,
    VALUE,
    NodeColumns,
    Stop,
    in_columns,
    in_rows,
    layers,
    node_shape,
)
from derivegen.figures.network_plan import PAGE_WIDTH
from derivegen.figures.placing import Wish, place
from derivegen.figures.shapes import (
    Arrow,
    Drawing,
    Label,
    Node,
    Point,
    Shape,
    bounds,
    collisions,
    edge_of,
    moved,
    runs_into,
)
from derivegen.records import replace

WIDEST = PAGE_WIDTH * VALUE / 7.0
ROW_GAP = 22.0


def lay_out_graph(figure: GraphFigure) -> Drawing:
    """The drawing of a computation graph, in as many rows as it takes to keep the text readable."""
    layer = layers(figure)
    last = max(layer.values())
    drawings: list[Drawing] = []
    for rows in range(1, last + 2):
        parts = [part for part in in_rows(figure, layer, rows) if part.nodes]
        if rows <= last and any(_least_width(part) > WIDEST for part in parts):
            continue
        drawings = [_best_row(part) for part in parts]
        if max(d.width for d in drawings) <= WIDEST:
            break
    return _stacked(drawings)


def _stacked(drawings: Sequence[Drawing]) -> Drawing:
    shapes: list[Shape] = []
    top = 0.0
    for drawing in drawings:
        shapes += [moved(shape, 0.0, top) for shape in drawing.shapes]
        top += drawing.height + ROW_GAP
    return Drawing(0.0, 0.0, tuple(shapes), tuple(text for d in drawings for text in d.left_out))


# -- coordinates ---------------------------------------------------------------------------------------------


def _heights(grid: NodeColumns, pitch: float) -> dict[str, float]:
    """The y of every stop: near its neighbours' mean, chains of operations straight, stops of a layer kept apart."""
    pull: dict[str, list[tuple[str, float]]] = {}
    for a, b, weight in grid.steps:
        pull.setdefault(a, []).append((b, weight))
        pull.setdefault(b, []).append((a, weight))
    y = {stop.key: position * pitch for column in grid.columns for position, stop in enumerate(column)}
    for sweep in range(60):
        for column in grid.columns if sweep % 2 == 0 else reversed(grid.columns):
            wanted = [_mean(pull.get(stop.key, ()), y, y[stop.key]) for stop in column]
            y |= dict(zip((stop.key for stop in column), _kept_apart(column, wanted, pitch), strict=True))
    return y


def _mean(pulls: Iterable[tuple[str, float]], y: Mapping[str, float], own: float) -> float:
    pairs = [(y[key], weight) for key, weight in pulls]
    return sum(at * weight for at, weight in pairs) / sum(w for _, w in pairs) if pairs else own


def _kept_apart(column: Sequence[Stop], wanted: Sequence[float], pitch: float) -> list[float]:
    """The places nearest to the wanted ones (weighted squares) at which neighbours keep their distance: pool adjacent
    violators."""
    offset, offsets = 0.0, [0.0]
    for upper, lower in pairwise(column):
        full = pitch - 2 * RADIUS if upper.node and lower.node else (pitch - 2 * RADIUS) / 2
        offset += upper.half_height + lower.half_height + full
        offsets.append(offset)
    pools: list[tuple[float, float, int]] = []
    for stop, want, shift in zip(column, wanted, offsets, strict=True):
        pools.append((want - shift, stop.weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, u, m), (b, v, n) = pools.pop(-2), pools.pop()
            pools.append(((a * u + b * v) / (u + v), u + v, m + n))
    free = [mean for mean, _, size in pools for _ in range(size)]
    return [mean + shift for mean, shift in zip(free, offsets, strict=True)]


def _lefts(figure: GraphFigure, grid: NodeColumns, y: Mapping[str, float], spread: float) -> list[float]:
    """The x of every layer: between two layers there is room for the widest value and for steep edges."""
    layer_of = {stop.key: number for number, column in enumerate(grid.columns) for stop in column}
    half = [max(stop.half_width for stop in column) or RADIUS for column in grid.columns]
    gaps = [30.0] * (len(half) - 1)
    for a, b, _ in grid.steps:
        gaps[layer_of[a]] = max(gaps[layer_of[a]], 0.5 * abs(y[a] - y[b]))
    for edge, way in zip(figure.edges, grid.ways, strict=True):
        at = layer_of[way[0]]
        gaps[at] = max(
            gaps[at], *(extent(text, VALUE)[0] + 14.0 for text in (edge.above, edge.below) if text is not None), 0.0
        )
    xs = [0.0]
    for (before, after), gap in zip(pairwise(half), gaps, strict=True):
        xs.append(xs[-1] + before + gap * spread + after)
    return xs


# -- drawing -------------------------------------------------------------------------------------------------


def _least_width(figure: GraphFigure) -> float:
    """How wide a row is at least, without the outer halves of its first and last nodes."""
    grid = in_columns(figure)
    return _lefts(figure, grid, {stop.key: 0.0 for column in grid.columns for stop in column}, 1.0)[-1]


def _best_row(figure: GraphFigure) -> Drawing:
    """One row, drawn with growing distances until every value has its place."""
    grid = in_columns(figure)
    valued = any(edge.above is not None or edge.below is not None for edge in figure.edges)
    best, best_faults = None, (0, 0, 0)
    for spread in (1.0, 1.15, 1.3, 1.6, 2.0):
        drawing = _row(figure, grid, 2 * RADIUS + (28.0 if valued else 16.0) * spread, spread)
        faults = (len(drawing.left_out), *collisions(drawing))
        if best is None or (faults < best_faults and (drawing.width <= WIDEST or faults[0] < best_faults[0])):
            best, best_faults = drawing, faults
        if best_faults == (0, 0, 0):
            break
    assert best is not None
    return best


def _row(figure: GraphFigure, grid: NodeColumns, pitch: float, spread: float) -> Drawing:
    y = _heights(grid, pitch)
    xs = _lefts(figure, grid, y, spread)
    at = {stop.key: (xs[number], y[stop.key]) for number, column in enumerate(grid.columns) for stop in column}
    nodes = {stop.key: node_shape(stop.node, at[stop.key]) for column in grid.columns for stop in column if stop.node}
    halves = [max(stop.half_width for stop in column) for column in grid.columns]
    half_at = {xs[number]: half for number, half in enumerate(halves)}
    arrows = [_arrow(figure, number, way, nodes, at, half_at) for number, way in enumerate(grid.ways)]
    standing = [label for node in figure.nodes for label in _node_labels(node, nodes[node.id])]
    wishes = [wish for node in figure.nodes for wish in _node_wishes(node, nodes[node.id])]
    wishes += [w for edge, arrow in zip(figure.edges, arrows, strict=True) for w in _wishes(edge, arrow)]
    placed, left_out = place(wishes, list(nodes.values()), arrows, standing)
    labels = [shape for each in placed for shape in each.shapes]
    without = tuple(wish.content for wish in left_out)
    return _at_origin(Drawing(0.0, 0.0, (*arrows, *nodes.values(), *standing, *labels), without))


def _at_origin(drawing: Drawing) -> Drawing:
    boxes = [bounds(shape) for shape in drawing.shapes]
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    width, height = max(b[2] for b in boxes) - left, max(b[3] for b in boxes) - top
    return replace(drawing, width=width, height=height, shapes=tuple(moved(s, -left, -top) for s in drawing.shapes))


def _arrow(
    figure: GraphFigure,
    number: int,
    way: Sequence[str],
    nodes: Mapping[str, Node],
    at: Mapping[str, Point],
    half_at: Mapping[float, float],
) -> Arrow:
    """The edge as an arrow: straight, or along its tracks; edges between the same two nodes bow apart."""
    corners: list[Point] = []
    for key in way[1:-1]:
        x, y = at[key]
        corners += [(x - half_at[x], y), (x + half_at[x], y)] if half_at[x] else [(x, y)]
    source, target = nodes[way[0]], nodes[way[-1]]
    twins = [
        n
        for n, e in enumerate(figure.edges)
        if (e.source, e.target) == (figure.edges[number].source, figure.edges[number].target)
    ]
    if len(twins) > 1 and not corners:
        others = [node for key, node in nodes.items() if key not in (way[0], way[-1])]
        corners = [_bow(source.centre, target.centre, twins.index(number) - (len(twins) - 1) / 2, others)]
    start = edge_of(source, corners[0] if corners else target.centre)
    end = edge_of(target, corners[-1] if corners else source.centre)
    points = (start, *corners, end)
    return Arrow(points[::-1], "line", 0.9, (4.0, 2.2)) if figure.edges[number].back else Arrow(points, "line", 0.8)


def _bow(start: Point, end: Point, share: float, others: Sequence[Node]) -> Point:
    """The corner of an arrow that leaves the straight line, as far as there is room."""
    (x0, y0), (x1, y1) = start, end
    length = dist(start, end)
    corner = start
    for width in (40.0, 32.0, 24.0, 18.0):
        aside = width * share / length
        corner = (x0 + x1) / 2 - aside * (y1 - y0), (y0 + y1) / 2 + aside * (x1 - x0)
        if not any(runs_into(a, corner, node, 2.0) for a in (start, end) for node in others):
            break
    return corner


def _node_labels(node: GraphNode, shape: Node) -> list[Label]:
    labels = [Label(shape.centre, node.label, NODE_LABEL)]
    if node.above is not None:
        top = bounds(shape)[1] - extent(node.above, VALUE)[1] / 2 - 2.0
        labels.append(Label((shape.centre[0], top), node.above, VALUE, "forward"))
    return labels


def _node_wishes(node: GraphNode, shape: Node) -> list[Wish]:
    """What stands around a node where there is room, below it if it can."""
    below = [Wish(shape, node.below, VALUE, "backward")] if node.below is not None else []
    return below + ([Wish(shape, node.formula, VALUE, "line")] if node.formula is not None else [])


def _wishes(edge: GraphEdge, arrow: Arrow) -> list[Wish]:
    level = abs(arrow.points[0][1] - arrow.points[-1][1]) < 1.0
    share = 0.45 if level else 0.4
    role = "ink" if edge.back else "forward"
    above = (
        [Wish(arrow, edge.above, FACTOR if edge.back else VALUE, role, (1,), share)] if edge.above is not None else []
    )
    below = [Wish(arrow, edge.below, VALUE, "backward", (-1,), share)] if edge.below is not None else []
    return above + below
