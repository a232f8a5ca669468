"""The gate looks at the sign of the gradient that arrives instead of the sign of z: negative gradients are cut off.

It is what "apply ReLU on the way back too" does (and what a deconvolution network does on purpose: Zeiler and Fergus 2014).
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Cases, Compare, Formula
from derivegen.mistakes.factors import read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import RELU
from derivegen.network.graph import Graph


@mistake("backward", "gate", example=Example(RELU, "dloss/dw[1][2][1]", 0, 0.0875), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """The condition z > 0 → dloss/da > 0."""
    upstream = next((f.reading for term in step.terms for f in term.factors if f.role == "upstream"), None)
    if upstream is None:
        return None

    def wrong(factor: Factor) -> Formula | None:
        return conditioned(factor.reading, upstream)

    return read_as(step, "gate", wrong)


def conditioned(gate: Formula, on: Formula) -> Formula | None:
    """The gate with another quantity compared with 0."""
    if not isinstance(gate, Cases):
        return None
    return Cases(
        tuple(
            (branch, Compare(on, when.relation, when.right) if isinstance(when, Compare) else when)
            for branch, when in gate.branches
        )
    )
