"""A leaky ReLU is differentiated like a plain one: the slope left of 0 is taken as 0."""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import ZERO, Cases, Formula
from derivegen.mistakes.factors import read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import LEAKY
from derivegen.network.graph import Graph


@mistake("backward", "gate", example=Example(LEAKY, "dloss/dw[1][2][1]", -0.00159582, 0), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """(1 if z > 0, else the leak) → (1 if z > 0, else 0)."""

    def wrong(factor: Factor) -> Formula | None:
        if factor.rule != "leaky_relu" or not isinstance(factor.reading, Cases):
            return None
        return Cases(tuple((branch if when is not None else ZERO, when) for branch, when in factor.reading.branches))

    return read_as(step, "gate", wrong)
