"""The minus in the exponent of the sigmoid is lost: 1/(1 + e^z) for 1/(1 + e^−z).

A slip at the calculator: the number is exactly 1 − a.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Call, Formula, Negative, Quantity
from derivegen.mistakes.factors import read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("forward", "input", example=Example(CHAIN, "a[1][1]", 0.574443, 0.425557), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """a = σ(z) → a = σ(−z)."""

    def wrong(factor: Factor) -> Formula | None:
        match factor.reading:
            case Call("sigmoid" as own, (Quantity() as z,)) if factor.rule == own:
                return Call(own, (Negative(z),))
        return None

    return read_as(step, "input", wrong)
