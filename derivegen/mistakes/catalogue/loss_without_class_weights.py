"""The loss is worked out without the weights of its classes."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import transform
from derivegen.mistakes.lettered import all_alike, forward_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CLASSES
from derivegen.network.graph import Graph


@mistake("forward", "loss slope", example=Example(CLASSES, "loss", 0.589546, 0.196515), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """−Σ ω_j t_j ln a_j → −Σ t_j ln a_j."""
    return forward_as(step, graph, lambda formula: transform(formula, all_alike(graph)))
