"""What is carried straight from a cell to the next step (c⁽ᵗ⁺¹⁾ = f · c⁽ᵗ⁾ + …) is left out on the way back."""

from __future__ import annotations

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import of_root, only
from derivegen.mistakes.lettered import carried, has_own_path
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import GATED
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(GATED, "dloss/dW", 0.573222, 0.559444), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂L/∂c⁽ᵗ⁾ = ∂L/∂h⁽ᵗ⁾ · o(1 − tanh²c) + ∂L/∂c⁽ᵗ⁺¹⁾ · f → ∂L/∂h⁽ᵗ⁾ · o(1 − tanh²c)."""

    def own(link: Link | None) -> bool:
        return link is not None and link.child == link.leaf.base and carried(link, graph) and has_own_path(link, graph)

    return only(step, lambda term: not own(term.link)) if of_root(step, graph) else None
