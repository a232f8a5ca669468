"""A figure goes in, a Drawing that fits an A4 page comes out; also the place to import the shapes, colours and
`overlaps` from.

A drawing is never wider than PAGE_WIDTH: it shrinks, but only until its smallest label has 7 points. Long computation
graphs are wrapped into several rows first (see `graph_layout`), wide networks thinned (see `network_layout`). What
cannot be saved that way (one operation with labels of half a page, a graph with dozens of leaves in one layer)
shrinks below 7 points rather than leave the page; a graph of many rows gets taller than a page, which its user sees
from `height`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import cycle

from derivegen.figures.colours import COLOURS, IN_PRINT
from derivegen.figures.curve_layout import lay_out_curve
from derivegen.figures.extents import extent
from derivegen.figures.figure import BarsFigure, Figure, GraphFigure, NetworkFigure, Style
from derivegen.figures.graph_layout import lay_out_graph
from derivegen.figures.grids import GridsFigure
from derivegen.figures.grids_layout import lay_out_grids
from derivegen.figures.network_layout import lay_out_network
from derivegen.figures.network_plan import PAGE_HEIGHT, PAGE_WIDTH
from derivegen.figures.plot import CurveFigure, RunFigure, Scale, Series, TargetsFigure
from derivegen.figures.shapes import (
    Arrow,
    Box,
    Circle,
    Drawing,
    Label,
    Shape,
    arrow_head,
    bounds,
    bundled,
    moved,
    overlaps,
    shaft,
    uncoloured,
)
from derivegen.figures.summary import SummaryFigure
from derivegen.figures.summary_layout import lay_out_summary
from derivegen.figures.targets_layout import lay_out_targets
from derivegen.formula.tree import Formula
from derivegen.records import replace

MARGIN = 4.0

__all__ = [
    "COLOURS",
    "IN_PRINT",
    "PAGE_HEIGHT",
    "PAGE_WIDTH",
    "Arrow",
    "Box",
    "Circle",
    "Drawing",
    "Label",
    "Shape",
    "arrow_head",
    "bundled",
    "extent",
    "lay_out",
    "overlaps",
    "shaft",
]


@lru_cache(maxsize=8)  # the same for every student of a class
def lay_out(figure: Figure, style: Style = "light") -> Drawing:
    """The figure with every shape at its place, scaled to the width of a page where it is wider."""
    drawing = lay_out_summary(figure) if isinstance(figure, SummaryFigure) else _fitted(_placed(figure))
    return drawing if style == "light" else replace(drawing, shapes=tuple(map(uncoloured, drawing.shapes)))


def _placed(
    figure: NetworkFigure | GraphFigure | BarsFigure | CurveFigure | TargetsFigure | GridsFigure | RunFigure,
) -> Drawing:
    if isinstance(figure, BarsFigure):
        return lay_out_bars(figure)
    if isinstance(figure, CurveFigure):
        return lay_out_curve(figure)
    if isinstance(figure, GridsFigure):
        return lay_out_grids(figure)
    if isinstance(figure, TargetsFigure):
        return lay_out_targets(figure)
    if isinstance(figure, RunFigure):
        return lay_out_run(figure)
    return lay_out_graph(figure) if isinstance(figure, GraphFigure) else lay_out_network(figure)


def _fitted(drawing: Drawing) -> Drawing:
    """The drawing moved so that its bounding box, with a margin, starts at (0, 0), and shrunk to the page."""
    boxes = [bounds(shape) for shape in drawing.shapes]
    left, top = min(b[0] for b in boxes) - MARGIN, min(b[1] for b in boxes) - MARGIN
    width, height = max(b[2] for b in boxes) + MARGIN - left, max(b[3] for b in boxes) + MARGIN - top
    smallest = min((s.size for s in drawing.shapes if isinstance(s, Label)), default=7.0)
    scale = min(1.0, PAGE_WIDTH / width, max(PAGE_HEIGHT / height, 7.0 / smallest))
    shapes = tuple(moved(shape, -left, -top, scale) for shape in drawing.shapes)
    return Drawing(width * scale, height * scale, shapes, drawing.left_out)


# counts as bars: columns with their words below, or lying with their words before them

SIZE = 9.0
COLUMN, GAP, TALLEST = 26.0, 10.0, 110.0
BAR, BETWEEN, LONGEST = 12.0, 7.0, 190.0
"""A lying bar is so high, with so much between two, and so long at most."""


def lay_out_bars(figure: BarsFigure) -> Drawing:
    """The bars, each as long as its count; a count of 0 is a number without a bar."""
    most = max((count for _, count in figure.bars), default=1) or 1
    shapes = tuple(_lying(figure, most) if figure.lying else _standing(figure, most))
    return Drawing(0, 0, shapes)


def _standing(figure: BarsFigure, most: int) -> Iterator[Shape]:
    step = max(COLUMN + GAP, *(extent(words, SIZE)[0] + 6 for words, _ in figure.bars))
    for place, (words, count) in enumerate(figure.bars):
        x, height = place * step, TALLEST * count / most
        if count:
            yield Box((x, -height / 2), COLUMN, height, "hidden", corner=0)
        yield Label((x, -height - SIZE * 0.75), str(count), SIZE)
        yield Label((x, SIZE), words, SIZE)
    end = (len(figure.bars) - 1) * step + step / 2
    yield Arrow(((-step / 2, 0), (end, 0)), "line", head=0)


def _lying(figure: BarsFigure, most: int) -> Iterator[Shape]:
    before = max(extent(words, SIZE)[0] for words, _ in figure.bars)
    for place, (words, count) in enumerate(figure.bars):
        y, length = place * (BAR + BETWEEN), LONGEST * count / most
        yield Label((-before / 2 - 6, y), words, SIZE)
        if count:
            yield Box((length / 2, y), length, BAR, "hidden", corner=0)
        yield Label((length + 6 + extent(str(count), SIZE)[0] / 2, y), str(count), SIZE)
    down = (len(figure.bars) - 1) * (BAR + BETWEEN) + BAR / 2 + 3
    yield Arrow(((0, -BAR / 2 - 3), (0, down)), "line", head=0)


WIDTH, HEIGHT, LOW = 158.0, 84.0, 50.0
"""The inside of a diagram, and its height where two are stacked, which have half the numbers and one name for what goes along."""
TICK, WORDS = 8.0, 8.5
ASIDE, BELOW = 20.0, 38.0
"""What lies between two diagrams side by side beside their labels, and between two that are stacked."""
# curves of a run: a small diagram for each series, its name above it

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
