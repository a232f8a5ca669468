"""A constant that a quantity is divided by is left out: the √d of attention scores, the share that dropout keeps."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.lettered import forward_as, unscaled
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import ATTENTION
from derivegen.network.graph import Graph


@mistake("forward", "input", example=Example(ATTENTION, "e[2][1]", -0.215668, -0.305), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """q·k/√d → q·k."""
    return None if step.target == graph.root else forward_as(step, graph, unscaled)
