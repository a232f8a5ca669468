"""The indices of the weights are exchanged on the way back: Σ_i δ_i w_ki for Σ_i δ_i w_ik, W for its transpose.

Forward the second index is summed over, backward the first; who sums over the second again makes this mistake. It can be made only where
the exchanged weights exist, so in square layers it goes unnoticed.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import exchanged, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import SQUARE
from derivegen.network.graph import Graph


@mistake("backward", "weight", example=Example(SQUARE, "dloss/dw[1][1][1]", 0.00375668, 0.0120886), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """w[l][i][k] → w[l][k][i] in the sum over i."""
    return read_as(step, "weight", lambda factor: exchanged(factor.reading, graph))
