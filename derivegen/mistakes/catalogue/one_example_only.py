"""Only the first example's contribution to a parameter's gradient is taken: the sum over the examples is missing."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import ends, last, only, parameter_of
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import BATCH
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(BATCH, "dloss/dw[2][1][1]", 0.759476, 0.549301))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ_r δ@r · a@r → δ@1 · a@1."""
    if parameter_of(step, graph) is None:
        return None
    return only(step, lambda term: ends(last(term))[0].row in (None, "1"))
