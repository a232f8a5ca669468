"""The slope of the loss is taken as t − a instead of a − t: the minus of the inner derivative is lost.

Met wherever the error is first written "target minus output" (001 and many courses do) and then differentiated as if a stood there
with a plus.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.calculus.terms import minus
from derivegen.mistakes.factors import is_error, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "loss slope", example=Example(CHAIN, "dloss/dw[2][1][1]", -0.130782, 0.130782), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂term/∂a → −∂term/∂a."""
    return read_as(
        step,
        "loss slope",
        lambda factor: minus(factor.reading) if not graph.lettered or is_error(factor.reading) else None,
    )
