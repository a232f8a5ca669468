"""The loss is computed with logarithms to base 2 instead of natural ones.

Information theory measures in bits; a published tutorial calls its ln a log to base 2.
"""

from __future__ import annotations

from derivegen.calculus.chain import Step
from derivegen.mistakes.factors import family_of, in_base, read_as
from derivegen.mistakes.mistake import Example, Mistake
from derivegen.mistakes.tiny import ENTROPY
from derivegen.network.graph import Graph
from derivegen.network.names import parse


def rewrite(step: Step, graph: Graph) -> Step | None:
    """ln a → log a to base 2, which is ln a / ln 2."""
    name = parse(step.target)
    family = family_of(graph, name) if name is not None else None
    loss = family is not None and family.kind == "loss"
    return read_as(step, "input", lambda factor: in_base(factor.reading, "2") if loss else None)


MISTAKE = Mistake(
    "log-base-two",
    "forward",
    frozenset(("input",)),
    rewrite,
    Example(ENTROPY, "loss", 0.812285, 1.17188),
)
