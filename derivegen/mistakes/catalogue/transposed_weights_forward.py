"""The weights of a layer are read column by column: Σ_k w_kj a_k for Σ_k w_jk a_k.

Many books store a layer as inputs × units; a table copied from one into a formula of the other gives this. Only layers with
as many units as inputs let it pass.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import exchanged, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import LINEAR
from derivegen.network.graph import Graph


@mistake("forward", "weight", example=Example(LINEAR, "z[1][2]", -0.85, -1.1), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """w[l][j][k] → w[l][k][j]."""
    return read_as(step, "weight", lambda factor: exchanged(factor.reading, graph))
