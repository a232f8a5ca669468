"""A graph goes in; which of its numbers a program may draw again, by the family they belong to, comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derivegen.network.family import Family
from derivegen.network.givens import stated
from derivegen.network.graph import Graph
from derivegen.network.network import Drawing
from derivegen.on_use import numpy
from derivegen.records import dataclass


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing, and whether its rows are the network's columns."""

    drawing: Drawing
    turned: bool


def drawn(graph: Graph) -> Mapping[str, Drawn] | None:
    """The drawings by family. None if the file's numbers are not these (somebody changed them), or some came from elsewhere, an array file
    for one: such numbers are too long to print."""
    arrays = _draw_again(graph.drawings)
    found = {}
    for name, drawing in graph.drawings.items():
        turned = _turned(graph, graph.families[name], arrays[name])
        if turned is None:
            return None
        found[name] = Drawn(drawing, turned)
    return (
        found
        if all(family.name in found or not _has_floats(graph, family) for family in graph.families.values())
        else None
    )


def _draw_again(drawings: Mapping[str, Drawing]) -> dict[str, Any]:
    if not drawings:
        return {}
    streams = {d.seed: numpy.random.RandomState(d.seed) for d in drawings.values()}
    return {name: streams[d.seed].randn(d.rows, d.columns) * float(d.scale) for name, d in drawings.items()}


def _turned(graph: Graph, family: Family, array: Any) -> bool | None:
    """Whether the stated numbers are the drawn ones in columns; None if they are not these at all."""
    own = numpy.array(stated(graph.network, family), dtype=float)
    there: Any = 1.0 if family.mask is None else numpy.array(family.mask, dtype=float)
    for turned, numbers in ((False, array), (True, array.T)):
        if numbers.shape == own.shape and bool((numbers * there == own).all()):
            return turned
    return None


def _has_floats(graph: Graph, family: Family) -> bool:
    """Whether some number of a family was not typed."""
    return any(isinstance(figure, float) for row in stated(graph.network, family) or () for figure in row)
