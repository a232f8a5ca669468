"""Labels and the arrows or nodes they belong to go in; labels at places where they cover no node and no other label
come out.

A label stands beside its arrow, touching it with its own box: the distance is the support function of the box along
the arrow's normal, so a slanted arrow pushes its label just as far away as it must; or it stands on the arrow itself.
Of the free places the one wins that crosses the fewest other arrows and could least be taken for another arrow's; it
has a halo only if it crosses one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import dist, hypot, inf

from derivegen.figures.figure import Text
from derivegen.figures.marks import pieces_extent, pieces_shapes
from derivegen.figures.plot import Piece
from derivegen.figures.shapes import (
    Arrow,
    Box,
    Circle,
    Label,
    Node,
    Point,
    Rectangle,
    Shape,
    apart,
    bounds,
    crosses,
    touches,
)
from derivegen.records import dataclass

_SHARES = tuple(0.5 + sign * step * 0.05 for step in range(9) for sign in ((1, -1) if step else (1,)))
_GAPS = (2.0, 5.0, 10.0)
_ON_THE_LINE, _AS_GOOD = 0.3, 1e-6
_LABEL_GAP, _NODE_GAP, _NEAR = 2.5, 2.0, 5.0
_COSTS: Mapping[str, tuple[float, float]] = {"pale": (0.3, 0.05), "quiet": (1.0, 0.25), "line": (2.5, 0.6)}
"""By the colour of an arrow: what it costs to cross it, and to stand near it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A label for an arrow or a node. Beside an arrow: on which sides it may stand (1 above, -1 below, 0 on the line), how much better the
    one named first is than the next, and at which share of the way from left to right."""

    owner: Arrow | Node
    content: Text | tuple[Piece, ...]
    size: float
    role: str
    sides: tuple[int, ...] = (1, -1)
    share: float = 0.5
    better: float = 0.05


@dataclass(frozen=True, slots=True)
class Placed:
    """What was wished for, at its place; a halo is needed where it crosses a line."""

    wish: Wish
    centre: Point
    halo: bool

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        return _size(self.wish)

    @property
    def shapes(self) -> Iterator[Shape]:
        """What draws it: a label, or the pieces side by side on a white ground."""
        wish = self.wish
        if not isinstance(wish.content, tuple):
            yield Label(self.centre, wish.content, wish.size, wish.role, self.halo)
            return
        if self.halo:
            width, height = self.size
            yield Box(self.centre, width, height, "paper", "paper", 0.0, corner=2.0)
        yield from pieces_shapes(wish.content, self.centre, wish.size, wish.role)


def _size(wish: Wish) -> tuple[float, float]:
    pieces = wish.content if isinstance(wish.content, tuple) else (wish.content,)
    return pieces_extent(pieces, wish.size)


@dataclass(frozen=True, slots=True)
class _Line:
    """One straight piece of an arrow, the rectangle it spans, and what it costs to cross it and to come near it."""

    start: Point
    end: Point
    span: Rectangle
    crossing: float
    nearness: float
    arrow: Arrow


def place(
    wishes: Sequence[Wish], nodes: Sequence[Node], arrows: Sequence[Arrow], standing: Sequence[Label]
) -> tuple[tuple[Placed, ...], tuple[Wish, ...]]:
    """What was placed, in the order of the wishes, and those for which there was no free place."""
    lines = [line for arrow in arrows for line in _lines(arrow)]
    taken = [bounds(label) for label in standing]
    placed: list[Placed] = []
    left_out: list[Wish] = []
    for wish in wishes:
        if (found := _best(wish, nodes, lines, taken)) is None:
            left_out.append(wish)
        else:
            placed.append(found)
            taken.append(rectangle(found.centre, found.size))
    return tuple(placed), tuple(left_out)


def rectangle(centre: Point, size: tuple[float, float]) -> Rectangle:
    """What lies around a centre, by its width and height."""
    (x, y), (width, height) = centre, size
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _lines(arrow: Arrow) -> Iterable[_Line]:
    crossing, nearness = _COSTS.get(arrow.role, (6.0, 1.5))
    for a, b in pairwise(arrow.points):
        span = min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])
        yield _Line(a, b, span, crossing, nearness, arrow)


def _best(wish: Wish, nodes: Sequence[Node], lines: Sequence[_Line], taken: Sequence[Rectangle]) -> Placed | None:
    """The cheapest free place; only what lies within reach of the owner is looked at."""
    width, height = _size(wish)
    reach = _grown(bounds(wish.owner), width + 12.0, height + 12.0)
    nodes = [node for node in nodes if not apart(bounds(node), reach)]
    taken = [area for area in taken if not apart(area, reach)]
    lines = [line for line in lines if not apart(line.span, reach)]
    best, best_cost = None, inf
    for cost, centre in _candidates(wish, width, height):
        if cost >= best_cost:
            break
        area = rectangle(centre, (width, height))
        if any(not apart(area, other, _LABEL_GAP) for other in taken) or any(
            touches(area, node, _NODE_GAP) for node in nodes
        ):
            continue
        crossing, near = _cost(area, lines, wish, best_cost - cost)
        if cost + crossing + near < best_cost:
            best_cost = cost + crossing + near
            best = Placed(wish, centre, crossing > 0)
    return best


def _cost(area: Rectangle, lines: Sequence[_Line], wish: Wish, most: float) -> tuple[float, float]:
    """What it costs to cross arrows and to be taken for another one's label, counted only until it is too much."""
    wide = _grown(area, _NEAR, _NEAR)
    on_line = _AS_GOOD if wish.sides[0] == 0 else _ON_THE_LINE
    crossing = near = 0.0
    for line in lines:
        if apart(line.span, wide):
            continue
        if not apart(line.span, area) and crosses(line.start, line.end, area):
            crossing += on_line if line.arrow is wish.owner else line.crossing
        elif line.arrow is not wish.owner and crosses(line.start, line.end, wide):
            near += line.nearness
        if crossing + near >= most:
            break
    return crossing, near


