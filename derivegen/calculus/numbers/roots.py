"""What a name differentiates: a derivation or a graph and a name go in; the derivation of a row's own loss, or the derivative that a δ is,
comes out."""

from __future__ import annotations

from derivegen.calculus.chain import Derivation
from derivegen.errors import InputError
from derivegen.network.graph import Graph
from derivegen.network.names import derivative, parse
from derivegen.records import replace


def row_derivation(derivation: Derivation, root: str) -> Derivation:
    """The derivation of a row's own loss by its name, loss@2."""
    row = root.removeprefix("loss@")
    return derivation.of_row(int(row) if row.isdigit() else row)


def delta_name(graph: Graph, name: str) -> str:
    """delta[l][j] is dloss/dz[l][j]; with a row, of that row's own loss."""
    parts = parse(name)
    if parts is None:
        raise InputError(graph.unknown(name))
    z = str(replace(parts, base="z", row=None))
    return derivative("loss" if parts.row is None or graph.network.rows == 1 else f"loss@{parts.row}", z)
