"""The derivative of w·a by a is taken as a: what flows back is multiplied by the unit's own output, not by the weight.

The mirror of weight-for-input.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import Quantity
from derivegen.mistakes.factors import ends, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "weight", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, -0.0159853), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂z/∂a = w → a."""
    return read_as(step, "weight", lambda factor: Quantity(str(ends(factor)[1])))
