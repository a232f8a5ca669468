"""The softmax is differentiated as if its units were independent: a(1 − a) alone, without the terms −a_i a_j.

Found in libraries: deeplearning4j/libnd4j#440.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import last, only, own
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import SOFTMAX_SQUARED
from derivegen.network.graph import Graph


@mistake(
    "backward", "upstream", example=Example(SOFTMAX_SQUARED, "dloss/dw[2][1][1]", -0.0332204, -0.0166102), where="both"
)
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ_i dloss/da_i · ∂a_i/∂z_j → dloss/da_j · a_j(1 − a_j)."""
    if not all(last(term).rule == "softmax" for term in step.terms):
        return None
    return only(step, lambda term: own(last(term)))
