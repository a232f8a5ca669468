"""The loss is computed with logarithms to base 10 instead of natural ones.

The key log of a pocket calculator is base 10.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import loss_in_base
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import ENTROPY
from derivegen.network.graph import Graph


@mistake("forward", "input", example=Example(ENTROPY, "loss", 0.812285, 0.352771), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """ln a → log a to base 10, which is ln a / ln 10."""
    return loss_in_base(step, graph, "10")
