"""The chain starts at the output instead of the loss: the derivative of the output is given for that of the loss."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import without
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "loss slope", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, 0.0366687), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂loss/∂a → 1 (the shares of a mean stay)."""
    return without(step, "loss slope")
