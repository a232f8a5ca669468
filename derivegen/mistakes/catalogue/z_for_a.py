"""The weight's gradient is taken with the pre-activation of the unit below instead of its activation: δ·z for δ·a.

Met where a table lists z and a of a unit side by side, and where a course calls both "output".
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Formula, Quantity
from derivegen.mistakes.factors import below, ends, family_of, read_as, unit
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph
from derivegen.network.names import parse


@mistake("backward", "input", example=Example(CHAIN, "dloss/dw[2][1][1]", -0.130782, -0.0683002))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂z/∂w = a → z of the same unit."""

    def wrong(factor: Factor) -> Formula | None:
        z, w = ends(factor)
        source = parse(below(z, w.indices[-1]))
        family = family_of(graph, source) if source is not None else None
        if source is None or family is None or family.kind != "activation" or family.rule == "linear":
            return None
        return Quantity(unit("z", *source.indices, like=source))

    return read_as(step, "input", wrong)
