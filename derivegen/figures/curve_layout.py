"""A CurveFigure goes in, a Drawing comes out: the curve in a frame of axes, the dot with its tangent, dotted lines to what is written at
the axes. Every label stands where it crosses neither the curve nor the tangent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product
from math import hypot

from derivegen.figures.extents import extent
from derivegen.figures.marks import ROLES, pieces_extent, pieces_shapes
from derivegen.figures.placing import rectangle
from derivegen.figures.plot import CurveFigure, Piece, Sample
from derivegen.figures.shapes import Arrow, Circle, Drawing, Label, Point, Rectangle, Shape, apart, crosses
from derivegen.records import dataclass

WIDTH, HEIGHT = 205.0, 112.0
"""The inside of the frame."""
LABEL, WORDS = 9.0, 8.5
TANGENT = 62.0
"""Half the length of a tangent."""
DOWNHILL = 26.0
"""The length of the arrow downhill."""
DOT = 3.0


@dataclass(frozen=True, slots=True)
class _Frame:
    """The ranges of a figure, and where they lie on paper."""

    left: float
    right: float
    low: float
    high: float

    def at(self, sample: Sample) -> Point:
        """Where a sample lies: x to the right of 0, y above 0."""
        x, y = sample
        return WIDTH * (x - self.left) / (self.right - self.left), -HEIGHT * (y - self.low) / (self.high - self.low)


def lay_out_curve(figure: CurveFigure) -> Drawing:
    """The plot; its lower left corner lies at (0, 0)."""
    frame = _frame(figure)
    curve = tuple(map(frame.at, figure.samples))
    dot, tangent = frame.at(figure.at), _tangent(frame, figure)
    colour = ROLES[figure.role]
    lines: list[Shape] = [*_levels(frame, figure), *_axes(frame, figure)]
    foot = Arrow((dot, (dot[0], 0.0)), "line", 0.7, (1.0, 2.0), 0.0)
    side = [Arrow((dot, (0.0, dot[1])), "line", 0.7, (1.0, 2.0), 0.0)] if figure.height is not None else []
    drawn = [Arrow(curve, "ink", 1.1, head=0.0, corner=0.0), Arrow(tangent, colour, 2.0, head=0.0)]
    obstacles = [*pairwise(curve), tangent, *((arrow.points[0], arrow.points[1]) for arrow in (foot, *side))]
    obstacles += [(shape.points[0], shape.points[1]) for shape in lines if isinstance(shape, Arrow)]
    standing = [*_below(frame, figure, dot), *_beside(frame, figure, dot)]
    taken: list[Rectangle] = [_square(dot, DOT + 2)]
    labels = list(_placed(figure, dot, curve, obstacles, taken))
    return Drawing(0.0, 0.0, (*lines, foot, *side, *drawn, Circle(dot, DOT, colour, colour, 0.0), *standing, *labels))


def _frame(figure: CurveFigure) -> _Frame:
    xs = [x for x, _ in figure.samples]
    ys = [*(y for _, y in figure.samples), *(y for y, _ in figure.levels)]
    low, high = min(ys), max(ys)
    if high - low <= 1e-9 * max(abs(high), abs(low), 1e-9):  # a level line: in the middle
        low, high = low - 1.0, high + 1.0
    room = 0.04 * (high - low)
    bare = not any(y == low for y, _ in figure.levels)
    return _Frame(min(xs), max(xs), low - room * bare, high + room)


def _tangent(frame: _Frame, figure: CurveFigure) -> tuple[Point, Point]:
    """The tangent through the dot, cut where it would leave the frame."""
    (x, y), across = frame.at(figure.at), WIDTH / (frame.right - frame.left)
    down = -figure.slope * HEIGHT / (frame.high - frame.low) / across
    length = hypot(1.0, down)
    ux, uy = 1.0 / length, down / length
    return _cut((x, y), -ux, -uy), _cut((x, y), ux, uy)


def _cut(start: Point, ux: float, uy: float) -> Point:
    """The point after the tangent's length in a direction, or where it leaves the frame."""
    (x, y), way = start, TANGENT
    for at, step, low, high in ((x, ux, 0.0, WIDTH), (y, uy, -HEIGHT - 4.0, 0.0)):
        if abs(step) > 1e-9:
            way = min(way, max(0.0, ((high if step > 0 else low) - at) / step))
    return x + ux * way, y + uy * way


def _axes(frame: _Frame, figure: CurveFigure) -> Iterator[Arrow]:
    """The line below, and the one at the left, or through 0 where that is marked."""
    yield Arrow(((0.0, 0.0), (WIDTH, 0.0)), "line", 0.8, head=0.0)
    x = frame.at((0.0, 0.0))[0] if figure.zero is not None else 0.0
    if 0.0 <= x <= WIDTH:
        yield Arrow(((x, 0.0), (x, -HEIGHT - 4.0)), "line", 0.6, head=0.0)


def _levels(frame: _Frame, figure: CurveFigure) -> Iterator[Shape]:
    """Dashed lines at the heights that the curve does not leave, with their numbers at the left."""
    for height, text in figure.levels:
        y = frame.at((frame.left, height))[1]
        if y < -1e-6:
            yield Arrow(((0.0, y), (WIDTH, y)), "quiet", 0.5, (3.0, 2.5), 0.0)
        yield Label((-4.0 - extent(text, LABEL)[0] / 2, y), text, LABEL, "line")


