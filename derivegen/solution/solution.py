"""The worked solution: network, numbers and a press go in, the whole document comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import log10
from types import MappingProxyType

from derivegen.calculus.lettered import arrays_of
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.numbers.layer_numbers import LayerNumbers
from derivegen.calculus.run import run_as_printed
from derivegen.calculus.verified import Verified
from derivegen.document.blocks import Block, Document, Heading, Note, Paragraph, Prose
from derivegen.document.followed import followed, lines_of
from derivegen.document.pen import Pen, pen_over
from derivegen.document.press import Press
from derivegen.errors import InputError
from derivegen.network.graph import Graph
from derivegen.network.wanted import asked_by_name, asked_for, instructive, wanted
from derivegen.records import dataclass, replace
from derivegen.solution import indexed_graph, own_graph
from derivegen.solution.backward import Backward
from derivegen.solution.chosen import chosen
from derivegen.solution.errata import errata
from derivegen.solution.example import followed_example
from derivegen.solution.explained import explained
from derivegen.solution.forward import forward
from derivegen.solution.frame import algorithm, brief, closing, definitions, opening
from derivegen.solution.given import given
from derivegen.solution.glossary import glossary
from derivegen.solution.gradients import gradients
from derivegen.solution.graph_pictures import flow_pictures
from derivegen.solution.hessian import hessian_section
from derivegen.solution.indexed_matrices import matrix_blocks
from derivegen.solution.kinks import kink_notes
from derivegen.solution.layers import layer_reading, matrix_update
from derivegen.solution.listing import listing_section
from derivegen.solution.passed_over import PassedOver
from derivegen.solution.rows import general_loss, rows_section
from derivegen.solution.sections import Lesson, in_sections
from derivegen.solution.slopes import slope_boxes
from derivegen.solution.translation import translation
from derivegen.solution.update import training_section, update_section

FEW_UNITS = 4
"""Units of a layer that are all written out where there are no numbers for a table of them."""
ASKED_FOR = 6
"""Updates worked in full where all is read in matrices; else one is, and a table has the others."""
MOST_TRIED = 100
"""Weights of a layer among which one is looked for that has a say."""
UNITS_UP_TO = 300
"""Parameters of a network that is read unit by unit if nothing else is said; a larger one is read in matrices."""


@dataclass(frozen=True, slots=True)
class Results:
    """What a document is composed from."""

    trace: Trace
    verified: Verified
    explained: str = ""
    """The one quantity by which a derivative is shown, and nothing else; "" for everything."""


def compose(results: Results, press: Press) -> Document:
    """The document of a network or of a `[graph]`. Raises InputError where it has not what it is asked to show."""
    trace = results.trace
    network = trace.graph.network
    if not trace.graph.indexed and network.options.view in ("matrix", "both"):
        why = "a [graph] has no layers, nor index letters"
        raise InputError(f'document.view: found "{network.options.view}"; {why}; leave the view out')
    pen = pen_over(press, trace, row=followed_example(trace))
    body = explained(pen, results.explained) if results.explained else _body(pen, results)
    document = press.document(network.title, (*body, *translation(pen)))
    return followed(document, pen.paper, pen.remark)


def _body(pen: Pen, results: Results) -> Iterator[Block]:
    """In sections, as short as can be followed; in full where that is asked for, of what is read in matrices, and of a graph of
    one's own."""
    graph, verified, detail = pen.graph, results.verified, pen.graph.network.options.detail
    if not graph.layered:
        yield from _graph_blocks(pen, results)
        return
    if graph.network.options.sections or (detail != "full" and _view(graph) != "matrix"):
        checked = Note(_checked(pen, verified)) if verified.compared else None
        blocks = tuple(in_sections(Lesson(pen, _worked(pen), verified, checked)))
    else:
        blocks = (*_layer_blocks(pen), *_closing(pen, results))
    yield from blocks
    if asked_for(graph, "symbols"):
        yield from glossary(pen, blocks)


def _graph_blocks(pen: Pen, results: Results) -> Iterator[Block]:
    """The sections of a graph, with index letters or without; as a whole where it is read in matrices."""
    graph, options, lettered = pen.graph, pen.graph.network.options, pen.graph.lettered
    if lettered and options.view == "matrix" and options.sections is None:
        yield from (*matrix_blocks(pen, ASKED_FOR), *_closing(pen, results))
        return
    own = (*(indexed_graph.SECTIONS if lettered else own_graph.SECTIONS), *CLOSING)
    usual = [n for n in own if n not in BY_NAME and (n not in ON_REQUEST or asked_for(graph, n))]
    names = chosen(options, own, usual)
    letters, nodes = indexed_graph.Letters(pen, names), own_graph.OwnGraph(pen)
    for name in names:
        if name in CLOSING:
            yield from CLOSING[name](pen, results)
        else:
            yield from indexed_graph.SECTIONS[name](letters) if lettered else own_graph.SECTIONS[name](nodes)


def _worked(pen: Pen) -> tuple[str, ...]:
    """What is worked in full: what is asked for; else, of each layer chosen for that, the first weight whose derivative is not 0."""
    names, graph = instructive(pen.graph), pen.graph
    if graph.network.options.wrt or not pen.trace.complete or pen.trace.in_arrays:
        return names
    return tuple(_telling(pen, name) for name in names)


