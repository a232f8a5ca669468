"""Labels and the arrows or nodes they belong to go in; labels at places where they cover no node and no other label
come out.

A label stands beside its arrow, touching it with its own box: the distance is the support function of the box along
the arrow's normal, so a slanted arrow pushes its label just as far away as it must; or it stands on the arrow itself.
Of the free places the one wins that crosses the fewest other arrows and could least be taken for another arrow's; it
has a halo only if it crosses one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import dist, hypot, inf

from derivegen.figures.figure import Text
from derivegen.figures.shapes import (
    Arrow,
    Box,
    Circle,
    Label,
    Node,
    Point,
    Rectangle,
    apart,
    bounds,
    crosses,
    extent,
    touches,
)

_SHARES = tuple(0.5 + sign * step * 0.05 for step in range(9) for sign in ((1, -1) if step else (1,)))
_GAPS = (2.0, 5.0, 10.0)
_ON_THE_LINE = 0.3
_LABEL_GAP, _NODE_GAP, _NEAR = 2.5, 2.0, 5.0
_COSTS: Mapping[str, tuple[float, float]] = {"pale": (0.3, 0.05), "quiet": (1.0, 0.25), "line": (2.5, 0.6)}
"""By the colour of an arrow: what it costs to cross it, and to stand near it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A label for an arrow or a node. Beside an arrow: on which sides it may stand (1 above, -1 below, 0 on the line)
    and at which share of the way from left to right."""

    owner: Arrow | Node
    content: Text
    size: float
    role: str
    sides: tuple[int, ...] = (1, -1)
    share: float = 0.5


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
) -> tuple[tuple[Label, ...], tuple[Text, ...]]:
    """The placed labels, in the order of the wishes, and the contents for which there was no free place."""
    lines = [line for arrow in arrows for line in _lines(arrow)]
    taken = [bounds(label) for label in standing]
    placed: list[Label] = []
    left_out: list[Text] = []
    for wish in wishes:
        if (label := _best(wish, nodes, lines, taken)) is None:
            left_out.append(wish.content)
        else:
            placed.append(label)
            taken.append(bounds(label))
    return tuple(placed), tuple(left_out)


def _lines(arrow: Arrow) -> Iterable[_Line]:
    crossing, nearness = _COSTS.get(arrow.role, (6.0, 1.5))
    for a, b in pairwise(arrow.points):
        span = min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])
        yield _Line(a, b, span, crossing, nearness, arrow)


def _best(wish: Wish, nodes: Sequence[Node], lines: Sequence[_Line], taken: Sequence[Rectangle]) -> Label | None:
    """The cheapest free place; only what lies within reach of the owner is looked at."""
    width, height = extent(wish.content, wish.size)
    reach = _grown(bounds(wish.owner), width + 12.0, height + 12.0)
    nodes = [node for node in nodes if not apart(bounds(node), reach)]
    taken = [area for area in taken if not apart(area, reach)]
    lines = [line for line in lines if not apart(line.span, reach)]
    best, best_cost = None, inf
    for cost, centre in _candidates(wish, width, height):
        if cost >= best_cost:
            break
        x, y = centre
        area = x - width / 2, y - height / 2, x + width / 2, y + height / 2
        if any(not apart(area, other, _LABEL_GAP) for other in taken) or any(
            touches(area, node, _NODE_GAP) for node in nodes
        ):
            continue
        crossing, near = _cost(area, lines, wish.owner, best_cost - cost)
        if cost + crossing + near < best_cost:
            best_cost = cost + crossing + near
            best = Label(centre, wish.content, wish.size, wish.role, halo=crossing > 0)
    return best


def _cost(area: Rectangle, lines: Sequence[_Line], owner: Arrow | Node, most: float) -> tuple[float, float]:
    """What it costs to cross arrows and to be taken for another one's label, counted only until it is too much."""
    wide = _grown(area, _NEAR, _NEAR)
    crossing = near = 0.0
    for line in lines:
        if apart(line.span, wide):
            continue
        if not apart(line.span, area) and crosses(line.start, line.end, area):
            crossing += _ON_THE_LINE if line.arrow is owner else line.crossing
        elif line.arrow is not owner and crosses(line.start, line.end, wide):
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
    return _along(wish.owner, _order(wish.share, wish.sides), width, height)


@lru_cache(maxsize=64)
def _order(share: float, sides: tuple[int, ...]) -> tuple[tuple[float, float, int, float], ...]:
    """Cost, share, side and gap of every place beside an arrow, the cheapest first."""
    return tuple(
        sorted(
            (1.5 * abs(at - share) + 0.04 * (gap - _GAPS[0]) + 0.05 * order, at, side, gap)
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
        yield cost, beside(at, along, side, gap, (width, height))


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
