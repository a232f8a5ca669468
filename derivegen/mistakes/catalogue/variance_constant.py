"""A normalisation is differentiated as if its variance (its mean square) did not hang on what is normalised."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import Power
from derivegen.mistakes.lettered import is_mean_of, without_links
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import AVERAGED
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(AVERAGED, "dloss/dc[1]", -0.898382, -0.67751), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂L/∂c = ∂L/∂n · 1/s + ∂L/∂v · 2c/n → ∂L/∂n · 1/s."""
    return without_links(step, graph, lambda link: is_mean_of(Power, link))
