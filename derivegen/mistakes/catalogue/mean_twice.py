"""The 1/m of a mean is there twice: the gradient was averaged already, and is divided by the number of examples once more.

It happens where the derivative of a mean loss is handed to a step that averages over the batch for itself.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Formula
from derivegen.mistakes.factors import multiplied
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import BATCH
from derivegen.network.graph import Graph


def _again(factor: Factor) -> Formula:
    return factor.reading


@mistake("backward", "share", example=Example(BATCH, "dloss/dw[2][1][1]", 0.759476, 0.379738))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """(1/m) · ∂term/∂a → (1/m) · (1/m) · ∂term/∂a."""
    return multiplied(step, "share", _again)
