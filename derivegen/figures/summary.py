"""What a summary shows, before anything is placed: a whole network with every number on one sheet, as frozen values.

`summary_layout` places it.
"""

from __future__ import annotations

from derivegen.figures.plot import Piece
from derivegen.records import dataclass

Line = tuple[Piece, ...]
ON_LINKS = 2
"""Units of two neighbouring layers up to which weights stand on their links, not in lists."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A parameter on a sheet: what it is and becomes, and its derivative; `source` is the unit that a weight comes from, from 1."""

    told: Line
    slope: Line
    source: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """A unit: its name in words, lines about the way forward, lines about the way back, and what enters it."""

    name: str
    forward: tuple[Line, ...]
    backward: tuple[Line, ...] = ()
    entering: tuple[Weighed, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryFigure:
    """Inputs and layers of cards from left to right, what each layer shares, what the outputs add to the loss, the loss, and boxes of words
    below, each with a title; all on a sheet of this width and height."""

    title: str
    description: str
    head: Line
    cards: tuple[tuple[Card, ...], ...]
    shared: tuple[Weighed | None, ...]
    losses: tuple[Line, ...]
    loss: tuple[Line, ...]
    boxes: tuple[tuple[str, tuple[Line, ...]], ...]
    width: float
    height: float
