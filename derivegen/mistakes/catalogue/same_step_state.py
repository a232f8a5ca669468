"""In the derivative by a recurrent weight the state of the same step is taken in place of that of the step before."""

from __future__ import annotations

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Step, Term
from derivegen.formula.places import Affine, letter, plain
from derivegen.formula.tree import Formula, Indexed, Place, transform
from derivegen.mistakes.factors import parameter_of
from derivegen.mistakes.lettered import each_read_as, is_moved, times
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import RECURRENT
from derivegen.network.graph import Graph
from derivegen.network.instance import instance


@mistake("backward", "input", example=Example(RECURRENT, "dloss/dU[1][1]", -0.22309, -0.104036), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ_t ∂L/∂z⁽ᵗ⁾ · h⁽ᵗ⁻¹⁾ → Σ_t ∂L/∂z⁽ᵗ⁾ · h⁽ᵗ⁾."""
    letters = times(graph)

    def here(place: Place) -> Place:
        moved = isinstance(place, Affine) and is_moved(place, letters)
        return plain(letter(place.letters[0])) if moved and isinstance(place, Affine) else place

    def same(part: Formula) -> Formula | None:
        return Indexed(part.base, tuple(map(here, part.places))) if isinstance(part, Indexed) else None

    def changed(term: Term, link: Link) -> Formula | None:
        return None if link.factor is None else instance(transform(link.factor, same), term.at, graph.families)

    return each_read_as(step, changed) if parameter_of(step, graph) is not None else None
