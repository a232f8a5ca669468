"""The window of a convolution or of a pool begins one place too late: p + u in place of p + u − 1."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.places import Affine
from derivegen.formula.tree import Formula, Indexed, Place, transform
from derivegen.mistakes.lettered import forward_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import CONVOLUTION
from derivegen.network.graph import Graph


@mistake("forward", "input", example=Example(CONVOLUTION, "z[1]", 1.1, -0.4), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ_u w_u · x_{p+u−1} → Σ_u w_u · x_{p+u}; what lies beyond the end is left out."""
    return forward_as(step, graph, lambda formula: transform(formula, _later))


def _later(part: Formula) -> Formula | None:
    return Indexed(part.base, tuple(map(_moved, part.places))) if isinstance(part, Indexed) else None


def _moved(place: Place) -> Place:
    return place.moved(1) if isinstance(place, Affine) and len(place.terms) > 1 else place
