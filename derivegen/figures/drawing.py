"""A figure goes in, a Drawing that fits an A4 page comes out; also the place to import the shapes, colours and
`overlaps` from.

A drawing is never wider than PAGE_WIDTH: it shrinks, but only until its smallest label has 7 points. Long computation
graphs are wrapped into several rows first (see `graph_layout`), wide networks thinned (see `network_layout`). What
cannot be saved that way (one operation with labels of half a page, a graph with dozens of leaves in one layer)
shrinks below 7 points rather than leave the page; a graph of many rows gets taller than a page, which its user sees
from `height`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from derivegen.figures.bars_layout import lay_out_bars
from derivegen.figures.colours import COLOURS, IN_PRINT
from derivegen.figures.curve_layout import lay_out_curve
from derivegen.figures.figure import BarsFigure, Figure, GraphFigure, NetworkFigure, Style
from derivegen.figures.graph_layout import lay_out_graph
from derivegen.figures.grids import GridsFigure
from derivegen.figures.grids_layout import lay_out_grids
from derivegen.figures.network_layout import lay_out_network
from derivegen.figures.network_plan import PAGE_HEIGHT, PAGE_WIDTH
from derivegen.figures.plot import CurveFigure, RunFigure, TargetsFigure
from derivegen.figures.run_layout import lay_out_run
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
    extent,
    moved,
    overlaps,
    shaft,
    uncoloured,
)
from derivegen.figures.summary import SummaryFigure
from derivegen.figures.summary_layout import lay_out_summary
from derivegen.figures.targets_layout import lay_out_targets

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
