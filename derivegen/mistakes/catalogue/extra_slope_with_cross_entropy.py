"""After the shortcut δ = a − t of cross-entropy the slope of the output is multiplied in once more.

The slope is in the shortcut already: it is what cancelled. Raised for course material in udacity/deep-learning-v2-pytorch#105.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step, Term
from derivegen.mistakes.factors import ends, is_output, last, of_root, own
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import ENTROPY
from derivegen.network.graph import Graph
from derivegen.network.tables.losses import LOSSES


@mistake("backward", "slope", example=Example(ENTROPY, "dloss/dw[2][1][1]", 0.236479, 0.0568401))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """(a − t) → (a − t) · a(1 − a)."""
    choice = graph.network.loss
    joined = LOSSES[choice.name].with_activation if choice is not None and choice.name in LOSSES else None
    slopes = [last(term) for term in step.terms if last(term).role == "slope" and own(last(term))]
    if joined is None or len(slopes) != 1 or slopes[0].rule != joined or not of_root(step, graph):
        return None
    if not is_output(graph, ends(slopes[0])[1]):
        return None
    return Step(
        step.target, tuple(Term((*term.factors[:-1], slopes[0], last(term)), term.bound) for term in step.terms)
    )
