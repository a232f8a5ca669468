"""Of several routes to the loss only the first is followed: the sum over the units a unit feeds is missing.

The mistake behind most wrong hidden gradients of networks with more than one output; the multivariable chain rule taken for the one
of one variable.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import over_units
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import SQUARE
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(SQUARE, "dloss/dw[1][1][1]", 0.00375668, 0.00625625), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ_i δ_i w_ik → δ_1 w_1k."""
    return Step(step.target, step.terms[:1]) if over_units(step) else None
