"""The last factor of a weight's gradient is left out: δ for δ·a, as if the weight were a bias.

δ is what a worked solution spends its length on; the multiplication that remains is easily forgotten.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import without
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "input", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, -0.0166965), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """δ · a → δ."""
    return without(step, "input")
