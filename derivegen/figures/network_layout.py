"""A NetworkFigure goes in, a Drawing comes out: units in columns, weights as faint arrows, every route back from the
loss thick and dashed, with a pattern and a number of its own where there are several.

If labels find no room the units move apart, at most to PAGE_WIDTH and PAGE_HEIGHT; what still finds none stands in
`Drawing.left_out`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from math import dist

from derivegen.figures.figure import Bias, Link, NetworkFigure, Unit
from derivegen.figures.network_plan import (
    BADGE,
    CAPTION,
    CROWDED,
    FACTOR,
    LABEL,
    NODE_LABEL,
    PAGE_WIDTH,
    STEM,
    Plan,
    planned,
    size_of,
    stem_of,
)
from derivegen.figures.placing import Wish, on_the_way, place
from derivegen.figures.shapes import (
    Arrow,
    Circle,
    Drawing,
    Label,
    Node,
    Point,
    bounds,
    edge_from,
    edge_of,
    extent,
    runs_into,
    touches,
)

ROUTES: Mapping[int, tuple[str, tuple[float, ...]]] = {
    1: ("route", (4.5, 2.5)),
    2: ("second", (1.4, 2.2)),
    3: ("third", (9.0, 2.5, 1.4, 2.5)),
}
"""Colour and dashes of every route that is told apart."""
ASIDE = 5.0
"""The distance between two routes over one link."""


def lay_out_network(figure: NetworkFigure) -> Drawing:
    """The drawing of a network, before it is fitted to the page; the spacing grows until every label has its place."""
    best: Drawing | None = None
    for spread in (1.0, 1.25, 1.6, 2.0):
        drawing = _draw(planned(figure, spread))
        if best is None or len(drawing.left_out) < len(best.left_out):
            best = drawing
        if not best.left_out:
            break
    assert best is not None
    return best


def _draw(plan: Plan) -> Drawing:
    figure = plan.figure
    nodes = [_styled(plan, unit, node) for unit, node in plan.units.items() if not plan.stands_for_many(unit)]
    links = [(link, arrow) for link in figure.links for arrow in _arrows(plan, link)]
    biases = [(bias, arrow) for bias in figure.biases for arrow in _bias_arrows(plan, bias)]
    entering, targets = _targets(plan)
    arrows = sorted([*(a for _, a in links), *(a for _, a in biases), *entering], key=lambda a: _ORDER.get(a.role, 1))
    standing = [*_names(plan), *targets, *_bias_labels(plan), *_captions(plan)]
    badges = _badges(plan, links, nodes, standing)
    wishes = _wishes(plan, links, biases)
    dots = [dot for unit in plan.units if plan.stands_for_many(unit) for dot in _dots(plan, unit)]
    labels, left_out = place(wishes, [*nodes, *badges, *dots], arrows, standing)
    numbers = [
        Label(badge.centre, str(number), BADGE, badge.line) for number, badge in zip(plan.routes, badges, strict=False)
    ]
    return Drawing(0.0, 0.0, (*arrows, *nodes, *dots, *badges, *standing, *numbers, *labels), left_out)


_ORDER = {"pale": 0, "quiet": 0}


def _styled(plan: Plan, unit: Unit, node: Node) -> Node:
    """On a route thick, beside it pale."""
    if not plan.routed:
        return node
    if unit in plan.on_route:
        return replace(node, line="ink", stroke=1.6)
    return replace(node, fill="paper", line="quiet", stroke=0.6)


def _names(plan: Plan) -> Iterator[Label]:
    for unit, node in plan.units.items():
        if (text := plan.text(unit)) is not None:
            yield Label(node.centre, text, NODE_LABEL, "ink" if not plan.routed or unit in plan.on_route else "line")


def _arrows(plan: Plan, link: Link) -> Iterator[Arrow]:
    """The link as an arrow forward; on routes as arrows backward, side by side."""
    points = _way(plan, link)
    if not link.routes:
        crowded = len(plan.figure.links) > CROWDED
        plain = "pale" if crowded or plan.routed else "quiet"
        role = plain if link.label is None else "line"
        yield Arrow(points, role, 0.5 if crowded else 0.6, head=0.0 if crowded else 5.0)
        return
    for number, shift in zip(link.routes, _shifts(link.routes), strict=True):
        role, dash = ROUTES[number]
        way = points if len(points) > 2 else _beside(plan, link, points, shift)
        yield Arrow(way[::-1], role, plan.thick, dash, 3.0 + 2.6 * plan.thick)


def _shifts(routes: tuple[int, ...]) -> Iterator[float]:
    """How far aside each of several routes runs."""
    return ((place_of - (len(routes) - 1) / 2) * ASIDE for place_of in range(len(routes)))


def _beside(plan: Plan, link: Link, points: tuple[Point, ...], shift: float) -> tuple[Point, ...]:
    """A straight way moved aside, from edge to edge of its units."""
    if not shift:
        return points
    start, end = _shifted(points, shift)
    return edge_from(plan.units[link.source], start, end), edge_from(plan.units[link.target], end, start)


def _shifted(points: tuple[Point, ...], by: float) -> tuple[Point, ...]:
    """The points moved across their first direction."""
    (x0, y0), (x1, y1) = points[0], points[1]
    length = dist(points[0], points[1]) or 1.0
    across = -(y1 - y0) / length * by, (x1 - x0) / length * by
    return tuple((x + across[0], y + across[1]) for x, y in points)


def _way(plan: Plan, link: Link) -> tuple[Point, ...]:
    """From source to target: straight, beside the units of one column, or over the tops of the columns between."""
    source, target = plan.units[link.source], plan.units[link.target]
    corners = _corners(plan, link)
    start = edge_of(source, corners[0] if corners else target.centre)
    end = edge_of(target, corners[-1] if corners else source.centre)
    if not corners and link.source[0] != link.target[0] and _grazes(plan, link, start, end):
        start, end = _side(source, 1), _side(target, -1)
    return (start, *corners, end)


def _corners(plan: Plan, link: Link) -> list[Point]:
    (first, row), (last, other) = link.source, link.target
    source = plan.units[link.source]
    if first == last:
        if abs(row - other) == 1:
            return []
        left = bounds(source)[0] - 12.0
        return [(left, source.centre[1]), (left, plan.units[link.target].centre[1])]
    between = [node for (column, _), node in plan.units.items() if first < column < last]
    if not between:
        return []
    over = min(n.centre[1] for n in between) - plan.pitch * 0.75 - 5 * row
    return list(dict.fromkeys([(min(n.centre[0] for n in between), over), (max(n.centre[0] for n in between), over)]))


def _grazes(plan: Plan, link: Link, start: Point, end: Point) -> bool:
    """Whether a straight line runs into a neighbour of one of its ends, as steep ones do beside a long column."""
    beside = [plan.units.get((column, row + step)) for column, row in (link.source, link.target) for step in (1, -1)]
    return any(runs_into(start, end, node, 2.0) for node in beside if node is not None)


def _side(node: Node, sign: int) -> Point:
    """The rightmost (1) or leftmost (-1) point of a node: lines between such points stay between their columns."""
    return edge_of(node, (node.centre[0] + sign, node.centre[1]))


def _wishes(plan: Plan, links: list[tuple[Link, Arrow]], biases: list[tuple[Bias, Arrow]]) -> list[Wish]:
    """Labels of links, factors beside units and bias arrows; those of routes choose first."""
    labelled: dict[Unit | tuple[Unit, Unit], Wish] = {}
    leaving, arriving = _counts(plan.figure, 0), _counts(plan.figure, 1)
    for link, arrow in links:
        if link.label is not None and (link.source, link.target) not in labelled:
            out, into = leaving[link.source], arriving[link.target]
            share = 0.5 if out == into == 1 else 0.36 if into >= out else 0.64
            role = _role(link.routes)
            sides = (1, -1) if link.routes or max(out, into) == 1 else (1, -1, 0)
            labelled[link.source, link.target] = Wish(arrow, link.label, size_of(link.label), role, sides, share)
    routed = [wish for wish in labelled.values() if wish.role != "line"]
    rest = [wish for wish in labelled.values() if wish.role == "line"]
    role = _role(plan.routes)
    remarks = [Wish(plan.units[remark.unit], remark.text, FACTOR, role) for remark in plan.figure.remarks]
    factors = {bias: Wish(arrow, bias.factor, FACTOR, role) for bias, arrow in biases if bias.factor is not None}
    return [*routed, *factors.values(), *remarks, *rest]


def _role(routes: tuple[int, ...]) -> str:
    """The colour of what stands beside a route; beside several, that of lines."""
    return ROUTES[routes[0]][0] if len(routes) == 1 else "ink" if routes else "line"


def _counts(figure: NetworkFigure, end: int) -> dict[Unit, int]:
    counts: dict[Unit, int] = {}
    for link in figure.links:
        unit = (link.source, link.target)[end]
        counts[unit] = counts.get(unit, 0) + 1
    return counts


def _badges(plan: Plan, links: list[tuple[Link, Arrow]], nodes: list[Node], standing: list[Label]) -> list[Circle]:
    """A number on every route where there are several, on a link that few other routes run over."""
    if len(plan.routes) < 2:
        return []
    badges: list[Circle] = []
    for number in plan.routes:
        role = ROUTES[number][0]
        own = [(len(link.routes), arrow) for link, arrow in links if arrow.role == role]
        fewest = min((count for count, _ in own), default=0)
        spots = [
            Circle(on_the_way(arrow.points, share * _length(arrow))[0], 6.0, "paper", role, 1.0)
            for share in (0.45, 0.35, 0.6, 0.25)
            for count, arrow in own
            if count == fewest
        ]
        free = [spot for spot in spots if not _covered(spot, [*nodes, *badges], standing)]
        badges += (free or spots)[:1]
    return badges


def _length(arrow: Arrow) -> float:
    return sum(dist(a, b) for a, b in pairwise(arrow.points))


def _covered(spot: Circle, nodes: Iterable[Node], labels: Iterable[Label]) -> bool:
    area = bounds(spot)
    return any(touches(area, node, 1.0) for node in nodes) or any(touches(bounds(label), spot, 1.0) for label in labels)


# -- biases, targets, dots, captions -------------------------------------------------------------------------

STACKED = 64.0
"""The width beyond which targets stand one above the other."""


def _bias_arrows(plan: Plan, bias: Bias) -> Iterator[Arrow]:
    """An arrow from the bias into each of its units, back to it on a route."""
    tail = _tail(plan, bias)
    for unit, routes in _entered(bias):
        node = plan.units[unit]
        edge = edge_of(node, tail)
        if len(bias.units) > 1 and any(runs_into(tail, edge, other, 1.0) for other in _above(plan, unit)):
            edge = _side(node, -1)
        if not routes:
            yield Arrow((tail, edge), "pale" if plan.routed else "quiet", 0.6, head=5.0)
        for number, shift in zip(routes, _shifts(routes), strict=True):
            role, dash = ROUTES[number]
            yield Arrow(_shifted((edge, tail), shift), role, 1.7, dash, 6.5)


def _entered(bias: Bias) -> Iterator[tuple[Unit, tuple[int, ...]]]:
    """The units of a bias with the routes through each: a shared one has one route a unit, or all of one look."""
    if len(bias.units) == 1:
        yield bias.units[0], bias.routes
    elif len(bias.units) == len(bias.routes):
        yield from ((unit, (number,)) for unit, number in zip(bias.units, bias.routes, strict=True))
    else:
        yield from ((unit, bias.routes[:1]) for unit in bias.units)


def _above(plan: Plan, unit: Unit) -> Iterator[Node]:
    return (node for (column, row), node in plan.units.items() if column == unit[0] and row < unit[1])


def _tail(plan: Plan, bias: Bias) -> Point:
    """Where the bias's arrows begin: above its unit, or above and left of the column that shares it."""
    node = plan.units[bias.units[0]]
    left, top, _, _ = bounds(node)
    if _oblique(bias):
        return left - 16.0, node.centre[1] - 0.45 * plan.pitch
    if len(bias.units) == 1:
        return node.centre[0], top - stem_of(bias)
    return left - 22.0, top - 12.0


