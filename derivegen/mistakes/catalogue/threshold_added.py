"""A threshold is added like a bias, although it is subtracted.

Older books write Σwx − θ, newer ones Σwx + b with b = −θ; who reads both meets this.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import Negative
from derivegen.mistakes.factors import read_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import THRESHOLDS
from derivegen.network.graph import Graph


@mistake("forward", "bias", example=Example(THRESHOLDS, "z[1][1]", -0.15, 1.45))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ w·a − θ → Σ w·a + θ."""
    return read_as(step, "bias", lambda f: f.reading.body if isinstance(f.reading, Negative) else None)
