"""The gradient of a threshold is taken as that of a bias: δ for −δ."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import ONE
from derivegen.mistakes.factors import read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import THRESHOLDS
from derivegen.network.graph import Graph


@mistake("backward", "bias", example=Example(THRESHOLDS, "dloss/dtheta[1][1]", -0.0652747, 0.0652747))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂z/∂θ = −1 → 1."""
    return read_as(step, "bias", lambda factor: None if factor.reading == ONE else ONE)
