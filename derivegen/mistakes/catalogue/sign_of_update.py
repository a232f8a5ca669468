"""The step is added instead of subtracted: uphill.

Article 001 tells its reader to add the step. With δ defined as −∂L/∂z (as older books do) adding is right, which is where the confusion
comes from.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.calculus.terms import minus
from derivegen.mistakes.factors import read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.graph import Graph


@mistake("update", "rate", example=Example(CHAIN, "w[1][1][1]'", 0.400835, 0.399165), where="both")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """w − rate · gradient → w + rate · gradient."""
    return read_as(step, "rate", lambda factor: minus(factor.reading))
