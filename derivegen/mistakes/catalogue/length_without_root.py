"""The length of the gradient is taken as the sum of the squares, without the root."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.functions import SQRT
from derivegen.formula.tree import Call, Formula
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CLIPPED
from derivegen.mistakes.updates import reason_of, reread
from derivegen.network.graph import Graph


def _unrooted(part: Formula) -> Formula | None:
    return part.arguments[0] if isinstance(part, Call) and part.function == SQRT.name else None


@mistake("update", "moment", "setting", example=Example(CLIPPED, "w[2][1][1]'", 0.300497, 0.301888))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """ν = √(Σ g²) → ν = Σ g²."""
    return reread(step, _unrooted) if reason_of(step, graph) == "length" else None