def _telling(pen: Pen, name: str) -> str:
    """The weight, or where its derivative is 0 the first of its family with another."""
    found = pen.graph.locate(name)
    assert found is not None
    return next((each for each in found[0].names(MOST_TRIED) if pen.trace.number(pen.chain.name_of(each))), name)


def as_written(results: Results, press: Press) -> Trace:
    """The trace of somebody who follows the lines of the document with a calculator and goes on with each number as printed."""
    trace, graph = results.trace, results.trace.graph
    silent = replace(graph, network=replace(graph.network, published={}))  # what is printed elsewhere finds no number
    lines = lines_of(
        compose(replace(results, trace=replace(trace, graph=silent)), press).blocks, arrays_of(trace.derivation)
    )
    told = replace(trace, lines=lines)
    return replace(told, updates=run_as_printed(told), unrounded=trace.updates) if trace.updates else told


def _layer_blocks(pen: Pen) -> Iterator[Block]:
    """Everything up to the closing."""
    names, view = wanted(pen.graph), _view(pen.graph)
    yield from given(pen)
    if asked_for(pen.graph, "sought"):
        yield from opening(pen)
    flow = None if brief(pen) or view == "matrix" else flow_pictures(pen)
    if view != "matrix":
        yield from general_loss(pen, names)
        yield from forward(pen, shown_units(pen.graph, names))
        yield from flow[:1] if flow is not None else ()
    if not brief(pen):
        yield Heading(1, pen.say("slopes.title"))
        yield Paragraph(pen.say("slopes.opening"))
        yield from slope_boxes(pen)
    if view != "matrix":
        backward = Backward(pen, PassedOver(pen, names))
        yield from backward.section(names, flow[1] if flow is not None else None)
        if pen.graph.network.rows != 1:
            yield from rows_section(pen, names, backward.readings)
        yield from gradients(pen, names, backward.named, graph=flow is None)
        yield from update_section(pen, names)
    if view != "units":
        yield from layer_reading(pen)
        yield from matrix_update(pen)
    if asked_for(pen.graph, "algorithm"):
        yield from algorithm(pen)
    yield from training_section(pen, pen.trace.updates)
    if asked_for(pen.graph, "words"):
        yield from definitions(pen)
    if asked_for(pen.graph, "program"):
        yield from listing_section(pen)


def _view(graph: Graph) -> str:
    """The view asked for; else what is named is worked unit by unit, and so is every network of few parameters."""
    options = graph.network.options
    return options.view or ("units" if options.wrt or len(graph.parameters) <= UNITS_UP_TO else "matrix")


def shown_units(graph: Graph, names: Sequence[str]) -> dict[int, list[int]]:
    """The units worked in full on the way forward: those of the wanted parameters, the only one of a layer; else the first."""
    if graph.network.inputs is None and all(layer.units <= FEW_UNITS for layer in graph.stack):
        return {layer.number: list(range(1, layer.units + 1)) for layer in graph.stack}
    found: dict[int, list[int]] = {layer.number: [1] for layer in graph.stack if layer.units == 1}
    for name in names:
        located = graph.locate(name)
        if located is not None and located[0].layer and located[1] and isinstance(located[1][0], int):
            units = found.setdefault(located[0].layer, [])
            if located[1][0] not in units:
                units.append(located[1][0])
    return {layer: sorted(units)[:3] for layer, units in found.items()}


def _checked(pen: Pen, verified: Verified) -> Prose:
    """How the numbers and lines were checked; what was left unchecked."""
    floats = pen.trace.floats
    if isinstance(floats, LayerNumbers):
        digits = min(15, int(-log10(max(verified.largest, 1e-16))))
        held, count = len(set(floats.sampled())), len(floats.values) + len(floats.gradients)
        return pen.say("closing.verified-arrays", count=verified.compared, digits=digits, held=held, left=count - held)
    every = "every" in verified.method
    return pen.say("closing.verified") if every else pen.say("closing.verified-along", count=verified.compared)


def _closing(pen: Pen, results: Results) -> Iterator[Block]:
    """What others printed, what was found, and how it was checked."""
    for write in CLOSING.values():
        yield from write(pen, results)


def _checks(pen: Pen, results: Results) -> Iterator[Block]:
    if results.verified.compared:
        yield Note(_checked(pen, results.verified))
    yield from kink_notes(pen, results.verified)


CLOSING: Mapping[str, Callable[[Pen, Results], Iterator[Block]]] = MappingProxyType(
    {
        "hessian": lambda pen, _: hessian_section(pen) if asked_by_name(pen.graph, "hessian") else iter(()),
        "published": lambda pen, _: errata(pen),
        "close": lambda pen, _: closing(pen),
        "checks": _checks,
        "symbols": lambda pen, _: iter(()),  # at the end, when all else is known
    }
)
"""What every page ends with that is not made of a network's layers, by name."""
BY_NAME, ON_REQUEST = ("hessian",), ("program", "symbols")
