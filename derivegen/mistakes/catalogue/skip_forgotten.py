"""What comes back over a residual connection is left out: only the way through the block counts."""

from __future__ import annotations

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Step
from derivegen.formula.tree import ONE, Negative, Sum
from derivegen.mistakes.lettered import without_links
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import TIED
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(TIED, "dloss/dx[1]", -0.437638, -0.0464955), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂L/∂x = ∂L/∂o + ∂L/∂z · W → ∂L/∂z · W."""
    return without_links(step, graph, is_skip)


def is_skip(link: Link) -> bool:
    """Whether a quantity is added as it is to something else."""
    formula = link.equation.formula
    if link.factor != ONE or not isinstance(formula, Sum):
        return False
    return link.leaf in formula.terms and not any(isinstance(term, Negative) for term in formula.terms)
