"""Of a parameter that is used at many places (a kernel's entry, a bias, a weight for every token) only the first use is counted in its
derivative."""

from __future__ import annotations

from derivegen.calculus.steps import Step, varying
from derivegen.mistakes.factors import only
from derivegen.mistakes.lettered import of_parameter, times
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import CONVOLUTION
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(CONVOLUTION, "dloss/dw[1]", 0.441591, -0.0178704), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ_p ∂L/∂z_p · x_{p+u−1} → ∂L/∂z_1 · x_u."""
    if not of_parameter(step, graph) or len({term.link for term in step.terms}) > 1:
        return None
    letters = [letter for letter in varying(step.terms) if letter not in times(graph)]
    first = step.terms[0].at
    return only(step, lambda term: all(term.at[letter] == first[letter] for letter in letters))
