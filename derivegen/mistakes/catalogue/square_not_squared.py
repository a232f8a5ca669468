"""The mean square is made of the derivative itself: v takes in g where it takes in g².

With a derivative below 0 there is then no root, so whoever gets a number had one above 0.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import Formula, Number, Power, Quantity
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import ADAM
from derivegen.mistakes.updates import reason_of, reread
from derivegen.network.graph import Graph


def _bare(part: Formula) -> Formula | None:
    squared = isinstance(part, Power) and isinstance(part.base, Quantity) and part.exponent == Number("2")
    return part.base if squared and isinstance(part, Power) else None


@mistake("update", "moment", example=Example(ADAM, "w[1][1][1]'", 0.3, 0.390007))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """β₂ · v + (1 − β₂) · g² → β₂ · v + (1 − β₂) · g."""
    return reread(step, _bare) if reason_of(step, graph) in ("mean-square", "sum-of-squares") else None
