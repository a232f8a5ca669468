"""The 1/m of a mean is left out: the gradients of the examples (or of the outputs of a mean squared error) are added up, not averaged.

Summed against averaged batches is an old trap of programs too: the two differ by a factor that hides in the learning rate.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import without
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import BATCH
from derivegen.network.graph import Graph


@mistake("backward", "share", example=Example(BATCH, "dloss/dw[2][1][1]", 0.759476, 1.51895))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """(1/m) · ∂term/∂a → ∂term/∂a."""
    return without(step, "share")
