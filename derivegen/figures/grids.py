"""What a picture of arrays shows, before anything is placed: grids of cells, lines between cells, arrows between grids, as frozen values.

`grids_layout` places them.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from derivegen.formula.tree import Formula
from derivegen.records import dataclass

CellLook: TypeAlias = Literal["plain", "chosen", "winner", "faded", "gone"]
"""Of a cell: like all others, in the window in hand, the one a maximum takes, not what the picture is about, or not there at all."""
Place: TypeAlias = tuple[int, int, int]
"""Grid, row and column of a cell, counted from 0."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell and what stands in it."""

    content: Formula | str | None = None
    look: CellLook = "plain"


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells with a name, and heads over its columns and before its rows. `centres` say where each column stands, in cells from the
    left, where grids lie one below the other."""

    name: Formula
    rows: tuple[tuple[GridCell, ...], ...]
    heads: tuple[Formula | str, ...] = ()
    lefts: tuple[Formula | str, ...] = ()
    centres: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class CellLine:
    """A line from one cell down to another: thick where it is what the picture is about, dashed where nothing comes through."""

    source: Place
    target: Place
    strong: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow from a grid to the next one, with words above it."""

    source: int
    target: int
    label: Formula | str = ""


@dataclass(frozen=True, slots=True)
class GridsFigure:
    """Grids, one below the other or `across` the page."""

    title: str
    description: str
    grids: tuple[Grid, ...]
    lines: tuple[CellLine, ...] = ()
    flows: tuple[Flow, ...] = ()
    across: bool = False
