"""The derivative of b by itself is taken as b: δ·b for δ.

"The derivative of wx + b by b is b": the constant that stays is confused with the constant that goes.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import ONE, Formula, Negative, Quantity
from derivegen.mistakes.factors import ends, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "bias", example=Example(CHAIN, "dloss/db[1][1]", -0.0166965, -0.00166965), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂z/∂b = 1 → b; ∂z/∂θ = −1 → −θ."""

    def wrong(factor: Factor) -> Formula:
        parameter = Quantity(str(ends(factor)[1]))
        return parameter if factor.reading == ONE else Negative(parameter)

    return read_as(step, "bias", wrong)
