"""The ε that keeps the division from a zero is put under the root: √(v̂ + ε) in place of √v̂ + ε.

Both are in use (RMSprop has it inside, Adam outside), and copied from one to the other. With a derivative as small as √ε the step is
a different one.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.functions import SQRT
from derivegen.formula.tree import Call, Formula, Quantity, Sum
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import ADAM_EPSILON
from derivegen.mistakes.updates import changed, reread
from derivegen.network.graph import Graph

EPSILON = Quantity("epsilon")


def _inside(part: Formula) -> Formula | None:
    """√v + ε → √(v + ε)."""
    if not isinstance(part, Sum) or part.terms[1:] != (EPSILON,):
        return None
    root = part.terms[0]
    return SQRT(Sum((*root.arguments, EPSILON))) if isinstance(root, Call) and root.function == SQRT.name else None


@mistake("update", "moment", example=Example(ADAM_EPSILON, "w[1][1][1]'", 0.350035, 0.390063))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """rate · m̂/(√v̂ + ε) → rate · m̂/√(v̂ + ε)."""
    return reread(step, _inside) if changed(step, graph) is not None else None
