"""How a solution begins: a pen goes in; what the network answers and what it should, the plan with what comes out, and the network come
out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from derivegen.document.blocks import Block, Definitions, Heading, Paragraph, Picture, Prose
from derivegen.document.pen import Pen
from derivegen.document.tables import data_table, given_cell, in_twos, parameter_tables
from derivegen.formula.tree import Formula, Quantity, Value, map_formulas, values_in
from derivegen.solution.gates import assumptions
from derivegen.solution.given import MOST_COLUMNS, MOST_ROWS, description, drawn_parameters
from derivegen.solution.optimizing import called_unless_plain
from derivegen.solution.pictures import network_picture
from derivegen.solution.readings import verdicts
from derivegen.solution.told import introduction

MOST_TOLD = 3
"""Inputs, and outputs, whose numbers a sentence names."""


def plan(pen: Pen) -> Iterator[Block]:
    """The section, which has no heading of its own but the author's paragraph, the question, the plan and the network."""
    graph = pen.graph
    yield from introduction(pen)
    yield Heading(1, pen.say("lesson.plan.title"))
    yield description(pen)
    if pen.trace.complete and graph.network.targets and graph.n_outputs <= MOST_TOLD and graph.n_inputs <= MOST_TOLD:
        yield Paragraph(_question(pen))
    yield Definitions(tuple(_steps(pen)))
    picture = network_picture(pen)
    yield picture
    yield Paragraph(_names(pen))
    data = [*graph.names("input"), *graph.names("target")] if graph.network.rows == 1 else []
    if isinstance(graph.network.rows, int) and (graph.network.inputs or graph.network.targets):
        if _shows(picture, data) and not (graph.network.input_names or graph.network.target_names):
            pass
        elif graph.network.rows <= MOST_ROWS and graph.n_inputs + graph.n_outputs <= MOST_COLUMNS:
            yield data_table(pen)
        else:
            yield Paragraph(pen.say("given.data-large", rows=graph.network.rows, inputs=graph.n_inputs))
    if any(name in graph.givens for name in graph.parameters) and not _shows(picture, graph.parameters):
        yield from in_twos(pen, parameter_tables(pen, "table.parameters", given_cell(pen)))
    yield from drawn_parameters(pen)
    if pen.trace.complete:
        yield Paragraph(rounded(pen))
    yield from assumptions(pen)


def _question(pen: Pen) -> Prose:
    """What goes in, what should come out, and what does."""
    rows = pen.rows_in_hand
    inputs = [pen.graph.stack[0].below.member((k, *rows)) for k in range(1, pen.graph.n_inputs + 1)]
    judged = verdicts(pen)
    network = pen.graph.network
    asked, given = network.target_names or ("",) * len(judged), network.input_names or ("",) * len(inputs)
    outputs = [
        (a, Value(a.name), Value(pen.graph.beside(a.name, pen.graph.target)), verdict, name)
        for (a, verdict), name in zip(judged, asked, strict=True)
    ]
    return pen.say(
        "lesson.question",
        inputs=[[pen.stated(name), meant] for name, meant in zip(inputs, given, strict=True)],
        outputs=[list(each) for each in outputs],
        single=len(outputs) == 1,
        row=pen.row_in_hand,
    )


def _steps(pen: Pen) -> Iterator[tuple[Prose, Prose]]:
    """Forward, backward, step, each with what comes out."""
    loss, count = Quantity(pen.graph.root), len(pen.graph.parameters)
    known = pen.trace.complete
    yield (
        pen.say("lesson.plan.forward"),
        pen.say("lesson.plan.forward.what", loss=pen.stated(loss.name) if known else loss),
    )
    yield pen.say("lesson.plan.backward"), pen.say("lesson.plan.backward.what", count=count, loss=loss)
    if pen.graph.network.training.learning_rate is None:
        return
    updates = pen.trace.updates
    moved = (Value("loss#0"), Value("loss#1")) if len(updates) > 1 else ()
    rate: Formula = pen.stated("rate")
    yield (
        pen.say("lesson.plan.step"),
        pen.say(
            "lesson.plan.step.what",
            optimizer=called_unless_plain(pen),
            loss=loss,
            rate=rate,
            moved=list(moved),
            falls=len(updates) > 1 and updates[1].loss < updates[0].loss,
        ),
    )


def rounded(pen: Pen) -> Prose:
    """How numbers are printed and carried on, in short."""
    rounding = pen.trace.rounding
    digits = rounding.significant or rounding.digits
    return pen.say(
        "lesson.rounded",
        digits=digits,
        significant=bool(rounding.significant),
        carried=rounding.carry == "rounded",
        fractions=rounding.fractions,
    )


def _names(pen: Pen) -> Prose:
    """How a name is read, at the first weight between two units with different numbers."""
    rows = pen.rows_in_hand
    layer = next((each for each in pen.graph.stack if any(True for _ in each.weights.members())), pen.graph.stack[0])
    there = list(islice(layer.weights.members(), MOST_COLUMNS * MOST_COLUMNS))
    j, k = next((each[:2] for each in there if each[0] != each[1]), there[0][:2] if there else (1, 1))
    curved = next((each for each in pen.graph.stack if not each.linear), None)
    unit = (1, *rows)
    return pen.say(
        "lesson.names",
        w=Quantity(layer.weights.member((j, k))) if there else None,
        source=Quantity(layer.below.member((k, *rows))),
        to=Quantity(layer.a.member((j, *rows))),
        z=Quantity(curved.z.member(unit)) if curved else None,
        a=Quantity((curved or layer).a.member(unit)),
        t=Quantity(pen.graph.target.member((1, *rows))) if pen.graph.network.loss is not None else None,
        y=Quantity(pen.graph.output.member((1, *rows))),
        loss=Quantity(pen.graph.root),
        row=None if pen.chain.row is None else Quantity("r"),
    )


def _shows(picture: Picture, names: Collection[str]) -> bool:
    """Whether a picture shows the number of each of these."""
    shown: set[str] = set()

    def note(tree: Formula) -> Formula:
        shown.update(values_in(tree))
        return tree

    map_formulas(picture.figure, note)
    return bool(names) and shown.issuperset(names)
