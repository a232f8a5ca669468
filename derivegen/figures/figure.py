"""What a figure shows, before anything is placed: networks, computation graphs and counts as frozen values with
display trees for labels.

`drawing.lay_out` places them once a notation and numbers have been put in.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from typing import Literal, TypeAlias

from derivegen.figures.grids import GridsFigure
from derivegen.figures.plot import CurveFigure, Piece, RunFigure, TargetsFigure
from derivegen.figures.summary import SummaryFigure
from derivegen.formula.tree import Formula
from derivegen.records import dataclass

Text: TypeAlias = Formula | str
Unit: TypeAlias = tuple[int, int]
Style: TypeAlias = Literal["light", "print"]
Half: TypeAlias = Literal["z", "a", ""]
Kind: TypeAlias = Literal["input", "parameter", "operation", "output"]

MOST_UNITS, MOST_COLUMNS = 8, 7
"""Units of a column and columns of a network that are drawn; of more, dots stand for the rest."""


@dataclass(frozen=True, slots=True)
class Halves:
    """What stands in a unit of which the sum and what becomes of it are told apart: a capsule, the one left, the other right."""

    z: Text
    a: Text


@dataclass(frozen=True, slots=True)
class Column:
    """One layer of units from top to bottom, with the words below it; None where dots stand for units left out. A
    column of a single None stands for whole layers. The outputs of a `joint` one each depend on the whole layer:
    dashed lines join them. `of` are the quantities that the units stand for."""

    labels: tuple[Text | Halves | None, ...]
    caption: str = ""
    joint: bool = False
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """How a link is drawn that is not faint: its width, its dashes, its colour, whether it has a head."""

    width: float
    dash: tuple[float, ...] = ()
    role: str = "ink"
    head: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A connection between two units (column, row), counted from 0; with a `look` of its own it is drawn so. `of` is its weight."""

    source: Unit
    target: Unit
    label: Text | tuple[Piece, ...] | None = None
    look: Look | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Bias:
    """A bias in a box with arrows into its units: one unit, or all that share it. `factor` stands beside the box, `of` is its name."""

    units: tuple[Unit, ...]
    label: Text
    factor: tuple[Piece, ...] | None = None
    look: Look | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class UnitNote:
    """What stands above and below a unit, or one half of it, in a colour: the mark of a factor and its number."""

    unit: Unit
    above: tuple[Piece, ...] = ()
    below: tuple[Piece, ...] = ()
    half: Half = ""
    role: str = "ink"


@dataclass(frozen=True, slots=True)
class NetworkFigure:
    """Columns of units and their links. The loss, if there is one, is unit (len(columns), 0); links into it are
    listed like all others. `targets` enter the loss from above; `faded` units are not what it is about."""

    title: str
    description: str
    columns: tuple[Column, ...]
    links: tuple[Link, ...]
    loss: Text | None = None
    biases: tuple[Bias, ...] = ()
    targets: tuple[Text, ...] = ()
    notes: tuple[UnitNote, ...] = ()
    faded: tuple[Unit, ...] = ()
    root: str = ""
    """The loss, by the name it is pointed at."""


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node of a computation graph; `above` and `below` are numbers at the node itself (the loss and its 1, say),
    `formula` is how it is computed."""

    id: str
    label: Text
    kind: Kind
    above: Text | None = None
    below: Text | None = None
    formula: Text | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """An arrow of a computation graph with the forward value above it and the gradient below it. A `back` edge is
    drawn against its direction, dashed."""

    source: str
    target: str
    above: Text | None = None
    below: Text | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class GraphFigure:
    """A computation graph without cycles; it is read from left to right."""

    title: str
    description: str
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]


@dataclass(frozen=True, slots=True)
class BarsFigure:
    """Counts as bars, each with its words: columns side by side, or `lying` one below the other where the words are long."""

    title: str
    description: str
    bars: tuple[tuple[str, int], ...]
    lying: bool = False


Figure: TypeAlias = (
    NetworkFigure | GraphFigure | BarsFigure | CurveFigure | TargetsFigure | GridsFigure | RunFigure | SummaryFigure
)


def shown(count: int, needed: Collection[int] = (), most: int = MOST_UNITS) -> tuple[int | None, ...]:
    """Which of so many units are drawn, None where dots stand: all of a few; of many the needed ones, the first and
    the last."""
    if count <= most:
        return tuple(range(count))
    kept = sorted(needed)[: most - 4]
    ends = [0, count - 1, *range(1, max(2, 4 - len(kept)))]
    rows = sorted({*kept, *ends})
    found: list[int | None] = [rows[0]]
    for before, row in pairwise(rows):
        found += [row] if row == before + 1 else [None, row]
    return tuple(found)


def shown_columns(count: int) -> tuple[int | None, ...]:
    """Which of so many columns are drawn, None where dots stand for those in the middle."""
    if count <= MOST_COLUMNS:
        return tuple(range(count))
    half = MOST_COLUMNS // 2
    return (*range(half), None, *range(count - half, count))
