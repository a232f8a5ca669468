"""The whole gradient is subtracted: the learning rate is left out."""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step, Term
from derivegen.formula.tree import ONE, Number
from derivegen.mistakes.factors import read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.mistakes.updates import reason_of
from derivegen.network.graph import Graph
from derivegen.network.rule import RATE


@mistake("update", "rate", example=Example(CHAIN, "w[1][1][1]'", 0.400835, 0.408348), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """w − rate · gradient → w − gradient; where a schedule makes the rate, that is 1."""
    if reason_of(step, graph) == "scheduled":
        return Step(step.target, (Term((Factor("rate", RATE.name, "given", ONE),)),))
    return read_as(step, "rate", lambda _: Number("-1"))
