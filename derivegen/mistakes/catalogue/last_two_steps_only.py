"""Of a parameter that is used at every step in time only the last two uses are counted in its derivative."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.lettered import latest
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import RECURRENT
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(RECURRENT, "dloss/dU[1][1]", -0.22309, -0.212172), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ_t δ⁽ᵗ⁾h⁽ᵗ⁻¹⁾ → δ⁽ᵀ⁻¹⁾h⁽ᵀ⁻²⁾ + δ⁽ᵀ⁾h⁽ᵀ⁻¹⁾."""
    return latest(step, graph, 2)
