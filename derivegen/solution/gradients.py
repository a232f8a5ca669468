"""All derivatives together: what has been worked in full goes in; tables or formulas of all, the gradient, what sharing saved come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from derivegen.calculus.chain import Derivation
from derivegen.calculus.steps import Term
from derivegen.document.blocks import Block, Heading, Paragraph
from derivegen.document.pen import Pen
from derivegen.document.tables import parameter_tables
from derivegen.formula.tree import ONE, Quantity, Value
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


# what sharing saves; products with a factor 1 (a bias, a linear unit) cost nothing and are not counted


class Cost(NamedTuple):
    """Multiplications for all parameters together."""

    written_out: int
    shared: int


def multiplications(derivation: Derivation) -> Cost:
    """Both ways of computing the derivatives by every parameter. Linear in the edges of the graph."""
    counts: dict[str, tuple[int, int]] = {}
    shared = 0

    def count(name: str) -> tuple[int, int]:
        """Routes to the quantity and factors on all of them together."""
        nonlocal shared
        if name not in counts:
            routes = factors = 0
            for term in derivation[name].terms:
                upstream, own = _parts(term)
                more, above = count(upstream) if upstream is not None else (1, 0)
                routes += more
                factors += above + more * own
                shared += max(0, own - (upstream is None or not above))
            counts[name] = routes, factors
        return counts[name]

    totals = [count(derivation.name_of(name)) for name in derivation.graph.parameters]
    return Cost(sum(max(0, factors - routes) for routes, factors in totals), shared)


def _parts(term: Term) -> tuple[str | None, int]:
    """The name of the derivative a term begins with, if any, and how many further factors other than 1 it has."""
    first, *rest = term.factors
    upstream = first.name if first.role == "upstream" else None
    own = rest if upstream is not None else term.factors
    return upstream, sum(factor.reading != ONE for factor in own)
