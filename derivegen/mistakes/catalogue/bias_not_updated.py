"""Only the weights are updated; biases and thresholds keep their values."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.mistakes.factors import only
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("update", "rate", example=Example(CHAIN, "b[1][1]'", 0.10167, 0.1))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """b − rate · gradient → b. The parameters of a `[graph]` are no biases."""
    name = step.target.removesuffix("'")
    found = graph.locate(name if name != step.target else name[1:])
    if found is None or not found[0].layer or found[0].kind not in ("bias", "threshold"):
        return None
    return only(step, lambda term: all(factor.role != "rate" for factor in term.factors))
