"""The slope of tanh remembered with the wrong sign: 1 + a².

The derivative of the tangent is 1 + tan²; that of the hyperbolic tangent has the minus.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import ONE, Formula, Number, Power, Quantity, Sum
from derivegen.mistakes.factors import ends, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import TANH
from derivegen.network.graph import Graph


@mistake("backward", "slope", example=Example(TANH, "dloss/dw[1][1][1]", 0.154785, 0.364118), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """1 − a² → 1 + a²."""

    def wrong(factor: Factor) -> Formula | None:
        a = Quantity(str(ends(factor)[0]))
        return Sum((ONE, Power(a, Number("2")))) if factor.rule == "tanh" else None

    return read_as(step, "slope", wrong)
