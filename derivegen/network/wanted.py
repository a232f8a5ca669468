"""Which quantities are worked in full: a graph goes in, with what its file asks for; names come out."""

from __future__ import annotations

from itertools import islice

from derivegen.errors import InputError
from derivegen.network.graph import Graph
from derivegen.network.names import from_shell, parse_derivative

FULL_UP_TO = 60
"""Parameters worked line by line with detail "full"; the tables hold the rest."""
DEEP = 12
"""Layers that are all worked; of a deeper network those at either end."""
AT_EACH_END = 3
"""Layers of a deep network worked at its beginning and at its end."""


def worked_layers(graph: Graph) -> tuple[int, ...]:
    """The layers a document works: all; of a deep network those at either end and those of what is asked for."""
    count = graph.depth
    if count <= DEEP:
        return tuple(range(1, count + 1))
    asked = {located[0].layer for name in graph.network.options.wrt or () if (located := graph.locate(_plain(name)))}
    ends = {*range(1, AT_EACH_END + 1), *range(count - AT_EACH_END + 1, count + 1)}
    return tuple(sorted(ends | asked - {0}))


def wanted(graph: Graph) -> tuple[str, ...]:
    """The parameters worked in full: those asked for, else one weight and one bias of each layer, or what a graph of
    one's own names. Raises InputError."""
    asked = graph.network.options.wrt
    if asked:
        return tuple(_known(graph, name) for name in asked)
    if not graph.layered:
        return graph.sought
    layers = {*worked_layers(graph)}
    if asked is None and graph.network.options.detail == "full":
        return tuple(islice((name for name in graph.parameters if graph[name].family.layer in layers), FULL_UP_TO))
    found = list[str]()
    for family in graph.families.values():
        if family.kind in ("weight", "bias", "threshold") and family.layer in layers:
            found += family.names(1)
    return tuple(found)


def instructive(graph: Graph) -> tuple[str, ...]:
    """The parameters worked in full where nobody asks for others: one weight into an output and one into the layer
    below, whose derivative comes by all outputs; of a deep network one into the first layer too. Raises InputError."""
    if graph.network.options.wrt:
        return wanted(graph)
    layers = (*graph.stack[:1], *graph.stack[-2:]) if len(worked_layers(graph)) < graph.depth else graph.stack[-2:]
    return tuple(name for layer in reversed(layers) for name in layer.weights.names(1))


def asked_for(graph: Graph, section: str) -> bool:
    """Whether a section that a page usually does without is wanted: everything in full is, and what is named."""
    return graph.network.options.detail == "full" or asked_by_name(graph, section)


def asked_by_name(graph: Graph, section: str) -> bool:
    """Whether a file or a command names a section."""
    options = graph.network.options
    return section in (options.sections or ()) or section in (options.extra or ())


def _plain(name: str) -> str:
    """A quantity asked for, or the one that is differentiated by."""
    name = from_shell(name)
    pair = parse_derivative(name)
    return pair[1] if pair is not None else name


def _known(graph: Graph, name: str) -> str:
    plain = _plain(name)
    located = graph.locate(plain)
    if located is None:
        raise InputError(f"wrt: {graph.unknown(plain)}")
    if graph.network.rows != 1 and not located[0].is_parameter:
        raise InputError(f"wrt: {plain} belongs to one example; with several examples name parameters, as w[1][1][1]")
    return located[0].member(located[1])
