"""Shapes at places, in points with y downwards: what a laid-out figure consists of and all that a figure back-end
draws.

The size of a label is estimated from its tree, on the large side, so that the layout needs no fonts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, groupby, pairwise
from math import hypot, sqrt
from typing import TypeAlias

from derivegen.figures.colours import IN_PRINT
from derivegen.figures.extents import extent
from derivegen.figures.figure import Text
from derivegen.records import dataclass, replace

Point: TypeAlias = tuple[float, float]
Rectangle: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Circle:
    """A node: its filling and its outline are colour roles; `of` is the quantity it stands for, where it can be pointed at."""

    centre: Point
    radius: float
    fill: str
    line: str = "line"
    stroke: float = 0.8
    dashed: bool = False
    of: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A node with a long label or a parameter: a rectangle with round corners; `of` as of a circle."""

    centre: Point
    width: float
    height: float
    fill: str
    line: str = "line"
    stroke: float = 0.8
    dashed: bool = False
    corner: float = 4.0
    of: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line through the points, corners rounded so far (`pieces`), with a head of this length at the last one; `dash` are
    the lengths of its strokes and the gaps between them, `of` the quantity it stands for."""

    points: tuple[Point, ...]
    role: str
    stroke: float = 0.7
    dash: tuple[float, ...] = ()
    head: float = 5.5
    corner: float = 14.0
    of: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A formula or words centred at a point; a halo is a white rectangle behind it, which cuts the lines it would
    cross."""

    centre: Point
    content: Text
    size: float
    role: str = "ink"
    halo: bool = False

    @property
    def baseline(self) -> Point | None:
        """The middle of the baseline for words, which stand on one line with their neighbours; None where the ink
        itself is centred."""
        if isinstance(self.content, str) and sum(c.isalpha() for c in self.content) > 1:
            return self.centre[0], self.centre[1] + 0.33 * self.size
        return None


Node: TypeAlias = Circle | Box
Shape: TypeAlias = Circle | Box | Arrow | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in drawing order on a canvas; `left_out` are labels for which there was no room."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    left_out: tuple[object, ...] = ()


# -- geometry ------------------------------------------------------------------------------------------------


def bounds(shape: Shape) -> Rectangle:
    """Left, top, right, bottom of a shape."""
    if isinstance(shape, Arrow):
        xs, ys = zip(*shape.points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)
    (x, y), (width, height) = shape.centre, _size(shape)
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _size(shape: Circle | Box | Label) -> tuple[float, float]:
    match shape:
        case Circle(radius=radius):
            return 2 * radius, 2 * radius
        case Box(width=width, height=height):
            return width, height
        case Label(content=content, size=size):
            return extent(content, size)


def apart(a: Rectangle, b: Rectangle, gap: float = 0.0) -> bool:
    """Whether two rectangles are at least `gap` from each other in one direction."""
    return a[2] + gap <= b[0] or b[2] + gap <= a[0] or a[3] + gap <= b[1] or b[3] + gap <= a[1]


def touches(label: Rectangle, node: Node, gap: float = 0.0) -> bool:
    """Whether a rectangle comes nearer than `gap` to a node."""
    if isinstance(node, Box):
        return not apart(label, bounds(node), gap)
    (x, y), (left, top, right, bottom) = node.centre, label
    return hypot(x - min(max(x, left), right), y - min(max(y, top), bottom)) < node.radius + gap


def crosses(start: Point, end: Point, area: Rectangle) -> bool:
    """Whether the segment from start to end runs through the rectangle (Liang–Barsky)."""
    low, high = 0.0, 1.0
    for axis in (0, 1):
        step = end[axis] - start[axis]
        near, far = area[axis] - start[axis], area[axis + 2] - start[axis]
        if step == 0:
            if near >= 0 or far <= 0:
                return False
            continue
        low, high = max(low, min(near / step, far / step)), min(high, max(near / step, far / step))
    return low < high


def runs_into(start: Point, end: Point, node: Node, gap: float = 0.0) -> bool:
    """Whether the segment from start to end comes nearer than `gap` to a node."""
    if isinstance(node, Box):
        left, top, right, bottom = bounds(node)
        return crosses(start, end, (left - gap, top - gap, right + gap, bottom + gap))
    (x, y), (dx, dy) = node.centre, (end[0] - start[0], end[1] - start[1])
    share = ((x - start[0]) * dx + (y - start[1]) * dy) / ((dx * dx + dy * dy) or 1.0)
    nearest = _mix(start, end, min(max(share, 0.0), 1.0))
    return hypot(x - nearest[0], y - nearest[1]) < node.radius + gap


def edge_of(node: Node, towards: Point) -> Point:
    """Where the ray from a node's centre towards a point leaves the node."""
    return edge_from(node, node.centre, towards)


def edge_from(node: Node, start: Point, towards: Point) -> Point:
    """Where the ray from a point inside of a node towards another point leaves the node."""
    (x, y), (dx, dy) = start, (towards[0] - start[0], towards[1] - start[1])
    length = hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    aside, below = x - node.centre[0], y - node.centre[1]
    if isinstance(node, Circle):
        along = aside * ux + below * uy
        reach = -along + sqrt(max(0.0, along**2 + node.radius**2 - aside**2 - below**2))
    else:
        ways = ((node.width / 2, aside, ux), (node.height / 2, below, uy))
        reach = min(((half - at * (1 if u > 0 else -1)) / abs(u) for half, at, u in ways if u), default=0.0)
    return x + ux * reach, y + uy * reach