def _grown(area: Rectangle, across: float, down: float) -> Rectangle:
    return area[0] - across, area[1] - down, area[2] + across, area[3] + down


def _candidates(wish: Wish, width: float, height: float) -> Iterable[tuple[float, Point]]:
    """Places for the centre of the label, the best first, with what is bad about each."""
    if isinstance(wish.owner, Circle | Box):
        return sorted(_around(wish.owner, width, height))
    return _along(wish.owner, _order(wish.share, wish.sides, wish.better), width, height)


@lru_cache(maxsize=64)
def _order(share: float, sides: tuple[int, ...], better: float) -> tuple[tuple[float, float, int, float], ...]:
    """Cost, share, side and gap of every place beside an arrow, the cheapest first."""
    return tuple(
        sorted(
            (1.5 * abs(at - share) + 0.04 * (gap - _GAPS[0]) + better * order, at, side, gap)
            for at in _SHARES
            for order, side in enumerate(sides)
            for gap in (_GAPS if side else (0.0,))
        )
    )


def _along(
    arrow: Arrow, order: Iterable[tuple[float, float, int, float]], width: float, height: float
) -> Iterable[tuple[float, Point]]:
    points = arrow.points if arrow.points[0] <= arrow.points[-1] else arrow.points[::-1]
    total = sum(dist(a, b) for a, b in pairwise(points))
    for cost, share, side, gap in order:
        at, along = on_the_way(points, share * total)
        yield cost, beside(at, along, side, gap + max(0.0, arrow.stroke - 1.7) / 2, (width, height))


def _around(node: Node, width: float, height: float) -> Iterable[tuple[float, Point]]:
    """Below, above, then obliquely, a little nearer to or further from the node's middle line."""
    left, top, right, bottom = bounds(node)
    x = node.centre[0]
    for further in (0.0, 4.0, 8.0):
        for aside in (0.0, 0.35, -0.35, 0.7, -0.7, 1.0, -1.0):
            shift = aside * ((right - left) / 2 + width / 2)
            for order, y in enumerate((bottom + height / 2 + 3.0, top - height / 2 - 3.0)):
                inwards = abs(aside) * (bottom - top) / 3 * (1 if order else -1)
                yield (
                    0.1 * further + 0.8 * abs(aside) + 0.05 * order,
                    (x + shift, y + inwards + further * (-1 if order else 1)),
                )


def beside(at: Point, along: Point, side: int, gap: float, size: tuple[float, float]) -> Point:
    """The centre of a box of this size that stands at a distance of `gap` from a line through `at`."""
    normal = (along[1], -along[0]) if along[0] > 0 or (along[0] == 0 and along[1] < 0) else (-along[1], along[0])
    reach = side * (abs(normal[0]) * size[0] / 2 + abs(normal[1]) * size[1] / 2 + gap)
    return at[0] + normal[0] * reach, at[1] + normal[1] * reach


def on_the_way(points: Sequence[Point], distance: float) -> tuple[Point, Point]:
    """The point after this distance along a polyline, and the direction there."""
    for a, b in pairwise(points):
        length = dist(a, b)
        if distance <= length or b is points[-1]:
            break
        distance -= length
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = hypot(dx, dy) or 1.0
    return (a[0] + dx / length * distance, a[1] + dy / length * distance), (dx / length, dy / length)
