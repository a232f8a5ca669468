"""What comes back to the maximum of a window is shared out evenly over the window, as a mean would do it."""

from __future__ import annotations

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Step, Term
from derivegen.formula.tree import ONE, Formula, Number, Ratio
from derivegen.mistakes.lettered import each_read_as, winner_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import CONVOLUTION
from derivegen.network.graph import Graph


@mistake("backward", "slope", example=Example(CONVOLUTION, "dloss/da[1]", -0.099501, -0.0497505), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂L/∂m · (1 if a is the greatest, else 0) → ∂L/∂m · 1/n."""

    def spread(term: Term, link: Link) -> Formula | None:
        return winner_as(term, link, lambda count: Ratio(ONE, Number(str(count))))

    return each_read_as(step, spread)
