"""On the way back through a mean over letters (an average pool, a mean over tokens or units) its 1/n is left out."""

from __future__ import annotations

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Step, Term
from derivegen.formula.tree import ONE, Formula, Number, Ratio
from derivegen.mistakes.factors import beside
from derivegen.mistakes.lettered import each_read_as, mean_of
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import AVERAGED
from derivegen.network.graph import Graph


@mistake("backward", "slope", example=Example(AVERAGED, "dloss/dc[1]", -0.898382, -1.34013), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂L/∂m · 1/n → ∂L/∂m."""

    def whole(term: Term, link: Link) -> Formula | None:
        found = mean_of(link.equation.formula)
        return None if found is None else times_count(found[0], term.factors[-1].reading)

    return each_read_as(step, whole)


def times_count(count: Number, reading: Formula) -> Formula:
    """n times a local derivative: 1 of 1/n."""
    return ONE if reading == Ratio(ONE, count) else beside(count, reading)
