"""The powers of a softmax are not divided by their sum: e^z for e^z / Σe^z."""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Formula, Ratio
from derivegen.mistakes.factors import read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import SOFTMAX
from derivegen.network.graph import Graph


@mistake("forward", "input", example=Example(SOFTMAX, "a[2][1]", 0.821589, 2.90037), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """a = e^z / Σ e^z → a = e^z."""

    def wrong(factor: Factor) -> Formula | None:
        match factor.reading:
            case Ratio(power, _) if factor.rule == "softmax":
                return power
        return None

    return read_as(step, "input", wrong)
