"""The error is sent back over the weight that enters the hidden unit instead of the one that leaves it.

In a chain of single units: w₁ for w₂ in ∂L/∂w₁. It can be made only where there is a weight with those indices.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Formula, Quantity
from derivegen.mistakes.factors import all_read_as, exists, weight_between
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph
from derivegen.network.names import Name


@mistake("backward", "weight", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, -0.011131))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """δ_i · w[l][i][k] → δ_i · w[l − 1][k][i]."""

    def wrong(factor: Factor) -> Formula | None:
        number, i, k = weight_between(factor)
        entering = str(Name("w", (number - 1, k, i)))
        return Quantity(entering) if exists(graph, entering) else None

    return all_read_as(step, "weight", wrong)
