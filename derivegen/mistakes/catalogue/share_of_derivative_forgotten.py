"""The new derivative goes whole into a moving mean: β · m + g, where its share is 1 − β.

That is the moment of the heavy ball, and taken over from there; the correction for the start at 0 then makes it ten or a thousand times
too large.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import Sum
from derivegen.mistakes.factors import without
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import ADAM
from derivegen.mistakes.updates import reason_of
from derivegen.network.graph import Graph


@mistake("update", "setting", example=Example(ADAM, "w[1][1][1]'", 0.3, 0.368377))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """β · m + (1 − β) · g → β · m + g."""
    if reason_of(step, graph) not in ("mean", "mean-square"):
        return None
    return without(step, "setting", lambda factor: isinstance(factor.reading, Sum))
