"""All derivatives together: what has been worked in full goes in; tables or formulas of all, the gradient, what sharing saved come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.cost import multiplications
from derivegen.document.blocks import Block, Heading, Paragraph
from derivegen.document.pen import Pen
from derivegen.document.tables import parameter_tables
from derivegen.formula.tree import Quantity, Value
from derivegen.solution.frame import gradient_vector
from derivegen.solution.graph_pictures import computation_picture
from derivegen.solution.others import Others

COUNTED_UP_TO = 300
"""Parameters up to which the multiplications are counted."""


def gradients(pen: Pen, names: Sequence[str], named: set[str], graph: bool) -> Iterator[Block]:
    """The section; with the computation graph, unless the flow along it has been drawn already."""
    derivation, count = pen.trace.derivation, len(pen.graph.parameters)
    yield Heading(1, pen.say("gradients.title"))
    if pen.trace.complete:
        yield Paragraph(pen.say("gradients.opening", count=count, loss=Quantity("loss"), others=count > len(names)))
        yield from parameter_tables(pen, "table.gradients", lambda name: (Value(derivation.name_of(name)),))
    else:
        yield from Others(pen, named).blocks(names)
    yield from gradient_vector(pen)
    yield from _cost(pen)
    picture = computation_picture(pen, sorted(names, key=lambda n: pen.graph[n].family.layer)) if graph else None
    if picture is not None:
        yield picture


def _cost(pen: Pen) -> Iterator[Block]:
    """What finding every derivative in between only once has saved."""
    count = len(pen.graph.parameters)
    if count > COUNTED_UP_TO:
        return
    cost = multiplications(pen.chain)
    if cost.shared < cost.written_out:
        yield Paragraph(pen.say("gradients.cost", count=count, separate=cost.written_out, shared=cost.shared))
