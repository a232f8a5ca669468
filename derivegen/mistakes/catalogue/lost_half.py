"""The ½ in front of the square is forgotten when it is differentiated: 2(a − t) instead of a − t.

The twin of lost-two, for losses that carry the ½.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import Number
from derivegen.mistakes.factors import beside, error, read_as
from derivegen.mistakes.mistake import Example, Mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


def rewrite(step: Step, graph: Graph) -> Step | None:
    """a − t → 2(a − t) for ½(t − a)²."""
    return read_as(
        step, "loss slope", lambda f: beside(Number("2"), error(f)) if f.rule == "half_squared_error" else None
    )


MISTAKE = Mistake(
    "lost-half",
    "backward",
    frozenset(("loss slope",)),
    rewrite,
    Example(CHAIN, "dloss/dw[2][1][1]", -0.130782, -0.261563),
)
