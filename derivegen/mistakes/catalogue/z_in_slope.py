"""The taught form of the slope is used with z in the place of a: z(1 − z) for the sigmoid, 1 − z² for tanh.

In a published solution: BoltzmannEntropy/interviews.ai#4.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Formula, Quantity, put_in
from derivegen.mistakes.factors import ends, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "slope", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, -0.00717152), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """a(1 − a) → z(1 − z); 1 − a² → 1 − z²."""

    def wrong(factor: Factor) -> Formula | None:
        a, z = ends(factor)
        return put_in(factor.reading, {str(a): Quantity(str(z))}) if factor.rule in ("sigmoid", "tanh") else None

    return read_as(step, "slope", wrong)
