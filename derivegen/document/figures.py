"""What a figure shows, before anything is placed: networks and computation graphs as frozen values with display trees
for labels.

`drawing.lay_out` places them once a notation and numbers have been put in.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from derivegen.formula.tree import Formula

Text: TypeAlias = Formula | str
Unit: TypeAlias = tuple[int, int]
Kind: TypeAlias = Literal["input", "parameter", "operation", "output"]


@dataclass(frozen=True, slots=True)
class Column:
    """One layer of units from top to bottom, with the words below it."""

    labels: tuple[Text, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A connection between two units (column, row), counted from 0; on a route it is drawn as an arrow back from
    target to source."""

    source: Unit
    target: Unit
    label: Text | None = None
    route: bool = False


@dataclass(frozen=True, slots=True)
class Bias:
    """A short arrow into a unit with the bias at its tail; on a route it is drawn as an arrow from the unit back to
    the bias."""

    unit: Unit
    label: Text
    route: bool = False


@dataclass(frozen=True, slots=True)
class NetworkFigure:
    """Columns of units and their links. The loss, if there is one, is unit (len(columns), 0); links into it are
    listed like all others."""

    title: str
    description: str
    columns: tuple[Column, ...]
    links: tuple[Link, ...]
    loss: Text | None = None
    biases: tuple[Bias, ...] = ()


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node of a computation graph; `above` and `below` are values written at the node itself (the loss and its 1,
    say)."""

    id: str
    label: Text
    kind: Kind
    above: Text | None = None
    below: Text | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """An arrow of a computation graph with the forward value above it and the gradient below it."""

    source: str
    target: str
    above: Text | None = None
    below: Text | None = None


@dataclass(frozen=True, slots=True)
class GraphFigure:
    """A computation graph without cycles; it is read from left to right."""

    title: str
    description: str
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]


Figure: TypeAlias = NetworkFigure | GraphFigure


def dense_links(
    widths: Sequence[int],
    loss: bool = False,
    routes: Container[tuple[Unit, Unit]] = (),
    missing: Container[tuple[Unit, Unit]] = (),
) -> tuple[Link, ...]:
    """All links between neighbouring columns of these widths (and into the loss) but the missing ones; those in
    `routes` are marked."""
    all_widths = [*widths, 1] if loss else list(widths)
    pairs = (
        ((column, k), (column + 1, j))
        for column in range(len(all_widths) - 1)
        for j in range(all_widths[column + 1])
        for k in range(all_widths[column])
    )
    return tuple(Link(*pair, route=pair in routes) for pair in pairs if pair not in missing)
