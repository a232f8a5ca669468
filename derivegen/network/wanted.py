"""Which quantities are worked in full: a graph goes in, with what its file asks for; names come out."""

from __future__ import annotations

from derivegen.errors import InputError
from derivegen.network.family import PARAMETERS
from derivegen.network.graph import Graph
from derivegen.network.names import from_shell, parse_derivative

FULL_UP_TO = 60
"""Parameters worked line by line with detail "full"; the tables hold the rest."""


def wanted(graph: Graph) -> tuple[str, ...]:
    """The parameters worked in full: those asked for, else one weight and one bias of each layer, or what a graph of
    one's own names. Raises InputError."""
    asked = graph.network.options.wrt
    if asked:
        return tuple(_known(graph, from_shell(name)) for name in asked)
    if not graph.layered:
        return graph.sought
    if asked is None and graph.network.options.detail == "full":
        return graph.parameters[:FULL_UP_TO]
    found = []
    for family in graph.families.values():
        if family.kind in ("weight", "bias", "threshold"):
            first = next(family.members(), None)
            if first is not None:
                found.append(family.member(first))
    return tuple(found)


def _known(graph: Graph, name: str) -> str:
    pair = parse_derivative(name)
    plain = pair[1] if pair is not None else name
    located = graph.locate(plain)
    if located is None:
        raise InputError(f"wrt: {graph.unknown(plain)}")
    if graph.network.rows != 1 and located[0].kind not in PARAMETERS:
        raise InputError(f"wrt: {plain} belongs to one example; with several examples name parameters, as w[1][1][1]")
    return located[0].member(located[1])
