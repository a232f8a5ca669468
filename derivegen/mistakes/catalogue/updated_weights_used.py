"""The output layer is updated first, and the error is then sent back over the new weights instead of the old ones.

Asked about again and again (stackoverflow.com/questions/6013429); done in published code (Bot-Academy/NeuralNetworkFromScratch#3).
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Formula, Quantity
from derivegen.mistakes.factors import read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph
from derivegen.network.rule import SQUARES


@mistake("backward", "weight", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, -0.00871221), strays=True)
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂z/∂a = w → w after the update, for weights that are updated. A recurrent weight cannot be made of
    its own derivative, so graphs with index letters are left alone; no more can any where each is updated by the length of all."""
    training = graph.network.training
    some = training.trained is not None or bool(training.frozen)
    if training.learning_rate is None or training.rule.uses(SQUARES):
        return None

    def wrong(factor: Factor) -> Formula | None:
        name = getattr(factor.reading, "name", "")
        return None if some and name not in graph.trained else Quantity(name + "'")

    return read_as(step, "weight", wrong)
