"""A NetworkFigure goes in, a Drawing comes out: units in columns, weights as arrows, biases in boxes, what stands at a
unit above and below it.

If labels find no room the units move apart, at most to PAGE_WIDTH and PAGE_HEIGHT; what still finds none stands in
`Drawing.left_out`.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.figures.extents import extent
from derivegen.figures.figure import Bias, Halves, Link, Look, NetworkFigure, Unit, UnitNote
from derivegen.figures.marks import pieces_extent, pieces_shapes
from derivegen.figures.network_plan import (
    BESIDE,
    CAPTION,
    CROWDED,
    FACTOR,
    LABEL,
    NODE_LABEL,
    PAGE_WIDTH,
    SHRUNK,
    STEM,
    Plan,
    box_of,
    height_of,
    planned,
    size_of,
    stem_of,
)
from derivegen.figures.placing import Wish, place
from derivegen.figures.shapes import Arrow, Box, Circle, Drawing, Label, Node, Point, Shape, bounds, edge_of, runs_into
from derivegen.formula.tree import Compare
from derivegen.records import replace


def lay_out_network(figure: NetworkFigure) -> Drawing:
    """The drawing of a network, before it is fitted to the page; the spacing grows until every label has its place. Where that takes more
    room than the page has, units are drawn as circles, or weights stand without their values, or both."""
    versions = (figure, _whole(figure), _unvalued(figure), _unvalued(_whole(figure)))
    best: Drawing | None = None
    for version in dict.fromkeys(versions):
        for spread in SPREADS:
            plan = planned(version, spread)
            if plan.too_wide:
                break
            drawing = _draw(plan)
            if _width(drawing) > SHRUNK * PAGE_WIDTH:
                break
            if best is None or len(drawing.left_out) < len(best.left_out):
                best = drawing
            if not best.left_out:
                return best
    return best or _draw(planned(versions[-1], 1.0))


def _width(drawing: Drawing) -> float:
    """The width of a drawing with its margins."""
    areas = [bounds(shape) for shape in drawing.shapes]
    return max(area[2] for area in areas) - min(area[0] for area in areas) + 8.0


SPREADS = (1.0, 1.25, 1.6, 2.0)
"""How much more room there may be between units than the least."""


def _whole(figure: NetworkFigure) -> NetworkFigure:
    """The figure with nothing but its output in each unit."""
    columns = tuple(
        replace(column, labels=tuple(text.a if isinstance(text, Halves) else text for text in column.labels))
        for column in figure.columns
    )
    return replace(figure, columns=columns)


def _unvalued(figure: NetworkFigure) -> NetworkFigure:
    """The figure with the names of weights and biases alone."""
    links = tuple(
        replace(link, label=link.label.left) if isinstance(link.label, Compare) else link for link in figure.links
    )
    biases = tuple(
        replace(bias, label=bias.label.left) if isinstance(bias.label, Compare) else bias for bias in figure.biases
    )
    return replace(figure, links=links, biases=biases)


def _draw(plan: Plan) -> Drawing:
    figure = plan.figure
    nodes = [_styled(plan, unit, node) for unit, node in plan.units.items() if not plan.stands_for_many(unit)]
    links = [(link, replace(_arrow(plan, link), of=link.of)) for link in figure.links]
    biases = [arrow for bias in figure.biases for arrow in _from_box(plan, bias)]
    entering, targets = _targets(plan)
    arrows = sorted([*(a for _, a in links), *biases, *entering, *_joints(plan)], key=lambda a: _ORDER.get(a.role, 1))
    standing = [*_names(plan), *targets, *_bias_labels(plan), *_captions(plan)]
    wishes = _wishes(plan, links)
    dots = [dot for unit in plan.units if plan.stands_for_many(unit) for dot in _dots(plan, unit)]
    boxes = list(_boxes(plan))
    notes = [shape for note in figure.notes for shape in _note(plan, note)]
    notes += [shape for bias in figure.biases for shape in _beside_box(plan, bias)]
    kept = [shape for shape in notes if isinstance(shape, Circle | Box)]
    taken = [*standing, *(shape for shape in notes if isinstance(shape, Label))]
    placed, left_out = place(wishes, [*nodes, *boxes, *kept, *dots], arrows, taken)
    labels = [shape for each in placed for shape in each.shapes]
    nodes += [*boxes, *dots]
    shapes = (*arrows, *nodes, *_dividers(plan), *standing, *labels, *notes)
    return Drawing(0.0, 0.0, shapes, tuple(wish.content for wish in left_out))


_ORDER = {"pale": 0, "quiet": 0}


def _styled(plan: Plan, unit: Unit, node: Node) -> Node:
    """Thin where the figure is not about it."""
    node = replace(node, of=_quantity(plan.figure, unit))
    return replace(node, line="quiet", stroke=0.6) if unit in plan.figure.faded else replace(node, line="ink")


def _quantity(figure: NetworkFigure, unit: Unit) -> str:
    """The quantity that a unit stands for; "" where none is said."""
    column, row = unit
    if column == len(figure.columns):
        return figure.root
    return figure.columns[column].of[row] if figure.columns[column].of else ""


def _names(plan: Plan) -> Iterator[Label]:
    for unit, node in plan.units.items():
        text = plan.text(unit)
        role = "line" if unit in plan.figure.faded else "ink"
        if isinstance(text, Halves):
            yield Label(_half(node, "z"), text.z, NODE_LABEL, role)
            yield Label(_half(node, "a"), text.a, NODE_LABEL, role)
        elif text is not None:
            yield Label(node.centre, text, NODE_LABEL, role)


def _half(node: Node, half: str) -> Point:
    """The middle of one half of a capsule, or of the whole unit."""
    x, y = node.centre
    away = (bounds(node)[2] - x) / 2 - 1.0
    return (x - away if half == "z" else x + away if half == "a" else x), y


def _dividers(plan: Plan) -> Iterator[Arrow]:
    """The lines between the halves of capsules."""
    for unit, node in plan.units.items():
        if plan.is_capsule(unit):
            (x, y), high = node.centre, (bounds(node)[3] - bounds(node)[1]) / 2
            role = "quiet" if unit in plan.figure.faded else "line"
            yield Arrow(((x, y - high), (x, y + high)), role, 0.5, head=0.0)


def _joints(plan: Plan) -> Iterator[Arrow]:
    """Dashed lines from output to output of a layer whose outputs each depend on the whole layer."""
    for index, column in enumerate(plan.figure.columns):
        for row in range(1, len(column.labels) if column.joint else 0):
            upper, lower = bounds(plan.units[index, row - 1]), bounds(plan.units[index, row])
            x = upper[2] - 0.3 * (upper[3] - upper[1])
            yield Arrow(((x, upper[3]), (x, lower[1])), "line", 0.8, (2.0, 2.0), 0.0)


def _note(plan: Plan, note: UnitNote) -> Iterator[Shape]:
    """What stands above and below a unit."""
    node = plan.units[note.unit]
    x, _ = node.centre
    aside = abs(_half(node, note.half)[0] - x) if plan.is_capsule(note.unit) else 0.0
    under = any(bias.units == (note.unit,) for bias in plan.figure.biases)
    if (
        under or sum(other.unit == note.unit for other in plan.figure.notes) > 1
    ):  # side by side, or beside the arrow of a bias
        aside = max(aside, max(pieces_extent(pieces, FACTOR)[0] for pieces in (note.above, note.below)) / 2 + 3.0)
    x += aside * (-1 if note.half == "z" else 1)
    _, top, _, bottom = bounds(node)
    if note.above:
        yield from pieces_shapes(
            note.above, (x, top - BESIDE - pieces_extent(note.above, FACTOR)[1] / 2), FACTOR, note.role
        )
    if note.below:
        y = bottom + BESIDE + pieces_extent(note.below, FACTOR)[1] / 2
        yield from pieces_shapes(note.below, (x, y), FACTOR, note.role)


def _arrow(plan: Plan, link: Link) -> Arrow:
    """The link as it looks; one without a look of its own faint."""
    points = _way(plan, link)
    if link.look is not None:
        return _looking(points, link.look)
    crowded = len(plan.figure.links) > CROWDED
    role = "line" if link.label is not None else "pale" if crowded else "quiet"
    return Arrow(points, role, 0.5 if crowded else 0.6, head=0.0 if crowded else 5.0)


def _looking(points: tuple[Point, ...], look: Look) -> Arrow:
    return Arrow(points, look.role, look.width, look.dash, 3.0 + 2.2 * look.width if look.head else 0.0)


def _way(plan: Plan, link: Link) -> tuple[Point, ...]:
    """From source to target: straight, beside the units of one column, or over the tops of the columns between."""
    source, target = plan.units[link.source], plan.units[link.target]
    if plan.is_capsule(link.source) or plan.is_capsule(link.target):
        end = _side(target, -1) if plan.is_capsule(link.target) else edge_of(target, _side(source, 1))
        return (_side(source, 1) if plan.is_capsule(link.source) else edge_of(source, end), end)
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


def _wishes(plan: Plan, links: list[tuple[Link, Arrow]]) -> list[Wish]:
    """Labels of links; those of links with a look of their own choose first."""
    labelled: dict[tuple[Unit, Unit], Wish] = {}
    leaving, arriving = _counts(plan.figure, 0), _counts(plan.figure, 1)
    looked = {(link.source, link.target) for link in plan.figure.links if link.look is not None}
    for link, arrow in links:
        if link.label is not None and (link.source, link.target) not in labelled:
            out, into = leaving[link.source], arriving[link.target]
            labelled[link.source, link.target] = _named_on(link, arrow, out, into)
    first = [wish for link, wish in labelled.items() if link in looked]
    return [*first, *(wish for link, wish in labelled.items() if link not in looked)]


def _named_on(link: Link, arrow: Arrow, out: int, into: int) -> Wish:
    """What a link is called, on it, where so many leave its source and enter its target."""
    label = link.label or ""
    role = "ink" if link.look is None or link.look.role == "pale" else link.look.role
    if isinstance(label, tuple):
        return Wish(arrow, label, size_of(label), role, (1, -1), 0.45)
    level = arrow.points[0][1] == arrow.points[-1][1]
    share = 0.5 if level else 0.28 if into >= out else 0.72
    return Wish(arrow, label, size_of(label), role, (0, 1, -1), share, 1.5)


def _counts(figure: NetworkFigure, end: int) -> dict[Unit, int]:
    counts: dict[Unit, int] = {}
    for link in figure.links:
        unit = (link.source, link.target)[end]
        counts[unit] = counts.get(unit, 0) + 1
    return counts


# -- biases, targets, dots, captions -------------------------------------------------------------------------

STACKED = 64.0
"""The width beyond which targets stand one above the other."""


def _from_box(plan: Plan, bias: Bias) -> Iterator[Arrow]:
    """From the box of a bias into its unit, or up and down into the units next to it and on from each to the next."""
    (x, y), high = _tail(plan, bias), box_of(bias)[1] / 2
    look = bias.look or Look(0.6, role="quiet")
    above = [unit for unit in bias.units if plan.units[unit].centre[1] < y]
    below = [unit for unit in bias.units if plan.units[unit].centre[1] > y]
    for start, way, units in ((y - high, -1, above[::-1]), (y + high, 1, below)):
        for unit in units:
            _, top, _, bottom = bounds(plan.units[unit])
            near, far = (bottom, top) if way < 0 else (top, bottom)
            yield _looking(((x, start), (x, near)), look)
            start = far


def _boxes(plan: Plan) -> Iterator[Box]:
    """The boxes of biases."""
    for bias in plan.figure.biases:
        width, height = box_of(bias)
        yield Box(_tail(plan, bias), width, height, "parameter", "line", 0.5, corner=2.5, of=bias.of)


def _beside_box(plan: Plan, bias: Bias) -> Iterator[Shape]:
    """What a bias is multiplied by, left of its box."""
    if bias.factor is not None:
        x, y = _tail(plan, bias)
        away = box_of(bias)[0] / 2 + 4.0 + pieces_extent(bias.factor, FACTOR)[0] / 2
        yield from pieces_shapes(bias.factor, (x - away, y), FACTOR, "entering")


def _tail(plan: Plan, bias: Bias) -> Point:
    """The middle of a bias's box: above its unit, or between the first two of the units that share it."""
    node = plan.units[bias.units[0]]
    _, top, _, bottom = bounds(node)
    if len(bias.units) > 1:
        return node.centre[0], (bottom + bounds(plan.units[bias.units[1]])[1]) / 2
    noted = max((height_of(note, "above") for note in plan.figure.notes if note.unit == bias.units[0]), default=0.0)
    return node.centre[0], top - max(stem_of(bias), noted) - box_of(bias)[1] / 2


def _bias_labels(plan: Plan) -> Iterator[Label]:
    return (Label(_tail(plan, bias), bias.label, LABEL) for bias in plan.figure.biases)


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
    lowest = [height_of(note, "below") for note in plan.figure.notes if _is_lowest(plan, note.unit)]
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
