"""Of a word that stands at several places of a text only the last is counted in the derivative by its embedding.

What programs come to that write `grad[ids] = …` where `+=` is needed for each place (numpy.add.at).
"""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.tree import Indexed
from derivegen.mistakes.factors import differing
from derivegen.mistakes.lettered import of_parameter
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import EMBEDDING
from derivegen.network.graph import Graph


@mistake("backward", "upstream", example=Example(EMBEDDING, "dloss/dE[2][1]", 0.379372, 0.670208), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ over t with id_t = w of ∂L/∂e_t → ∂L/∂e_t of the last such t."""
    looked_up = all(
        term.link is not None and any(isinstance(place, Indexed) for place in term.link.leaf.places)
        for term in step.terms
    )
    return differing(step, iter(step.terms[-1:])) if looked_up and of_parameter(step, graph) else None