def _below(frame: _Frame, figure: CurveFigure, dot: Point) -> Iterator[Label]:
    """What stands below the axis: the place of the dot, and 0 where there is room for it."""
    width, height = extent(figure.place, LABEL)
    y = 5.0 + height / 2
    centre = min(max(dot[0], width / 2 - 12.0), WIDTH + 12.0 - width / 2)
    if figure.zero is not None:
        zero, own = frame.at((0.0, 0.0))[0], extent(figure.zero, LABEL)[0]
        near = (own + width) / 2 + 5.0
        if abs(zero - dot[0]) < 2.0:
            yield Label((centre, y), figure.place, LABEL)
            return
        if abs(centre - zero) < near:
            centre = zero + near if dot[0] > zero else zero - near
        yield Label((zero, y), figure.zero, LABEL, "line")
    yield Label((centre, y), figure.place, LABEL)


def _beside(frame: _Frame, figure: CurveFigure, dot: Point) -> Iterator[Label]:
    """What stands left of the axis: the height of the dot, and what is measured upwards."""
    if figure.height is not None:
        width, _ = extent(figure.height, LABEL)
        yield Label((-5.0 - width / 2, dot[1]), figure.height, LABEL)
    if figure.up is not None:
        width, height = extent(figure.up, LABEL)
        top = -HEIGHT - 4.0 + height / 2
        if figure.height is None or abs(dot[1] - top) > height + 2.0:
            yield Label((-5.0 - width / 2, top), figure.up, LABEL)


def _placed(
    figure: CurveFigure,
    dot: Point,
    curve: Sequence[Point],
    obstacles: Sequence[tuple[Point, Point]],
    taken: list[Rectangle],
) -> Iterator[Shape]:
    """The labels inside the frame: of the tangent near the dot, of the way down, of the curve."""
    rising = figure.slope >= 0
    right, left = (1, 1) if rising else (1, -1), (-1, -1) if rising else (-1, 1)
    size = pieces_extent(figure.tangent, WORDS)
    centre = _free(_near(dot, size, (right, left, (1, -right[1]), (-1, -left[1]))), size, obstacles, taken)
    taken.append(rectangle(centre, size))
    yield from pieces_shapes(figure.tangent, centre, WORDS, ROLES[figure.role])
    if figure.downhill:
        words: tuple[Piece, ...] = (figure.downhill,)
        width, height = pieces_extent(words, WORDS)
        size = max(width, DOWNHILL), height + 12.0
        centre = _free(_near(dot, size, (left, right, (-1, -left[1]), (1, -right[1]))), size, obstacles, taken)
        taken.append(rectangle(centre, size))
        way = -DOWNHILL / 2 if rising else DOWNHILL / 2
        y = centre[1] + size[1] / 2 - 4.0
        yield Label((centre[0], centre[1] - size[1] / 2 + height / 2), figure.downhill, WORDS)
        yield Arrow(((centre[0] - way, y), (centre[0] + way, y)), "ink", 1.2, head=6.0)
    if figure.name is not None:
        size = extent(figure.name, LABEL)
        grid = product((0.12, 0.2, 0.3, 0.7, 0.8, 0.88), (0.18, 0.3, 0.5, 0.7, 0.85))
        spots = [(WIDTH * across, -HEIGHT * up) for across, up in grid]
        spots.sort(key=lambda spot: min(hypot(spot[0] - x, 1.5 * (spot[1] - y)) for x, y in curve))
        yield Label(_free(spots, size, obstacles, taken), figure.name, LABEL)


def _near(dot: Point, size: tuple[float, float], sides: Iterable[tuple[int, int]]) -> list[Point]:
    """Places around the dot, the nearest first, of those as near the side that is named first; a side is right or left, and below or
    above."""
    spots = []
    for order, (across, down) in enumerate(sides):
        for aside, further in product(range(-6, 7), range(9)):
            x, y = across * (size[0] / 2 + 8.0 + 8.0 * aside), down * (size[1] / 2 - 4.0 + 7.0 * further)
            spots.append((hypot(max(0.0, abs(x) - size[0] / 2), y) + 6.0 * order, dot[0] + x, dot[1] + y))
    return [(x, y) for _, x, y in sorted(spots)]


def _free(
    spots: Iterable[Point],
    size: tuple[float, float],
    obstacles: Sequence[tuple[Point, Point]],
    taken: Sequence[Rectangle],
) -> Point:
    """The first place inside the frame that is free; where none is, that which crosses least."""
    best, least = None, 0
    for spot in spots:
        area = rectangle(spot, size)
        if area[0] < 3.0 or area[2] > WIDTH + 6.0 or area[1] < -HEIGHT - 8.0 or area[3] > -3.0:
            continue
        crossed = sum(crosses(*line, _grown(area, 2.5)) for line in obstacles)
        crossed += 20 * sum(not apart(area, other, 2.0) for other in taken)
        if best is None or crossed < least:
            best, least = spot, crossed
        if not crossed:
            break
    return best if best is not None else (WIDTH / 2, -HEIGHT - 14.0)


def _grown(area: Rectangle, by: float) -> Rectangle:
    return area[0] - by, area[1] - by, area[2] + by, area[3] + by


def _square(centre: Point, half: float) -> Rectangle:
    return centre[0] - half, centre[1] - half, centre[0] + half, centre[1] + half
