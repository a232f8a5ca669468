"""What is given: a network goes in; its description, picture, data, parameters and the way numbers are rounded come out."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block, Heading, Paragraph
from derivegen.document.pen import Pen
from derivegen.document.tables import data_table, given_cell, parameter_tables
from derivegen.formula.tree import Quantity
from derivegen.network.tables.activations import decimal
from derivegen.solution.frame import brief, counted
from derivegen.solution.gates import assumptions
from derivegen.solution.optimizing import given_rule
from derivegen.solution.own_graph import given_nodes
from derivegen.solution.pictures import network_picture
from derivegen.solution.told import introduction

MOST_ROWS, MOST_COLUMNS = 40, 24
"""Examples, and inputs with targets, listed in the table of the data."""


def given(pen: Pen) -> Iterator[Block]:
    """The section."""
    network = pen.graph.network
    yield from introduction(pen)
    yield Heading(1, pen.say("given.title"))
    yield description(pen)
    if not brief(pen):
        yield _symbols(pen)
    yield network_picture(pen)
    if isinstance(network.rows, int) and (network.inputs or network.targets):
        if network.rows <= MOST_ROWS and pen.graph.n_inputs + pen.graph.n_outputs <= MOST_COLUMNS:
            yield data_table(pen)
        else:
            yield Paragraph(pen.say("given.data-large", rows=network.rows, inputs=pen.graph.n_inputs))
    yield from parameter_tables(pen, "table.parameters", given_cell(pen))
    yield from counted(pen)
    yield from drawn_parameters(pen)
    yield from given_rule(pen)
    if pen.trace.complete:
        yield rounding_note(pen)
    yield from assumptions(pen)


def drawn_parameters(pen: Pen) -> Iterator[Block]:
    """Where the weights are drawn at random, from what."""
    drawn = [each for name, each in pen.graph.drawings.items() if pen.graph.families[name].kind == "weight"]
    if drawn:
        scales = dict.fromkeys(decimal(each.scale) for each in drawn)
        yield Paragraph(
            pen.say("given.drawn", scales=list(scales), seeds=list(dict.fromkeys(str(d.seed) for d in drawn)))
        )


def given_numbers(pen: Pen) -> Iterator[Block]:
    """The network and its numbers, without what belongs to an article; of a `[graph]` its nodes."""
    if not pen.graph.layered:
        yield from given_nodes(pen)
        return
    yield description(pen)
    yield _symbols(pen)
    yield network_picture(pen, numbers=False)
    if isinstance(pen.graph.network.rows, int) and (pen.graph.network.inputs or pen.graph.network.targets):
        yield data_table(pen)
    yield from parameter_tables(pen, "table.parameters", given_cell(pen))
    yield from given_rule(pen, formulas=True)


def description(pen: Pen) -> Paragraph:
    """Widths, activations and loss in a sentence."""
    network = pen.graph.network
    loss = network.loss
    assert loss is not None
    activations = [
        "" if layer.a.is_unknown else pen.words.plain(f"activation.{layer.a.rule}") for layer in pen.graph.stack
    ]
    return Paragraph(
        pen.say(
            "given.network",
            widths=list(map(str, pen.graph.widths)),
            deep=pen.deep,
            most=max(pen.graph.widths[1:-1], default=0),
            worked=[str(layer.number) for layer in pen.worked],
            count=len(pen.graph.parameters),
            activations=activations,
            loss_name=pen.words.plain(f"loss.{loss.name}"),
            loss=Quantity("loss"),
            rows=str(network.rows),
            mean=loss.reduction == "mean",
        )
    )


def _symbols(pen: Pen) -> Paragraph:
    """What the symbols of the first formulas stand for."""
    graph, row = pen.graph, "" if pen.graph.network.rows == 1 else "@r"
    j_out, k = ("1" if graph.n_outputs == 1 else "j"), ("1" if graph.n_inputs == 1 else "k")
    curved = [layer for layer in graph.stack if not layer.linear]
    layer = (curved or graph.stack)[0]
    j = "1" if layer.units == 1 else "j"
    return Paragraph(
        pen.say(
            "given.symbols",
            many=graph.n_inputs > 1,
            x=Quantity(f"{graph.stack[0].below.name}[{k}]{row}"),
            z=Quantity(f"{layer.z.name}[{j}]{row}") if curved else None,
            a=Quantity(f"{layer.a.name}[{j}]{row}"),
            y=Quantity(f"{graph.output.name}[{j_out}]{row}"),
            t=Quantity(f"{graph.target.name}[{j_out}]{row}"),
            loss=Quantity("loss"),
            row=Quantity("r") if row else None,
        )
    )


def rounding_note(pen: Pen) -> Paragraph:
    """How numbers are printed and carried on."""
    rounding = pen.trace.rounding
    key = "given.significant" if rounding.significant else "given.decimals"
    digits = rounding.significant or rounding.digits
    whole = pen.trace.carried and pen.trace.unrounded == pen.trace.updates != ()
    return Paragraph(
        pen.say(key, digits=digits, carried=rounding.carry == "exact", whole=whole, fractions=rounding.fractions)
    )
