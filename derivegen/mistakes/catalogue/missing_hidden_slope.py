"""The slope of the hidden units is left out: what flows back over the weights goes on unchanged.

The commonest incomplete chain, since the hidden slope stands in the middle of it. Shut gates of ReLU are a mistake of their own
(gate-ignored).
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import is_output, without, without_slope
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import SQUARE
from derivegen.network.graph import Graph
from derivegen.network.tables.activations import ACTIVATIONS


@mistake("backward", "slope", example=Example(SQUARE, "dloss/dw[1][1][1]", 0.00375668, 0.0172408), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """dloss/da · f′(z) → dloss/da in every layer but the last."""
    if graph.lettered:
        return without(step, "slope", lambda factor: factor.rule in ACTIVATIONS and factor.rule != "softmax")
    return without_slope(step, lambda z: not is_output(graph, z))
