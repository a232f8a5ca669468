"""What comes back over several routes is multiplied instead of added.

Along a route factors are multiplied, and routes are added; who remembers only "the chain rule multiplies" does this.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step, Term
from derivegen.mistakes.factors import over_units
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import SQUARE
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(SQUARE, "dloss/dw[1][1][1]", 0.00375668, -0.000143537), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ_i δ_i w_ik → Π_i δ_i w_ik."""
    if not over_units(step):
        return None
    return Step(step.target, (Term(tuple(factor for term in step.terms for factor in term.factors)),))
