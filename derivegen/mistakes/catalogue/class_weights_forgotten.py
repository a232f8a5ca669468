"""The weights of the classes are left out of the derivative: every class counts as one, though the loss takes some for more."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.lettered import all_alike, derived_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CLASSES
from derivegen.network.graph import Graph


@mistake("backward", "loss slope", example=Example(CLASSES, "dloss/db[2][1]", -0.535234, -0.178411), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """−ω_j t_j/a_j → −t_j/a_j; the sum of the weights that a loss is divided by becomes the number of examples."""
    return derived_as(step, graph, all_alike(graph))
