"""A RunFigure goes in, a Drawing comes out: for each series a small diagram with lines at its ticks, the curve, and its name above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle

from derivegen.figures.plot import RunFigure, Scale, Series
from derivegen.figures.shapes import Arrow, Circle, Drawing, Label, Shape, extent, moved
from derivegen.formula.tree import Formula

WIDTH, HEIGHT, LOW = 158.0, 84.0, 50.0
"""The inside of a diagram, and its height where two are stacked, which have half the numbers and one name for what goes along."""
TICK, WORDS = 8.0, 8.5
ASIDE, BELOW = 20.0, 38.0
"""What lies between two diagrams side by side beside their labels, and between two that are stacked."""
DOTS = 20
"""Of so few samples each is a dot."""
LOOKS = (("forward", ()), ("backward", (5.0, 2.5)), ("line", (5.0, 2.0, 1.0, 2.0)))


def lay_out_run(figure: RunFigure) -> Drawing:
    """The diagrams; the lower left corner of the first lies at (0, 0)."""
    shapes: list[Shape] = []
    across = WIDTH + ASIDE + max(_room(series.up) for series in figure.series)
    for place, (series, (role, dash)) in enumerate(zip(figure.series, cycle(LOOKS), strict=False)):
        dx, dy = (0.0, place * (LOW + BELOW)) if figure.stacked else (place * across, 0.0)
        shapes += (moved(shape, dx, dy) for shape in _diagram(figure, series, role, dash))
    return Drawing(0.0, 0.0, tuple(shapes))


def _room(up: Scale) -> float:
    """What the labels left of a diagram need."""
    return max(extent(text, TICK)[0] for _, text in up.ticks) + 5.0


def _diagram(figure: RunFigure, series: Series, role: str, dash: tuple[float, ...]) -> Iterator[Shape]:
    high, up = (LOW, series.up.ticks[::2]) if figure.stacked else (HEIGHT, series.up.ticks)
    yield from _grid(figure.updates, up, high)
    yield Arrow(((0.0, 0.0), (WIDTH, 0.0)), "line", 0.8, head=0.0)
    yield Arrow(((0.0, 0.0), (0.0, -high)), "line", 0.8, head=0.0)
    points = tuple((WIDTH * figure.updates.share(x), -high * series.up.share(y)) for x, y in series.samples)
    if len(points) > 1:
        yield Arrow(points, role, 1.3, dash, head=0.0, corner=0.0)
    if len(points) <= DOTS:
        yield from (Circle(point, 1.6, role, role, 0.0) for point in points)
    yield Label((extent(series.name, WORDS)[0] / 2 - 2.0, -high - 11.0), series.name, WORDS)
    for share, text in figure.updates.ticks:
        yield Label((WIDTH * share, 4.0 + extent(text, TICK)[1] / 2), text, TICK, "line")
    if not figure.stacked or series is figure.series[-1]:
        yield Label((WIDTH / 2, 22.0), figure.along, WORDS)


def _grid(updates: Scale, up: Sequence[tuple[float, Formula]], high: float) -> Iterator[Shape]:
    """Faint lines at the ticks, and the numbers at the left."""
    for share, _ in updates.ticks:
        if share:
            yield Arrow(((WIDTH * share, 0.0), (WIDTH * share, -high)), "pale", 0.4, head=0.0)
    for share, text in up:
        if share:
            yield Arrow(((0.0, -high * share), (WIDTH, -high * share)), "pale", 0.4, head=0.0)
        yield Label((-5.0 - extent(text, TICK)[0] / 2, -high * share), text, TICK, "line")
