"""The rate is multiplied into what goes on from step to step, and into the step once more.

With the rate in the moment the step is the moment itself (Sutskever et al. write it so); half of one form and half of the other has the
rate twice.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import Quantity
from derivegen.mistakes.factors import multiplied
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import MOMENTUM
from derivegen.mistakes.updates import reason_of
from derivegen.network.graph import Graph

RATE = Quantity("rate")


@mistake("update", "upstream", example=Example(MOMENTUM, "w[1][1][1]'", 0.399001, 0.3999))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """μ · m + g → μ · m + rate · g."""
    return multiplied(step, "upstream", lambda _: RATE) if reason_of(step, graph) == "moment" else None
