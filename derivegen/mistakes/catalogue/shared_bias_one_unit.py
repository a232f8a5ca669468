"""Of the units that share a bias only the first is counted in its gradient."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import ends, last, only
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import SHARED_BIAS
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(SHARED_BIAS, "dloss/db[1]", -0.00703371, 0.0172914))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ_j δ_j → δ_1."""
    if not step.terms or any(last(term).role != "bias" for term in step.terms):
        return None
    first = ends(last(step.terms[0]))[0].indices
    return only(step, lambda term: ends(last(term))[0].indices == first)
