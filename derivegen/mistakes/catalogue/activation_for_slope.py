"""The function is used where its derivative belongs: a for f′(z).

A prime that got lost, on paper or in a program that calls sigmoid where it should call its derivative.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Formula, Quantity
from derivegen.mistakes.factors import ends, family_of, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph
from derivegen.network.tables.activations import ACTIVATIONS


@mistake("backward", "slope", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, -0.0196173), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """f′(z) → f(z) = a."""

    def wrong(factor: Factor) -> Formula | None:
        a = ends(factor)[0]
        family = family_of(graph, a)
        taught = family is not None and (family.kind == "activation" or factor.rule in ACTIVATIONS)
        single = taught and factor.rule not in ("linear", "softmax")
        return Quantity(str(a)) if single else None

    return read_as(step, "slope", wrong)
