"""The slope of the output unit is left out: dloss/dz is taken for dloss/da although the output unit bends.

Seen in published code: Bot-Academy/NeuralNetworkFromScratch#3, louisjc/mnist-neural-network#1. Right only after an identity, or by accident
of the joint slope of sigmoid and cross-entropy.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import is_output, without_slope
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import SQUARE
from derivegen.network.graph import Graph


@mistake("backward", "slope", example=Example(SQUARE, "dloss/dw[2][1][1]", 0.0650025, 0.270438))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """dloss/da · f′(z) → dloss/da in the last layer; of a softmax the unit's own term stays."""
    return without_slope(step, lambda z: is_output(graph, z))
