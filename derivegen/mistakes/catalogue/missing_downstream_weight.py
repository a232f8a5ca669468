"""On the way back the weight is left out: the δ of the layer above is handed on as it is.

Met where the chain is written as "error times slope times input" for every layer alike.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import without
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "weight", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, -0.0278276), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """δ_i · w_ik → δ_i."""
    return without(step, "weight")
