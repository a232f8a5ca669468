"""The ½ in front of the squares is left out when the value of the loss is computed."""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import ONE, Bracket, Formula, Number, Product, Ratio, product
from derivegen.mistakes.factors import beside, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("forward", "input", example=Example(CHAIN, "loss", 0.0259162, 0.0518324), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """½Σ(t − a)² → Σ(t − a)²."""

    def wrong(factor: Factor) -> Formula | None:
        if graph.lettered:
            return halved(factor.reading) if step.target == graph.root else None
        return beside(Number("2"), Bracket(factor.reading)) if factor.rule == "half_squared_error" else None

    return read_as(step, "input", wrong)


def halved(loss: Formula) -> Formula | None:
    """What a loss is half of."""
    match loss:
        case Product((Ratio(top, Number("2")), *rest)) if top == ONE:
            return product(*rest)
    return None
