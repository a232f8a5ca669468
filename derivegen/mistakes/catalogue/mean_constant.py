"""A normalisation is differentiated as if its mean did not hang on what is normalised."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import Indexed
from derivegen.mistakes.lettered import is_mean_of, without_links
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import AVERAGED
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(AVERAGED, "dloss/dx[1]", 0.132541, -0.898382), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂L/∂x = ∂L/∂c + ∂L/∂μ · 1/n → ∂L/∂c."""
    return without_links(step, graph, lambda link: is_mean_of(Indexed, link))
