"""The bias (or threshold) is left out of the weighted sum.

The commonest slip of a forward pass by hand: the sum is long, the bias stands at its end.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import only
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import LINEAR
from derivegen.network.graph import Graph


@mistake("forward", "bias", example=Example(LINEAR, "z[1][1]", 0.75, 0.65), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ w·a + b → Σ w·a."""
    return only(step, lambda term: all(factor.role != "bias" for factor in term.factors))