def _oblique(bias: Bias) -> bool:
    """Whether a bias stands beside its column, since there is no room above the unit: on a route to a lower unit."""
    return len(bias.units) == 1 and bool(bias.routes) and bias.units[0][1] > 0


def _bias_labels(plan: Plan) -> Iterator[Label]:
    for bias in plan.figure.biases:
        x, y = _tail(plan, bias)
        width, height = extent(bias.label, LABEL)
        centre = (x - width / 2 - 2.0, y) if _oblique(bias) else (x, y - height / 2 - 1.5)
        yield Label(centre, bias.label, LABEL, _role(bias.routes), halo=True)


def _targets(plan: Plan) -> tuple[list[Arrow], list[Label]]:
    """The targets above the loss, side by side or, if they are wide, one above the other, with one arrow into it."""
    texts = plan.figure.targets
    if not texts or plan.figure.loss is None:
        return [], []
    node = plan.units[len(plan.figure.columns), 0]
    x, top = node.centre[0], bounds(node)[1]
    sizes = [extent(text, LABEL) for text in texts]
    wide, high = max(width for width, _ in sizes), max(height for _, height in sizes)
    stacked = (wide + 5.0) * len(texts) > STACKED
    labels = []
    for number, text in enumerate(texts):
        across = 0.0 if stacked else (number - (len(texts) - 1) / 2) * (wide + 5.0)
        up = (len(texts) - 1 - number) * (high + 2.0) if stacked else 0.0
        labels.append(Label((x + across, top - STEM - 1.5 - high / 2 - up), text, LABEL, "line"))
    return [Arrow(((x, top - STEM), (x, top)), "quiet", 0.6, head=5.0)], labels


