"""What comes back to the maximum of a window is given to every place of the window, not to the greatest alone."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import ONE
from derivegen.mistakes.lettered import each_read_as, winner_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import CONVOLUTION
from derivegen.network.graph import Graph


@mistake("backward", "slope", example=Example(CONVOLUTION, "dloss/da[2]", 0, -0.099501), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂L/∂m · (1 if a is the greatest, else 0) → ∂L/∂m."""
    return each_read_as(step, lambda term, link: winner_as(term, link, lambda _: ONE))
