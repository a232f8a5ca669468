"""The slope of one softmax unit by another's z is taken with a plus: a_i a_j for −a_i a_j.

Raising one score lowers every other share, so the cross slopes are negative.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.calculus.terms import minus
from derivegen.formula.tree import Formula
from derivegen.mistakes.factors import own, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import SOFTMAX
from derivegen.network.graph import Graph


@mistake("backward", "slope", example=Example(SOFTMAX, "dloss/dw[2][2][1]", 0.113318, -0.113318), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """−a_i a_j → a_i a_j for i ≠ j."""

    def wrong(factor: Factor) -> Formula | None:
        return minus(factor.reading) if factor.rule == "softmax" and not own(factor) else None

    return read_as(step, "slope", wrong)
