"""The weighted sum is handed on as the unit's output: the activation function is not applied."""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step
from derivegen.formula.tree import Call, Formula, Quantity
from derivegen.mistakes.factors import family_of, read_as, unit
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph
from derivegen.network.names import parse
from derivegen.network.tables.activations import ACTIVATIONS


@mistake("forward", "input", example=Example(CHAIN, "a[1][1]", 0.574443, 0.3), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """a = f(z) → a = z."""

    def wrong(factor: Factor) -> Formula | None:
        if graph.lettered:
            return argument(factor)
        a = parse(step.target)
        family = family_of(graph, a) if a is not None else None
        bends = family is not None and family.kind == "activation" and family.rule != "linear"
        return Quantity(unit("z", *a.indices, like=a)) if bends and a is not None else None

    return read_as(step, "input", wrong)


def argument(factor: Factor) -> Formula | None:
    """z of f(z), where f is one of the table."""
    match factor.reading:
        case Call(_, (Quantity() as z,)) if factor.rule in ACTIVATIONS:
            return z
    return None
