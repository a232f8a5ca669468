"""The worked solution: network, numbers and words go in, the whole document comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derivegen.calculus.chain import Derivation as Chain
from derivegen.calculus.evaluate import Trace
from derivegen.calculus.verify import Verified
from derivegen.document.blocks import Block, Document, Heading, Note, Paragraph
from derivegen.document.compose.backward import Backward
from derivegen.document.compose.forward import forward
from derivegen.document.compose.own_graph import graph_blocks
from derivegen.document.compose.pen import Pen
from derivegen.document.compose.pictures import computation_picture, network_picture
from derivegen.document.compose.rows import rows_section
from derivegen.document.compose.slopes import slope_boxes
from derivegen.document.compose.tables import data_table, given_cell, parameter_tables
from derivegen.document.compose.update import training_section, update_section
from derivegen.document.words import Words
from derivegen.errors import InputError
from derivegen.formula.tree import Compare, Quantity, Value
from derivegen.network.family import PARAMETERS
from derivegen.network.graph import Graph
from derivegen.network.names import from_shell, parse_derivative

FULL_UP_TO = 60
"""Parameters worked line by line with detail "full"; the tables hold the rest."""
PICTURES_UP_TO = 200
"""Units and inputs in all; a larger network is not drawn."""


@dataclass(frozen=True, slots=True)
class Results:
    """What a document is composed from."""

    trace: Trace
    verified: Verified


def compose(results: Results, words: Words) -> Document:
    """The document of a network or of a `[graph]`."""
    trace = results.trace
    network = trace.graph.network
    pen = Pen(trace, chain_of(trace), words)
    blocks = tuple(graph_blocks(pen) if network.graph is not None else _layer_blocks(pen, results))
    options = network.options
    return Document(
        network.title,
        (*blocks, *_closing(pen, results)),
        author=options.author or "",
        course=options.course or "",
        date=options.date or "",
        language=options.language or "en",
        paper=options.paper or "a4",
    )


def chain_of(trace: Trace) -> Chain:
    """What is worked in full: the loss itself, or with several rows the first row's own loss."""
    rows = trace.graph.network.rows
    if rows == 1:
        return trace.derivation
    return trace.derivation.of_row(1 if isinstance(rows, int) else "r")


def wanted(graph: Graph) -> tuple[str, ...]:
    """The parameters worked in full: those asked for, else one weight and one bias of each layer. Raises InputError."""
    asked = graph.network.options.wrt
    if asked is None and graph.network.options.detail == "full":
        return graph.parameters[:FULL_UP_TO]
    if asked:
        return tuple(_known(graph, from_shell(name)) for name in asked)
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


def _layer_blocks(pen: Pen, results: Results) -> Iterator[Block]:
    names = wanted(pen.graph)
    yield from _given(pen)
    yield from forward(pen, shown_units(pen.graph, names))
    if pen.graph.network.options.detail != "brief":
        yield Heading(1, pen.say("slopes.title"))
        yield Paragraph(pen.say("slopes.opening"))
        yield from slope_boxes(pen)
    yield from Backward(pen).section(names)
    if pen.graph.network.rows != 1:
        yield from rows_section(pen, names)
    yield from _gradients(pen, names)
    yield from update_section(pen, names)
    yield from training_section(pen, pen.trace.updates)


def shown_units(graph: Graph, names: Sequence[str]) -> dict[int, list[int]]:
    """The units worked in full on the way forward: those of the wanted parameters, the only one of a layer; else the first."""
    found: dict[int, list[int]] = {n: [1] for n, layer in enumerate(graph.network.layers, 1) if layer.units == 1}
    for name in names:
        located = graph.locate(name)
        if located is not None and located[0].layer and located[1] and isinstance(located[1][0], int):
            units = found.setdefault(located[0].layer, [])
            if located[1][0] not in units:
                units.append(located[1][0])
    return {layer: sorted(units)[:3] for layer, units in found.items()}


def _given(pen: Pen) -> Iterator[Block]:
    """What is given and what is sought."""
    graph, network = pen.graph, pen.graph.network
    if network.options.intro:
        yield Paragraph((network.options.intro,))
    widths = [str(network.n_inputs), *(str(layer.units) for layer in network.layers)]
    loss = network.loss
    assert loss is not None
    activations = [
        pen.words.plain(f"activation.{'formula' if d.activation.formula else d.activation.name}")
        for d in network.layers
    ]
    yield Heading(1, pen.say("given.title"))
    yield Paragraph(
        pen.say(
            "given.network",
            widths=widths,
            hidden=activations[:-1],
            output=activations[-1],
            loss_name=pen.words.plain(f"loss.{loss.name}"),
            loss=Quantity("loss"),
            parameters=len(graph.parameters),
            rows=str(network.rows),
        )
    )
    if max(map(int, widths)) <= PICTURES_UP_TO:
        yield network_picture(pen)
    if isinstance(network.rows, int) and network.rows <= 40 and (network.inputs or network.targets):
        yield data_table(pen)
    yield from parameter_tables(pen, "table.parameters", given_cell(pen))
    if "rate" in graph.givens:
        yield Paragraph(pen.say("given.rate", equation=Compare(Quantity("rate"), "=", Value("rate"))))
    rounding = pen.trace.rounding
    if pen.trace.complete:
        key = "given.significant" if rounding.significant else "given.decimals"
        digits = rounding.significant or rounding.digits
        yield Paragraph(pen.say(key, digits=digits, carried=rounding.carry == "exact"))
    yield Paragraph(pen.say("given.sought", loss=Quantity("loss"), count=len(graph.parameters)))


def _gradients(pen: Pen, names: Sequence[str]) -> Iterator[Block]:
    """All gradients in tables, and the computation graph."""
    derivation = pen.trace.derivation
    yield Heading(1, pen.say("gradients.title"))
    if pen.trace.complete:
        count = len(pen.graph.parameters)
        yield Paragraph(pen.say("gradients.opening", count=count, loss=Quantity("loss"), others=count > len(names)))
        yield from parameter_tables(pen, "table.gradients", lambda name: (Value(derivation.name_of(name)),))
    else:
        yield Paragraph(pen.say("gradients.symbolic", count=len(pen.graph.parameters)))
    picture = computation_picture(pen, sorted(names, key=lambda name: pen.graph[name].family.layer))
    if picture is not None:
        yield picture


def _closing(pen: Pen, results: Results) -> Iterator[Block]:
    """What was found and how it was checked."""
    verified = results.verified
    yield Heading(1, pen.say("closing.title"))
    yield Paragraph(pen.say("closing.found", root=Quantity(pen.graph.root)))
    if verified.compared:
        every = "every" in verified.method
        yield Note(pen.say("closing.verified") if every else pen.say("closing.verified-along", count=verified.compared))
    for name in verified.kinks[:3]:
        yield Note(pen.say("closing.kink", name=Quantity(pen.trace.derivation.name_of(name))))
