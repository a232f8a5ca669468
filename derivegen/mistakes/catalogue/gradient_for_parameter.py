"""The gradient itself is written down as the new value of the parameter."""

from __future__ import annotations

from derivegen.calculus.steps import Step, Term
from derivegen.mistakes.mistake import Example, Mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


def rewrite(step: Step, graph: Graph) -> Step | None:
    """w′ = w − rate · gradient → w′ = gradient."""
    if not any(factor.role == "old value" for term in step.terms for factor in term.factors):
        return None
    gradients = (factor for term in step.terms for factor in term.factors if factor.role == "upstream")
    return Step(step.target, tuple(Term((factor,)) for factor in gradients))


MISTAKE = Mistake(
    "gradient-for-parameter",
    "update",
    frozenset(("old value", "rate")),
    rewrite,
    Example(CHAIN, "w[1][1][1]'", 0.400835, -0.00834827),
    where="both",
)
