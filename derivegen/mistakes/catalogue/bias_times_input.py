"""The bias's gradient is multiplied by an input like that of a weight: δ·a for δ.

The rule for weights applied one time too often. With several inputs the first is taken.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Formula, Quantity
from derivegen.mistakes.factors import below, ends, layer, multiplied
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "bias", example=Example(CHAIN, "dloss/db[1][1]", -0.0166965, -0.00834827))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂z/∂b = 1 → the first input of the unit."""

    def first(factor: Factor) -> Formula | None:
        z = ends(factor)[0]
        weights = graph.families.get(f"w[{layer(z)}]")
        if weights is None:
            return None
        width, j = weights.axes[1].range(), z.indices[1]
        return next((Quantity(below(z, k)) for k in width if isinstance(k, int) and weights.exists((j, k))), None)

    return multiplied(step, "bias", first)
