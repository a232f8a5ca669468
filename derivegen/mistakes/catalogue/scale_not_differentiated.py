"""On the way back the constant that a quantity was divided by is left out: the √d of attention scores, the share that dropout keeps."""

from __future__ import annotations

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Step, Term
from derivegen.formula.tree import Formula
from derivegen.mistakes.lettered import each_read_as, unscaled
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import ATTENTION
from derivegen.network.graph import Graph
from derivegen.network.instance import instance


@mistake("backward", "slope", example=Example(ATTENTION, "dloss/dq[2][1]", 0.0110382, 0.0156104), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂L/∂e · k/√d → ∂L/∂e · k."""

    def whole(term: Term, link: Link) -> Formula | None:
        found = None if link.factor is None or link.child == graph.root else unscaled(link.factor)
        return None if found is None else instance(found, term.at, graph.families)

    return each_read_as(step, whole)
