"""A mark, or pieces of a label side by side, go in; the shapes that draw them at a place come out: a mark is a filled disc with its digit
in white, so that it is told by the digit where there is no colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.figures.extents import extent
from derivegen.figures.plot import Mark, Piece, Role
from derivegen.figures.shapes import Box, Circle, Label, Node, Point, Shape

ROLES: dict[Role, str] = {1: "upstream", 2: "slope", 3: "entering"}
"""The colours of the factors."""
RADIUS, DIGIT = 5.0, 8.4
BETWEEN = 0.36
"""The space between two pieces, in units of the size."""


def mark_shapes(mark: Mark, centre: Point) -> tuple[Shape, ...]:
    """The disc of a mark, longer where it holds more than a digit."""
    return (mark_node(mark, centre), Label(centre, mark.text, DIGIT, "paper"))


def mark_node(mark: Mark, centre: Point) -> Node:
    """What a mark is drawn on."""
    colour = ROLES[mark.role]
    if not mark.route:
        return Circle(centre, RADIUS, colour, colour, 0.0)
    return Box(centre, mark_width(mark), 2 * RADIUS, colour, colour, 0.0, corner=RADIUS)


def mark_width(mark: Mark) -> float:
    """How wide a mark is."""
    return 2 * RADIUS + 4.8 * len(mark.route)


def pieces_extent(pieces: Sequence[Piece], size: float) -> tuple[float, float]:
    """Width and height of pieces side by side."""
    sizes = [_size(piece, size) for piece in pieces]
    gaps = BETWEEN * size * (len(pieces) - 1)
    return sum(width for width, _ in sizes) + gaps, max((height for _, height in sizes), default=0.0)


def pieces_shapes(pieces: Sequence[Piece], centre: Point, size: float, role: str = "ink") -> Iterator[Shape]:
    """The pieces side by side, centred at a point."""
    x = centre[0] - pieces_extent(pieces, size)[0] / 2
    for piece in pieces:
        width, _ = _size(piece, size)
        at = (x + width / 2, centre[1])
        if isinstance(piece, Mark):
            yield from mark_shapes(piece, at)
        else:
            yield Label(at, piece, size, role)
        x += width + BETWEEN * size


def _size(piece: Piece, size: float) -> tuple[float, float]:
    if isinstance(piece, Mark):
        return mark_width(piece), 2 * RADIUS
    return (words_width(piece) * size, size) if isinstance(piece, str) else extent(piece, size)


_LETTERS = (
    dict.fromkeys("ijl.,:;'|!", 0.28)
    | dict.fromkeys("frst()", 0.385)
    | dict.fromkeys("ceaz", 0.455)
    | dict.fromkeys("bdhnpugo", 0.54)
    | dict.fromkeys("kqvxy", 0.528)
    | {"m": 0.833, "w": 0.722, " ": 0.333, "–": 0.5, "−": 0.78, "→": 1.0, "·": 0.28, "δ": 0.5, "∂": 0.53}
)


def words_width(words: str) -> float:
    """How wide words are, in units of the size, as exactly as letters of a book have one width: words side by side show every error."""
    return sum(_LETTERS.get(c, 0.74 if c.isupper() else 0.5) for c in words)
