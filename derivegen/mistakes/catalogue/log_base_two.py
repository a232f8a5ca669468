"""The loss is computed with logarithms to base 2 instead of natural ones.

Information theory measures in bits; a published tutorial calls its ln a log to base 2.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import loss_in_base
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import ENTROPY
from derivegen.network.graph import Graph


@mistake("forward", "input", example=Example(ENTROPY, "loss", 0.812285, 1.17188), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """ln a → log a to base 2, which is ln a / ln 2."""
    return loss_in_base(step, graph, "2")
