"""Labels and the arrows they belong to go in; labels at places where they cover no node and no other label come out.

A label stands beside its arrow, touching it with its own box: the distance is the support function of the box along
the arrow's normal, so a slanted arrow pushes its label just as far away as it must. Of the free places the one wins
that crosses the fewest other arrows and could least be taken for another arrow's; it has a halo only if it crosses
one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import dist, hypot

from derivegen.document.figures import Text
from derivegen.document.shapes import Arrow, Label, Node, Point, Rectangle, apart, bounds, crosses, extent, touches

_SHARES = tuple(0.5 + sign * step * 0.04 for step in range(11) for sign in ((1, -1) if step else (1,)))
_GAPS = (2.0, 4.5, 8.0)


@dataclass(frozen=True, slots=True)
class Wish:
    """A label for one arrow: on which sides it may stand (1 above, -1 below) and at which share of the way from left
    to right."""

    arrow: Arrow
    content: Text
    size: float
    role: str
    sides: tuple[int, ...] = (1, -1)
    share: float = 0.5


def place(
    wishes: Sequence[Wish], nodes: Sequence[Node], arrows: Sequence[Arrow], standing: Sequence[Label]
) -> tuple[tuple[Label, ...], tuple[Text, ...]]:
    """The placed labels, in the order of the wishes, and the contents for which there was no free place."""
    placed: list[Label] = []
    left_out: list[Text] = []
    for wish in wishes:
        taken = [bounds(label) for label in (*standing, *placed)]
        if (label := _best(wish, nodes, arrows, taken)) is None:
            left_out.append(wish.content)
        else:
            placed.append(label)
    return tuple(placed), tuple(left_out)


def _best(wish: Wish, nodes: Sequence[Node], arrows: Sequence[Arrow], taken: Sequence[Rectangle]) -> Label | None:
    best, best_cost = None, float("inf")
    for centre, cost in _candidates(wish):
        if cost >= best_cost:
            continue
        label = Label(centre, wish.content, wish.size, wish.role)
        area = bounds(label)
        if any(not apart(area, other, 1.5) for other in taken) or any(touches(area, node, 2.0) for node in nodes):
            continue
        crossing = sum(_cost_of_crossing(arrow, area, wish) for arrow in arrows)
        cost += crossing + sum(_cost_of_nearness(arrow, area, wish) for arrow in arrows)
        if cost < best_cost:
            best, best_cost = replace(label, halo=crossing > 0), cost
    return best


def _cost_of_crossing(arrow: Arrow, area: Rectangle, wish: Wish) -> float:
    if not any(crosses(a, b, area) for a, b in pairwise(arrow.points)):
        return 0.0
    return 1.0 if arrow.role == "quiet" and arrow is not wish.arrow else 6.0


def _cost_of_nearness(arrow: Arrow, area: Rectangle, wish: Wish) -> float:
    """A label close to another arrow could be taken for that one's."""
    near = area[0] - 5.0, area[1] - 5.0, area[2] + 5.0, area[3] + 5.0
    if arrow is wish.arrow or not any(crosses(a, b, near) for a, b in pairwise(arrow.points)):
        return 0.0
    return 0.1 if arrow.role == "quiet" else 1.5


def _candidates(wish: Wish) -> Iterator[tuple[Point, float]]:
    """Places for the centre of the label, with what is bad about each."""
    size = extent(wish.content, wish.size)
    points = wish.arrow.points if wish.arrow.points[0] <= wish.arrow.points[-1] else wish.arrow.points[::-1]
    total = sum(dist(a, b) for a, b in pairwise(points))
    for share in sorted(_SHARES, key=lambda s: abs(s - wish.share)):
        at, along = _on_the_way(points, share * total)
        for order, side in enumerate(wish.sides):
            for gap in _GAPS:
                yield (
                    _beside(at, along, side, gap, size),
                    3 * abs(share - wish.share) + 0.12 * (gap - _GAPS[0]) + 0.05 * order,
                )


def _beside(at: Point, along: Point, side: int, gap: float, size: tuple[float, float]) -> Point:
    """The centre of a box of this size that stands at a distance of `gap` from a line through `at`."""
    normal = (along[1], -along[0]) if along[0] > 0 or (along[0] == 0 and along[1] < 0) else (-along[1], along[0])
    reach = side * (abs(normal[0]) * size[0] / 2 + abs(normal[1]) * size[1] / 2 + gap)
    return at[0] + normal[0] * reach, at[1] + normal[1] * reach


def _on_the_way(points: Sequence[Point], distance: float) -> tuple[Point, Point]:
    """The point after this distance along a polyline, and the direction there."""
    for a, b in pairwise(points):
        length = dist(a, b)
        if distance <= length or b is points[-1]:
            break
        distance -= length
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = hypot(dx, dy) or 1.0
    return (a[0] + dx / length * distance, a[1] + dy / length * distance), (dx / length, dy / length)