def pieces(points: tuple[Point, ...], radius: float = 14.0) -> tuple[tuple[Point, ...], ...]:
    """A polyline with rounded corners, as lines (two points) and cubic curves (four points)."""
    if not radius:
        return tuple(pairwise(points))
    drawn: list[tuple[Point, ...]] = []
    at = points[0]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        enter, leave = _towards(corner, before, radius), _towards(corner, after, radius)
        drawn += [(at, enter), (enter, _mix(enter, corner, 2 / 3), _mix(leave, corner, 2 / 3), leave)]
        at = leave
    return (*drawn, (at, points[-1]))


def arrow_head(arrow: Arrow) -> tuple[Point, Point, Point, Point]:
    """Tip, wing, notch, wing of the arrow's head; the shaft ends at the notch."""
    (x, y), (x0, y0) = arrow.points[-1], arrow.points[-2]
    length = hypot(x - x0, y - y0) or 1.0
    ux, uy = (x - x0) / length, (y - y0) / length
    back, wing = arrow.head, arrow.head * 0.38
    foot = (x - ux * back, y - uy * back)
    notch = (x - ux * back * 0.72, y - uy * back * 0.72)
    return (x, y), (foot[0] - uy * wing, foot[1] + ux * wing), notch, (foot[0] + uy * wing, foot[1] - ux * wing)


def shaft(arrow: Arrow) -> tuple[tuple[Point, ...], ...]:
    """The pieces of the arrow's line, ending inside its head."""
    return pieces((*arrow.points[:-1], arrow_head(arrow)[2]), arrow.corner)


def _towards(start: Point, end: Point, distance: float) -> Point:
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    return _mix(start, end, min(distance / length, 0.5))


def _mix(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


# -- whole drawings ------------------------------------------------------------------------------------------


def moved(shape: Shape, dx: float, dy: float, scale: float = 1.0) -> Shape:
    """The shape shifted, then scaled about the origin."""

    def at(point: Point) -> Point:
        return (point[0] + dx) * scale, (point[1] + dy) * scale

    match shape:
        case Circle():
            return replace(shape, centre=at(shape.centre), radius=shape.radius * scale)
        case Box():
            return replace(shape, centre=at(shape.centre), width=shape.width * scale, height=shape.height * scale)
        case Arrow():
            return replace(shape, points=tuple(at(p) for p in shape.points), head=shape.head * scale)
        case Label():
            return replace(shape, centre=at(shape.centre), size=shape.size * scale)


def uncoloured(shape: Shape) -> Shape:
    """The shape in black, white and grey."""
    match shape:
        case Circle() | Box():
            return replace(shape, fill=IN_PRINT.get(shape.fill, shape.fill), line=IN_PRINT.get(shape.line, shape.line))
        case Arrow() | Label():
            return replace(shape, role=IN_PRINT.get(shape.role, shape.role))


def bundled(shapes: Iterable[Shape]) -> Iterator[tuple[Shape, ...]]:
    """The shapes in order, neighbouring arrows of one look together: a back-end says once what they share."""

    def look(numbered: tuple[int, Shape]) -> tuple[object, ...]:
        number, shape = numbered
        return (shape.role, shape.stroke, shape.dash, shape.head) if isinstance(shape, Arrow) else (number,)

    return (tuple(shape for _, shape in group) for _, group in groupby(enumerate(shapes), look))


def overlaps(drawing: Drawing) -> list[tuple[Shape, Shape]]:
    """Every pair of labels that overlap, and of a label and a node that overlap unless the label stands wholly inside
    the node."""
    labels = [s for s in drawing.shapes if isinstance(s, Label)]
    nodes = [s for s in drawing.shapes if isinstance(s, Circle | Box)]
    found: list[tuple[Shape, Shape]] = [(a, b) for a, b in combinations(labels, 2) if not apart(bounds(a), bounds(b))]
    return found + [(a, n) for a in labels for n in nodes if touches(bounds(a), n) and not _stands_in(a, n)]


def _stands_in(label: Label, node: Node) -> bool:
    """Whether a label stands in a node: in its middle, or in a part of a box."""
    if label.centre == node.centre:
        return True
    left, top, right, bottom = bounds(label)
    outer = bounds(replace(node, width=node.width + 0.01, height=node.height + 0.01)) if isinstance(node, Box) else None
    return outer is not None and left >= outer[0] and top >= outer[1] and right <= outer[2] and bottom <= outer[3]


def collisions(drawing: Drawing) -> tuple[int, int]:
    """How often an arrow runs through a node, and how often through a label."""
    parts = [part for s in drawing.shapes if isinstance(s, Arrow) for part in pairwise(s.points)]
    nodes = [s for s in drawing.shapes if isinstance(s, Circle | Box)]
    labels = [bounds(s) for s in drawing.shapes if isinstance(s, Label)]
    return sum(runs_into(*part, node, -0.5) for part in parts for node in nodes), sum(
        crosses(*part, area) for part in parts for area in labels
    )
