"""A SummaryFigure goes in, a Drawing of the size of its sheet comes out: cards in columns, weights on their links where two units lead to
two, else listed before the unit they enter.

What does not fit on the sheet is drawn smaller, down to labels that can still be read.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.figures.marks import pieces_extent, pieces_shapes, words_width
from derivegen.figures.shapes import Arrow, Box, Drawing, Label, Shape, bounds, moved
from derivegen.figures.summary import SummaryFigure
from derivegen.figures.summary_network import (
    BETWEEN,
    GAP,
    HEAD,
    PAD,
    SMALL,
    STEP,
    TEXT,
    TITLE,
    card_shapes,
    height_of,
    network_of,
)


def lay_out_summary(figure: SummaryFigure) -> Drawing:
    """The sheet, exactly as large as it is to be."""
    head = list(_head(figure))
    boxes = list(_boxes(figure))
    top, bottom = (
        44.0,
        figure.height - max((bounds(s)[3] - bounds(s)[1] for s in boxes if isinstance(s, Box)), default=0.0) - 14.0,
    )
    network = list(network_of(figure, bottom - top) if figure.loss else _steps(figure))
    areas = [bounds(shape) for shape in network]
    left, up = min(a[0] for a in areas), min(a[1] for a in areas)
    width, height = max(a[2] for a in areas) - left, max(a[3] for a in areas) - up
    scale = min(1.0, figure.width / width, (bottom - top) / height)
    across = (figure.width - scale * width) / 2
    down = top + (bottom - top - scale * height) / 2
    shapes = [moved(shape, across / scale - left, down / scale - up, scale) for shape in network]
    return Drawing(figure.width, figure.height, (*head, *shapes, *boxes))


def _head(figure: SummaryFigure) -> Iterator[Shape]:
    """Title and what one step achieves, over a line."""
    width = pieces_extent(figure.head, TITLE)[0]
    room = figure.width - width - 24.0
    size = min(HEAD, room / max(1.0, words_width(figure.title)))
    yield Label((words_width(figure.title) * size / 2, 12.0), figure.title, size)
    yield from pieces_shapes(figure.head, (figure.width - width / 2, 13.0), TITLE)
    yield Arrow(((0.0, 26.0), (figure.width, 26.0)), "quiet", 0.6, head=0.0)


def _boxes(figure: SummaryFigure) -> Iterator[Shape]:
    """The boxes of words side by side at the foot, as wide as what stands in them asks for."""
    if not figure.boxes:
        return
    wanted = [
        max(pieces_extent(line, SMALL)[0] for line in ((title,), *lines)) + 2 * PAD for title, lines in figure.boxes
    ]
    space = figure.width - 10.0 * (len(wanted) - 1)
    scale = min(1.0, space / sum(wanted))
    spare = max(0.0, space - scale * sum(wanted)) / len(wanted)
    tall = (
        max(TITLE + sum(pieces_extent(line, SMALL)[1] + STEP for line in lines) for _, lines in figure.boxes) * scale
        + 2 * PAD
    )
    x, y = 0.0, figure.height - tall
    for (title, lines), want in zip(figure.boxes, wanted, strict=True):
        width = want * scale + spare
        yield Box((x + width / 2, y + tall / 2), width, tall, "tint", "tint", 0.0, corner=4.0)
        yield Label(
            (x + PAD + words_width(title) * TITLE * scale / 2, y + PAD + TITLE * scale / 2), title, TITLE * scale
        )
        at = y + PAD + TITLE * scale
        for line in lines:
            wide, high = (scale * each for each in pieces_extent(line, SMALL))
            at += STEP * scale + high / 2
            for shape in pieces_shapes(line, (0.0, 0.0), SMALL):
                shape = moved(shape, 0.0, 0.0, scale)
                yield moved(shape, x + PAD + wide / 2, at)
            at += high / 2
        x += width + 10.0


def _steps(figure: SummaryFigure) -> Iterator[Shape]:
    """Columns of cards without links of their own, an arrow from each to the next."""
    right = 0.0
    for cards in figure.cards:
        lines = [line for card in cards for line in (*card.forward, *card.backward)]
        width = max(pieces_extent(line, TEXT)[0] for line in lines) + 2 * PAD
        if right:
            yield Arrow(((right, 0.0), (right + GAP, 0.0)), "line", 0.6, head=5.5)
            right += GAP
        y = -(sum(map(height_of, cards)) + BETWEEN * (len(cards) - 1)) / 2
        for card in cards:
            yield from card_shapes(card, (right + width / 2, y + height_of(card) / 2), width)
            y += height_of(card) + BETWEEN
        right += width
