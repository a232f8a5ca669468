"""The 2 of the power rule is not brought down: the slope of (t − a)² is taken as a − t, that of ½(t − a)² as ½(a − t).

Met in both directions, because courses differ in whether the loss carries the ½ that the 2 cancels or not.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import ONE, Formula, Number, Product, Ratio, Sum
from derivegen.mistakes.factors import SQUARES, beside, error, is_error, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import SQUARED
from derivegen.network.graph import Graph


@mistake("backward", "loss slope", example=Example(SQUARED, "dloss/dw[2][1][1]", 0.130005, 0.0650025), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """2(a − t) → a − t; a − t, where the ½ had cancelled the 2, → ½(a − t)."""

    def wrong(factor: Factor) -> Formula | None:
        if graph.lettered:
            return without_two(factor.reading)
        if factor.rule not in SQUARES:
            return None
        half = factor.rule == "half_squared_error"
        return beside(Ratio(ONE, Number("2")), error(factor)) if half else error(factor)

    return read_as(step, "loss slope", wrong)


def without_two(slope: Formula) -> Formula | None:
    """p − y of 2(p − y), ½(p − y) of p − y; None of anything else."""
    match slope:
        case Product((Number("2"), Sum() as difference)) if is_error(difference):
            return difference
        case Sum() if is_error(slope):
            return beside(Ratio(ONE, Number("2")), slope)
    return None
