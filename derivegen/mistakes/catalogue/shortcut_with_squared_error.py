"""δ = a − t is used at a sigmoid or softmax output although the loss is a squared error.

The shortcut belongs to cross-entropy, where the slopes cancel. The two are mixed up in courses and their notebooks:
hunkim/DeepLearningZeroToAll#113, rasbt/python-machine-learning-book-2nd-edition#54.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step, Term
from derivegen.formula.tree import ONE, Negative, Number, Quantity, Ratio, Sum
from derivegen.mistakes.factors import SQUARES, ends, is_output, last, of_root, own, target_of
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import SQUARED
from derivegen.network.graph import Graph


@mistake("backward", "upstream", "slope", example=Example(SQUARED, "dloss/dw[2][1][1]", 0.130005, 0.270438))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """dloss/da · f′(z) → (1/m)(a − t) at the output."""
    slopes = [last(term) for term in step.terms if last(term).rule in ("sigmoid", "softmax") and own(last(term))]
    choice = graph.network.loss
    if len(slopes) != 1 or choice is None or choice.name not in SQUARES or not of_root(step, graph):
        return None
    if not is_output(graph, ends(slopes[0])[1]):
        return None
    a = ends(slopes[0])[0]
    joint = Factor("loss slope", slopes[0].name, "joint", Sum((Quantity(str(a)), Negative(target_of(a)))))
    return Step(step.target, (Term((*mean_share(step, graph), joint)),))


def mean_share(step: Step, graph: Graph) -> tuple[Factor, ...]:
    """The 1/m of a mean over the examples, where the whole loss is differentiated."""
    rows, choice = graph.network.rows, graph.network.loss
    whole = step.target.startswith("dloss/") and rows != 1
    if choice is None or choice.reduction != "mean" or not whole:
        return ()
    size = Number(str(rows)) if isinstance(rows, int) else Quantity(rows)
    return (Factor("share", "share[1]", "share", Ratio(ONE, size)),)
