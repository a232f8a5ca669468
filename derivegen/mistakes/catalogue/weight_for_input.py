"""The derivative of w·a by w is taken as w: δ·w for δ·a.

Which of the two letters stays is guessed, or the rule for ∂z/∂a is applied to ∂z/∂w.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import Quantity
from derivegen.mistakes.factors import ends, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "input", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, -0.00667862), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂z/∂w = a → w."""
    return read_as(step, "input", lambda factor: Quantity(str(ends(factor)[1])))
