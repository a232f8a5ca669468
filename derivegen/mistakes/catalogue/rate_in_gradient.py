"""The learning rate is counted as a part of the gradient: rate · δ · a where δ · a is asked for."""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step, Term
from derivegen.formula.tree import Quantity
from derivegen.mistakes.factors import parameter_of
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "rate", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, -0.000834827), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂loss/∂w → rate · ∂loss/∂w."""
    if "rate" not in graph.givens or parameter_of(step, graph) is None or not step.terms:
        return None
    rate = Factor("rate", "rate", "given", Quantity("rate"))
    return Step(step.target, tuple(Term((rate, *term.factors), term.bound) for term in step.terms))
