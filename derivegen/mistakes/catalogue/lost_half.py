"""The ½ in front of the square is forgotten when it is differentiated: 2(a − t) instead of a − t.

The twin of lost-two, for losses that carry the ½.
"""

from __future__ import annotations

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Step, Term
from derivegen.formula.tree import Number, Sum
from derivegen.mistakes.factors import beside, error, is_error, last, read_as
from derivegen.mistakes.lettered import each_read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "loss slope", example=Example(CHAIN, "dloss/dw[2][1][1]", -0.130782, -0.261563), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """a − t → 2(a − t) for ½(t − a)²."""
    if graph.lettered:
        return each_read_as(
            step, lambda term, link: beside(Number("2"), last(term).reading) if error_of(term, link, graph) else None
        )
    return read_as(
        step, "loss slope", lambda f: beside(Number("2"), error(f)) if f.rule == "half_squared_error" else None
    )


def error_of(term: Term, link: Link, graph: Graph) -> bool:
    """Whether a term is p − y, the slope of ½(p − y)²."""
    return link.child == graph.root and isinstance(last(term).reading, Sum) and is_error(last(term).reading)
