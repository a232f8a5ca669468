"""Units that are on or off: a layer of gates (ReLU and its like) goes in; what these numbers, or an assumption, make of it comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.steps import Factor
from derivegen.document.blocks import Block, Note, Paragraph
from derivegen.document.pen import Pen
from derivegen.formula.tree import Formula, Quantity, transform
from derivegen.network.layer import Layer
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.network.tables.conventions import HOUSE, bends_of, kink_of
from derivegen.solution.kinks import takes

ROUTES_COUNTED = 64
"""Routes that are looked at one by one for shut gates."""


def gate_note(pen: Pen, layer: Layer) -> Iterator[Block]:
    """Which units of a layer are on for these numbers, and what that does to what flows back; of one unit its line says it."""
    entry = ACTIVATIONS.get(layer.a.rule)
    if entry is None or not entry.is_switch or layer.units == 1 or not pen.trace.complete:
        return
    indices = [(j, *pen.rows_in_hand) for j in range(1, layer.units + 1)]
    units = [(layer.z.member(each), layer.a.member(each)) for each in indices]
    own, kink = {**HOUSE, **bends_of(pen.chain.library)}, kink_of(entry.name) or ""
    bent = own.get(kink, "other") != "other"
    between = [Quantity(a) for z, a in units if bent and not pen.trace.number(z)]
    on = [Quantity(a) for z, a in units if pen.trace.number(z) > 0]
    off = [Quantity(a) for z, a in units if pen.trace.number(z) <= 0 and Quantity(a) not in between]
    if off or not between:
        yield Note(pen.say("note.gates", on=on, off=off, shut=entry.shuts, row=pen.row_in_hand))
    if between:
        slope = takes(pen, kink, own[kink])
        yield Note(pen.say("note.gates.between", units=between, slope=slope, row=pen.row_in_hand))


def assumptions(pen: Pen) -> Iterator[Block]:
    """What the document assumes where there are no numbers."""
    if pen.assumptions and not pen.trace.complete:
        several = pen.graph.network.rows != 1
        conditions = [transform(each, lambda part: _of_any_row(pen, part)) for each in pen.assumptions]
        yield Paragraph(pen.say("given.assumed", conditions=conditions, several=several))


def _of_any_row(pen: Pen, part: Formula) -> Formula | None:
    """A quantity that belongs to each example, as that of the example in hand."""
    if not isinstance(part, Quantity) or pen.graph.locate(part.name) is not None:
        return None
    return Quantity(f"{part.name}@{pen.chain.row}")


def shut_gates(pen: Pen, route: Sequence[Factor]) -> list[Formula]:
    """The derivatives on a route that a shut gate makes 0."""
    return [
        Quantity(f.name) for f in route if f.role == "gate" and pen.trace.known(f.name) and not pen.trace.number(f.name)
    ]


def open_routes(pen: Pen, target: str) -> int | None:
    """How many routes no shut gate interrupts; None if all are open, or too many to look at."""
    if not pen.trace.complete or pen.chain.routes_total(target) > ROUTES_COUNTED:
        return None
    routes = pen.chain.routes(target, ROUTES_COUNTED)
    through = sum(not shut_gates(pen, route) for route in routes)
    return None if through == len(routes) else through
