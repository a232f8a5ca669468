"""Steps that only fill up a shorter sequence are counted when the loss is differentiated, as if the mask were all ones."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.lettered import all_kept, derived_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import PADDED
from derivegen.network.graph import Graph


@mistake("backward", "loss slope", example=Example(PADDED, "dL/dw", 0.35, 0.333333), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """1/Σ_s m_s · m_t · 2(p_t − y_t) → 1/T · 2(p_t − y_t)."""
    return derived_as(step, graph, all_kept(graph))