def _dots(plan: Plan, unit: Unit) -> Iterator[Circle]:
    x, y = plan.units[unit].centre
    across = len(plan.figure.columns[unit[0]].labels) == 1
    for step in (-7.0, 0.0, 7.0):
        yield Circle((x + step, y) if across else (x, y + step), 1.4, "line", "line", 0.0)


def _captions(plan: Plan) -> Iterator[Label]:
    """The words below the columns, broken where they are wider than their column."""
    below = max(node.centre[1] for node in plan.units.values()) + plan.radius + 18.0
    lowest = [extent(r.text, FACTOR)[1] for r in plan.figure.remarks if _is_lowest(plan, r.unit)]
    below += max(0.0, max(lowest, default=0.0) - 8.0)
    for index, column in enumerate(plan.figure.columns):
        x = plan.units[index, 0].centre[0]
        room = _room(plan, index)
        for n, line in enumerate(_broken(column.caption, room)):
            yield Label((x, below + 11.0 * n), line, CAPTION, "line")


def _is_lowest(plan: Plan, unit: Unit) -> bool:
    """Whether what stands below a unit may come down to the captions."""
    low = max(node.centre[1] for node in plan.units.values())
    return low - plan.units[unit].centre[1] < plan.pitch / 2


def _room(plan: Plan, index: int) -> float:
    """The width a caption may have: up to its neighbours' captions, or to the middle where they are as long."""
    x = plan.units[index, 0].centre[0]
    room = PAGE_WIDTH
    for other in (index - 1, index + 1):
        if 0 <= other < len(plan.figure.columns):
            away = abs(plan.units[other, 0].centre[0] - x)
            words = extent(plan.figure.columns[other].caption, CAPTION)[0]
            room = min(room, 2 * (away - min(words, away) / 2))
    return room - 8.0


def _broken(words: str, room: float) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        if lines and extent(longer := f"{lines[-1]} {word}", CAPTION)[0] <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
