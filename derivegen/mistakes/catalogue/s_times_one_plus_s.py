"""The slope of the sigmoid remembered with the wrong sign: a(1 + a).

A course published a wrong sigmoid gradient and its grader took it for right (udacity/sdc-issue-reports#94).
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import ONE, Formula, Quantity, Sum
from derivegen.mistakes.factors import beside, ends, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "slope", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, -0.0308863), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """a(1 − a) → a(1 + a)."""

    def wrong(factor: Factor) -> Formula | None:
        a = Quantity(str(ends(factor)[0]))
        return beside(a, Sum((ONE, a))) if factor.rule == "sigmoid" else None

    return read_as(step, "slope", wrong)
