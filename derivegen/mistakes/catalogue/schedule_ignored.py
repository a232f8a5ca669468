"""The rate that was set is taken as it is, though a schedule makes another one of it for this update."""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step, Term
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import WARM_UP
from derivegen.mistakes.updates import reason_of
from derivegen.network.graph import Graph
from derivegen.network.rule import RATE


@mistake("update", "moment", "rate", example=Example(WARM_UP, "w[1][1][1]'", 0.400209, 0.400835))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """η′ = η · min(1, t/T) → η′ = η."""
    if reason_of(step, graph) != "scheduled":
        return None
    return Step(step.target, (Term((Factor("rate", RATE.name, "given", RATE),)),))
