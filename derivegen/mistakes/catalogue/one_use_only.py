"""Of a parameter that stands in several equations (tied weights) only the use nearest to the loss is counted in its derivative."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import only
from derivegen.mistakes.lettered import of_parameter
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import TIED
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(TIED, "dloss/dW[1][1]", -0.0265607, -0.180754), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂L/∂o_k · h_j + ∂L/∂z_j · x_k → ∂L/∂o_k · h_j."""
    if not of_parameter(step, graph):
        return None
    first = step.terms[0].link
    return only(step, lambda term: term.link == first)
