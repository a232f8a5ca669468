"""The slope is taken at a instead of z: σ′(a) for σ′(z).

A program that keeps a, and a function that expects z: dwhitena/gophernet#6, rasmusbergpalm/DeepLearnToolbox#165. On paper: a is put
into σ(·)(1 − σ(·)) once more.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Formula, Quantity, put_in
from derivegen.mistakes.factors import ends, family_of, read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("backward", "slope", example=Example(CHAIN, "dloss/dw[1][1][1]", -0.00834827, -0.00787021))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """f′(z) → f′(f(z)): z becomes a, and a becomes f(a)."""

    def wrong(factor: Factor) -> Formula | None:
        a, z = ends(factor)
        family = family_of(graph, a)
        if family is None or family.kind != "activation" or factor.rule in ("linear", "softmax"):
            return None
        formula = graph[str(a)].formula
        assert formula is not None
        at = {str(z): Quantity(str(a))}
        return put_in(factor.reading, {**at, str(a): put_in(formula, at)})

    return read_as(step, "slope", wrong)
