"""The derivative is taken as it is, though the rule cuts it off, or shortens all of them together, before anything else."""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step, Term
from derivegen.formula.tree import Quantity
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CLIPPED
from derivegen.mistakes.updates import reason_of, worked_for
from derivegen.network.graph import Graph
from derivegen.network.names import derivative

CUT = ("clipped", "shortened")


@mistake("update", "moment", "upstream", example=Example(CLIPPED, "w[2][1][1]'", 0.300497, 0.313078))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """ḡ = c/ν · g → ḡ = g."""
    of = worked_for(step)
    if of is None or reason_of(step, graph) not in CUT:
        return None
    slope = derivative("loss", of)
    return Step(step.target, (Term((Factor("upstream", slope, "chain", Quantity(slope)),)),))
