"""What is added to the loss to hold the weights small is left out of a weight's derivative, though the weight stands in it too."""

from __future__ import annotations

from derivegen.calculus.steps import Step, Term
from derivegen.mistakes.factors import only
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import PENALISED
from derivegen.network.graph import Graph
from derivegen.network.tables.losses import PENALTIES

ADDED = frozenset(penalty.name for penalty in PENALTIES.values())


@mistake(
    "backward", "upstream", example=Example(PENALISED, "dloss/dw[1][1][1]", 0.0316517, -0.00834827), where="letters"
)
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂L/∂z_j · x_k + λ w_jk → ∂L/∂z_j · x_k."""
    made = any(part.loss is not None and part.loss.penalties for part in graph.parts)
    return only(step, _without_penalty) if made and len(step.terms) > 1 else None


def _without_penalty(term: Term) -> bool:
    return term.link is None or term.link.child not in ADDED
