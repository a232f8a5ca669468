"""Back-propagation through time is cut off: what a state does to later steps is left out, and only the way within its own step counts.

Cut off on purpose it is a method (Williams and Peng 1990); taken for the derivative it is a mistake.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import of_root, only
from derivegen.mistakes.lettered import is_carried
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import RECURRENT
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(RECURRENT, "dloss/dU[1][1]", -0.22309, -0.175813), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂L/∂h⁽ᵗ⁾ = V ∂L/∂p⁽ᵗ⁾ + U ∂L/∂z⁽ᵗ⁺¹⁾ → V ∂L/∂p⁽ᵗ⁾."""
    return only(step, lambda term: not is_carried(term, graph)) if of_root(step, graph) else None
