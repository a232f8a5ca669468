"""The weight's gradient is taken with the activation of the unit it enters instead of the one it comes from.

An index off by one layer: a⁽ˡ⁾ for a⁽ˡ⁻¹⁾. Books that number the input layer 1 and books that number it 0 are read side by side.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Formula, Quantity
from derivegen.mistakes.factors import ends, exists, read_as, unit
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "input", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, -0.00959121))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """δ_j · a_k of the layer below → δ_j · a_j of the unit's own layer."""

    def wrong(factor: Factor) -> Formula | None:
        z = ends(factor)[0]
        own = unit("a", *z.indices, like=z)
        return Quantity(own) if exists(graph, own) else None

    return read_as(step, "input", wrong)
