"""Counts as bars go in, a Drawing comes out: columns on a line with their words below, or lying bars with their words before them."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.figures.figure import BarsFigure
from derivegen.figures.shapes import Arrow, Box, Drawing, Label, Shape, extent

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
