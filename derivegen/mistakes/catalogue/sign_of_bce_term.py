"""In −[t ln a + (1 − t) ln(1 − a)] the inner minus of 1 − a is forgotten, so that the second term of the slope has the wrong sign.

It shows only where t is not 1. The chain rule on ln(1 − a) is the place where written-out derivations of cross-entropy go wrong most.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import ONE, Formula, Negative, Quantity, Ratio, Sum
from derivegen.mistakes.factors import ends, read_as, target_of
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import ENTROPY
from derivegen.network.graph import Graph


@mistake("backward", "loss slope", example=Example(ENTROPY, "dloss/dw[2][1][1]", 0.236479, -0.372932))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """−t/a + (1 − t)/(1 − a) → −t/a − (1 − t)/(1 − a)."""

    def wrong(factor: Factor) -> Formula | None:
        if factor.rule != "binary_cross_entropy":
            return None
        a = Quantity(str(ends(factor)[1]))
        t = target_of(ends(factor)[1])
        second = Ratio(Sum((ONE, Negative(t))), Sum((ONE, Negative(a))))
        return Sum((Negative(Ratio(t, a)), Negative(second)))

    return read_as(step, "loss slope", wrong)
