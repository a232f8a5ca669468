"""From step to step only the straight way of the cell is followed back; what the state does to the gates of the next step is left out."""

from __future__ import annotations

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import of_root, only
from derivegen.mistakes.lettered import carried, has_own_path
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import GATED
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(GATED, "dloss/dW", 0.573222, 0.623639), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂L/∂h⁽ᵗ⁾ = … + Σ over the gates of ∂L/∂z⁽ᵗ⁺¹⁾ · U → ∂L/∂h⁽ᵗ⁾ = …"""

    def others(link: Link | None) -> bool:
        return link is not None and link.child != link.leaf.base and carried(link, graph) and has_own_path(link, graph)

    return only(step, lambda term: not others(term.link)) if of_root(step, graph) else None
