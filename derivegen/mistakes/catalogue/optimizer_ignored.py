"""A plain step of gradient descent is made where an optimizer was asked for: w − rate · g."""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step, Term
from derivegen.formula.tree import Negative, Quantity
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import ADAM
from derivegen.mistakes.updates import changed
from derivegen.network.graph import Graph
from derivegen.network.names import derivative

RATE = Quantity("rate")


@mistake("update", "moment", "rate", example=Example(ADAM, "w[1][1][1]'", 0.3, 0.399001))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """w − rate · m̂/(√v̂ + ε) → w − rate · g."""
    parameter = changed(step, graph)
    if parameter is None or set(graph.network.training.rule.reasons.values()) <= {
        "scheduled",
        "clipped",
        "length",
        "shortened",
    }:
        return None
    slope = derivative("loss", parameter)
    plain = Term(
        (Factor("rate", RATE.name, "given", Negative(RATE)), Factor("upstream", slope, "chain", Quantity(slope)))
    )
    old = () if step.target.startswith("D") else step.terms[:1]
    return Step(step.target, (*old, plain))
