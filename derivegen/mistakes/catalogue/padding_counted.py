"""Steps that only fill up a shorter sequence are counted when the loss is differentiated, as if the mask were all ones."""

from __future__ import annotations

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Step, Term
from derivegen.formula.tree import Formula, transform
from derivegen.mistakes.lettered import all_kept, each_read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import PADDED
from derivegen.network.graph import Graph
from derivegen.network.instance import instance


@mistake("backward", "loss slope", example=Example(PADDED, "dL/dw", 0.35, 0.333333), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """1/Σ_s m_s · m_t · 2(p_t − y_t) → 1/T · 2(p_t − y_t)."""

    def counted(term: Term, link: Link) -> Formula | None:
        factor = None if link.factor is None else transform(link.factor, all_kept(graph))
        if factor is None or factor == link.factor:
            return None
        return instance(factor, term.at, graph.families)

    return each_read_as(step, counted)
