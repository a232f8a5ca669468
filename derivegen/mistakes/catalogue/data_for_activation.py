"""The network's own input is used in a later layer's weight gradient: δ·x for δ·a.

True for the first layer, where the rule is usually met first.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Formula, Quantity
from derivegen.mistakes.factors import ends, exists, layer, read_as, unit
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "input", example=Example(CHAIN, "dloss/dw[2][1][1]", -0.130782, -0.113834))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂z/∂w = a[k] of the layer below → x[k]."""

    def wrong(factor: Factor) -> Formula | None:
        z, w = ends(factor)
        data = unit("x", w.indices[-1], like=z)
        return Quantity(data) if layer(z) > 1 and exists(graph, data) else None

    return read_as(step, "input", wrong)
