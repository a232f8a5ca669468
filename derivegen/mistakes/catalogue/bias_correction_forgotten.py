"""The moving means are used as they are, though they began at 0 and are too small in the first updates.

Asked about again and again (stats.stackexchange.com/questions/232741); without the correction the first step of Adam is about three times
as long.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Ratio
from derivegen.mistakes.factors import differing
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import ADAM
from derivegen.network.graph import Graph
from derivegen.network.names import parse_kept
from derivegen.records import replace


@mistake("update", "moment", example=Example(ADAM, "w[1][1][1]'", 0.3, 0.0837822))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """m′/(1 − β^t) → m′."""
    rule, moment = graph.network.training.rule, parse_kept(step.target)
    if moment is None or rule.reasons.get(moment.base) != "corrected":
        return None

    def wrong(factor: Factor) -> Factor:
        return replace(factor, reading=factor.reading.top) if isinstance(factor.reading, Ratio) else factor

    return differing(step, (replace(term, factors=tuple(map(wrong, term.factors))) for term in step.terms))
