"""The gate of a ReLU is left out: what flows back passes through shut units too (and whole, where a leak lets only part through).

The slope of ReLU taken as 1 because "it is the identity" on the side one usually draws.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import without
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import RELU
from derivegen.network.graph import Graph


@mistake("backward", "gate", example=Example(RELU, "dloss/dw[1][2][1]", 0, 0.0875), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """dloss/da · (1 if z > 0, else …) → dloss/da."""
    return without(step, "gate")
