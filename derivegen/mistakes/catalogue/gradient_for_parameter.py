"""The gradient itself is written down as the new value of the parameter."""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step, Term
from derivegen.formula.tree import Quantity
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph
from derivegen.network.names import derivative


@mistake("update", "old value", "rate", example=Example(CHAIN, "w[1][1][1]'", 0.400835, -0.00834827), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """w′ = w − rate · gradient → w′ = gradient."""
    if not any(factor.role == "old value" for term in step.terms for factor in term.factors):
        return None
    gradient = derivative(graph.root, step.target.removesuffix("'"))
    return Step(step.target, (Term((Factor("upstream", gradient, "chain", Quantity(gradient)),)),))
