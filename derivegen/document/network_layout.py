"""A NetworkFigure goes in, a Drawing comes out: units in columns, weights as faint arrows, the backward route thick
and dashed.

Columns of more than 8 units show 7 or 8 of them (those on the route first) and dots for the rest; of more than 9
columns the middle ones become dots; in both cases only the route keeps its labels. If labels find no room the units
move apart, at most to PAGE_WIDTH and PAGE_HEIGHT; what still finds none stands in `Drawing.left_out`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from derivegen.document.figures import Bias, Column, Link, NetworkFigure, Text, Unit
from derivegen.document.placing import Wish, place
from derivegen.document.shapes import Arrow, Box, Circle, Drawing, Label, Node, Point, edge_of, extent, runs_into

PAGE_WIDTH = 460.0
PAGE_HEIGHT = 620.0
LABEL, NODE_LABEL, CAPTION = 9.5, 11.0, 9.0
MOST_UNITS, MOST_COLUMNS = 8, 9
CROWDED = 60
DOTS = "⋮"


@dataclass(frozen=True, slots=True)
class _Spacing:
    """Radius of a unit, distance between rows and free space between columns."""

    radius: float
    pitch: float
    gap: float
    loss_gap: float


def lay_out_network(figure: NetworkFigure) -> Drawing:
    """The drawing of a network, before it is fitted to the page; the spacing grows until every label has its place."""
    figure = thin(figure)
    drawings = (_draw(figure, _spacing(figure, spread)) for spread in (1.0, 1.25, 1.6, 2.0))
    best = next(drawings)
    while best.left_out and (wider := next(drawings, None)):
        best = min(best, wider, key=lambda d: len(d.left_out))
    return best


# -- thinning ------------------------------------------------------------------------------------------------


def thin(figure: NetworkFigure) -> NetworkFigure:
    """At most 8 units a column and 9 columns; dots stand for the others, and then only the labels of a route are
    kept."""
    if len(figure.columns) <= MOST_COLUMNS and all(len(c.labels) <= MOST_UNITS for c in figure.columns):
        return figure
    loss = len(figure.columns)
    kept = _kept_columns(loss)
    column_at = {c: kept.index(c) if c in kept else MOST_COLUMNS // 2 for c in range(loss)} | {
        loss: min(loss, MOST_COLUMNS)
    }
    columns, unit_at = _thin_columns(figure, kept, column_at)
    links: dict[tuple[Unit, Unit], Link] = {}
    for link in figure.links:
        ends = unit_at.get(link.source), unit_at.get(link.target)
        if ends[0] is None or ends[1] is None or ends[0][0] == ends[1][0]:
            continue
        known = links.get((ends[0], ends[1]))
        links[ends[0], ends[1]] = Link(
            ends[0], ends[1], link.label if link.route else None, link.route or (known is not None and known.route)
        )
    biases = tuple(Bias(unit_at[b.unit], b.label, b.route) for b in figure.biases if b.route and b.unit in unit_at)
    return replace(figure, columns=columns, links=tuple(links.values()), biases=biases)


def _kept_columns(count: int) -> list[int]:
    if count <= MOST_COLUMNS:
        return list(range(count))
    half = MOST_COLUMNS // 2
    return [*range(half), -1, *range(count - half, count)]


def _thin_columns(
    figure: NetworkFigure, kept: list[int], column_at: Mapping[int, int]
) -> tuple[tuple[Column, ...], dict[Unit, Unit]]:
    """The thinned columns, and where each unit that is still shown has gone."""
    columns: list[Column] = []
    unit_at: dict[Unit, Unit] = {(len(figure.columns), 0): (column_at[len(figure.columns)], 0)}
    for old in kept:
        if old == -1:
            columns.append(Column(("⋯",)))
            continue
        rows = _kept_rows(figure, old)
        labels = [figure.columns[old].labels[row] if row is not None else DOTS for row in rows]
        unit_at |= {(old, row): (column_at[old], position) for position, row in enumerate(rows) if row is not None}
        columns.append(Column(tuple(labels), figure.columns[old].caption))
    unit_at |= {
        (c, row): (column_at[c], 0)
        for c in range(len(figure.columns))
        if c not in kept
        for row in range(len(figure.columns[c].labels))
    }
    return tuple(columns), unit_at


def _kept_rows(figure: NetworkFigure, column: int) -> list[int | None]:
    """Rows to show, None where dots stand: those on a route, then the first ones and the last."""
    count = len(figure.columns[column].labels)
    if count <= MOST_UNITS:
        return list(range(count))
    ends = chain.from_iterable((link.source, link.target) for link in figure.links if link.route)
    biased = (bias.unit for bias in figure.biases if bias.route)
    on_route = sorted({row for c, row in (*ends, *biased) if c == column})
    shown = sorted(
        list(dict.fromkeys([*on_route[: MOST_UNITS - 2], 0, count - 1, 1, 2, 3]))[
            : max(5, min(len(on_route) + 2, MOST_UNITS))
        ]
    )
    rows: list[int | None] = [shown[0]]
    for before, row in pairwise(shown):
        rows += [row] if row == before + 1 else [None, row]
    return rows


# -- placing the units ---------------------------------------------------------------------------------------


def _spacing(figure: NetworkFigure, spread: float) -> _Spacing:
    texts = [*chain.from_iterable(c.labels for c in figure.columns), *([figure.loss] if figure.loss else [])]
    radius = min(18.0, max(14.0, *(_circumradius(text) for text in texts)))
    labelled = any(link.label is not None for link in figure.links)
    tallest = max(len(c.labels) for c in figure.columns)
    pitch = 2 * radius + (14.0 + 6.0 * labelled) * spread + 28.0 * bool(figure.biases)
    pitch = max(2 * radius + 12.0, min(pitch, PAGE_HEIGHT / tallest))
    gap = max(64.0 + 14.0 * labelled, 0.28 * pitch * (tallest - 1)) * spread
    loss_gap = (
        gap
        if figure.loss and len(figure.columns[-1].labels) > 1
        else max([40.0, *(_label_width(k) + 22.0 for k in _loss_links(figure))])
    )
    used = sum(2 * _half_width(c, radius) for c in figure.columns) + (loss_gap + 2 * radius if figure.loss else 0.0)
    room = (PAGE_WIDTH * 1.12 - used) / max(len(figure.columns) - 1, 1)
    return _Spacing(radius, pitch, max(22.0, min(gap, room)), loss_gap)


def _loss_links(figure: NetworkFigure) -> list[Link]:
    return [link for link in figure.links if link.target[0] == len(figure.columns)]


def _label_width(link: Link) -> float:
    return extent(link.label, LABEL)[0] if link.label is not None else 0.0


def _circumradius(text: Text) -> float:
    width, height = extent(text, NODE_LABEL)
    return float((width**2 + height**2) ** 0.5 / 2 + 0.5)


def _half_width(column: Column, radius: float) -> float:
    """Half the width of a column: of its circles, or of its boxes where a label does not fit in a circle."""
    if all(_circumradius(text) <= radius for text in column.labels):
        return radius
    return max(extent(text, NODE_LABEL)[0] for text in column.labels) / 2 + 6.0


def _units(figure: NetworkFigure, spacing: _Spacing) -> dict[Unit, Node]:
    """Every unit as a node; columns are centred on one line."""
    nodes: dict[Unit, Node] = {}
    routed = _on_route(figure)
    columns = (*figure.columns, *([Column((figure.loss,))] if figure.loss is not None else []))
    right = 0.0
    for index, column in enumerate(columns):
        half = _half_width(column, spacing.radius)
        gap = spacing.loss_gap if index == len(figure.columns) else spacing.gap
        centre = right + (gap if index else 0.0) + half
        right = centre + half
        top = -spacing.pitch * (len(column.labels) - 1) / 2
        for row in range(len(column.labels)):
            position = centre, top + row * spacing.pitch
            nodes[index, row] = _node(position, half, spacing.radius, _fill(figure, index), (index, row) in routed)
    return nodes


def _on_route(figure: NetworkFigure) -> set[Unit]:
    on_links = chain.from_iterable((link.source, link.target) for link in figure.links if link.route)
    return {*on_links, *(bias.unit for bias in figure.biases if bias.route)}


def _fill(figure: NetworkFigure, column: int) -> str:
    if column == len(figure.columns):
        return "paper"
    if column == 0:
        return "input"
    return "output" if column == len(figure.columns) - 1 else "hidden"


def _node(centre: Point, half: float, radius: float, fill: str, routed: bool) -> Node:
    line, stroke = ("route", 1.6) if routed else ("line", 0.8)
    if half == radius:
        return Circle(centre, radius, fill, line, stroke)
    return Box(centre, 2 * half, 2 * radius * 0.85, fill, line, stroke)


# -- drawing -------------------------------------------------------------------------------------------------


def _draw(figure: NetworkFigure, spacing: _Spacing) -> Drawing:
    units = _units(figure, spacing)
    dots = {
        unit
        for unit in units
        if unit[0] < len(figure.columns) and figure.columns[unit[0]].labels[unit[1]] in (DOTS, "⋯")
    }
    arrows = [(link, _arrow(link, units, spacing, len(figure.links) > CROWDED)) for link in figure.links]
    bias_arrows = [_bias_arrow(bias, units[bias.unit]) for bias in figure.biases]
    inside = [_inside(figure, unit, node) for unit, node in units.items() if unit not in dots]
    standing = [
        *inside,
        *(_bias_label(b, a) for b, a in zip(figure.biases, bias_arrows, strict=True)),
        *_captions(figure, units, spacing),
    ]
    nodes = [node for unit, node in units.items() if unit not in dots]
    lines = sorted([*(a for _, a in arrows), *bias_arrows], key=lambda a: a.role == "route")
    wishes = [_wish(figure, link, arrow) for link, arrow in arrows if link.label is not None]
    wishes.sort(key=lambda w: w.role != "route")
    labels, left_out = place(wishes, nodes, lines, standing)
    dotted = [
        dot
        for unit in sorted(dots)
        for dot in _dots(units[unit].centre, figure.columns[unit[0]].labels[unit[1]] == "⋯")
    ]
    return Drawing(0.0, 0.0, (*lines, *nodes, *dotted, *standing, *labels), left_out)


def _arrow(link: Link, units: Mapping[Unit, Node], spacing: _Spacing, crowded: bool) -> Arrow:
    """The link as an arrow forward, or backward on a route; a link that skips columns goes over their tops."""
    source, target = units[link.source], units[link.target]
    between = [n for (column, _), n in units.items() if link.source[0] < column < link.target[0]]
    over = min((n.centre[1] for n in between), default=0.0) - spacing.pitch * 0.75 - 5 * link.source[1]
    corners: list[Point] = (
        [(min(n.centre[0] for n in between), over), (max(n.centre[0] for n in between), over)] if between else []
    )
    if len(corners) == 2 and corners[0] == corners[1]:
        corners.pop()
    start = edge_of(source, corners[0] if corners else target.centre)
    end = edge_of(target, corners[-1] if corners else source.centre)
    if not corners and _grazes(start, end, [n for u, n in units.items() if u not in (link.source, link.target)]):
        start, end = _side(source, 1), _side(target, -1)
    points = (start, *corners, end)
    if link.route:
        return Arrow(points[::-1], "route", 1.6, dashed=True, head=8.0)
    return Arrow(points, "quiet", 0.4 if crowded else 0.6, head=4.5 if crowded else 5.5)


def _grazes(start: Point, end: Point, nodes: Iterable[Node]) -> bool:
    """Whether a straight line runs into one of the nodes, as steep ones do beside a long column."""
    return any(runs_into(start, end, node, 2.0) for node in nodes)


def _side(node: Node, sign: int) -> Point:
    """The rightmost (1) or leftmost (-1) point of a node: lines between such points stay between their columns."""
    return edge_of(node, (node.centre[0] + sign, node.centre[1]))


def _bias_arrow(bias: Bias, node: Node) -> Arrow:
    edge = edge_of(node, (node.centre[0], node.centre[1] - 100.0))
    tail = (edge[0], edge[1] - 17.0)
    if bias.route:
        return Arrow((edge, tail), "route", 1.6, dashed=True, head=6.5)
    return Arrow((tail, edge), "quiet", 0.6)


def _bias_label(bias: Bias, arrow: Arrow) -> Label:
    x, y = min(arrow.points, key=lambda p: p[1])
    return Label(
        (x, y - extent(bias.label, LABEL)[1] / 2 - 1.0), bias.label, LABEL, "route" if bias.route else "line", halo=True
    )


def _inside(figure: NetworkFigure, unit: Unit, node: Node) -> Label:
    text = figure.loss if unit[0] == len(figure.columns) else figure.columns[unit[0]].labels[unit[1]]
    assert text is not None
    return Label(node.centre, text, NODE_LABEL)


def _wish(figure: NetworkFigure, link: Link, arrow: Arrow) -> Wish:
    """Where lines fan out from one unit the label stands near their far ends, and the other way round: there they are
    furthest apart."""
    leaving = sum(other.source == link.source for other in figure.links)
    arriving = sum(other.target == link.target for other in figure.links)
    share = 0.5 if leaving == arriving == 1 else 0.36 if arriving >= leaving else 0.64
    return Wish(arrow, link.label or "", LABEL, "route" if link.route else "line", share=share)


def _dots(centre: Point, across: bool) -> Iterable[Circle]:
    for step in (-7.0, 0.0, 7.0):
        at = (centre[0] + step, centre[1]) if across else (centre[0], centre[1] + step)
        yield Circle(at, 1.4, "line", "line", 0.0)


def _captions(figure: NetworkFigure, units: Mapping[Unit, Node], spacing: _Spacing) -> list[Label]:
    """The words below the columns, broken where they are wider than their column."""
    below = max(node.centre[1] for node in units.values()) + spacing.radius + 18.0
    labels: list[Label] = []
    for index, column in enumerate(figure.columns):
        x = units[index, 0].centre[0]
        room = 2 * _half_width(column, spacing.radius) + spacing.gap - 6.0
        lines = _broken(column.caption, room)
        labels += [Label((x, below + 11.0 * n), line, CAPTION, "line") for n, line in enumerate(lines)]
    return labels


def _broken(words: str, room: float) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        if lines and extent(longer := f"{lines[-1]} {word}", CAPTION)[0] <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
