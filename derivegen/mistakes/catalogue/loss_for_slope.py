"""The loss itself is sent back instead of its slope: "back-propagate the error" taken literally."""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Formula, Quantity
from derivegen.mistakes.factors import ends, exists, layer, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph
from derivegen.network.names import Name


@mistake("backward", "loss slope", example=Example(CHAIN, "dloss/dw[2][1][1]", -0.130782, 0.0148874), strays=True)
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂term/∂a → the term."""

    def wrong(factor: Factor) -> Formula | None:
        a = ends(factor)[1]
        many = "loss terms" in graph.families
        term = str(Name("loss", a.indices[-1:] if many else (), a.row))
        return Quantity(term) if layer(a) and exists(graph, term) else None

    return read_as(step, "loss slope", wrong)
