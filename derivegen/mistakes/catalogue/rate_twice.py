"""The learning rate is multiplied in twice: the gradient carried it already."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import Quantity
from derivegen.mistakes.factors import multiplied
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("update", "rate", example=Example(CHAIN, "w[1][1][1]'", 0.400835, 0.400083), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """w − rate · gradient → w − rate² · gradient."""
    return multiplied(step, "rate", lambda _: Quantity("rate"))
