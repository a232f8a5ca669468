"""The outer product of a layer's gradient is written the wrong way round: δ_k·a_j in the place of δ_j·a_k.

np.outer(a, delta) for np.outer(delta, a); in square layers the shapes agree and nothing complains.
"""

from __future__ import annotations

from derivegen.calculus.steps import Step, Term
from derivegen.formula.tree import Quantity
from derivegen.mistakes.factors import below, differing, ends, is_square, last, layer
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import SQUARE
from derivegen.network.graph import Graph
from derivegen.records import replace


@mistake(
    "backward", "upstream", "input", example=Example(SQUARE, "dloss/dw[2][1][2]", 0.028658, -0.0519412), strays=True
)
def rewrite(step: Step, graph: Graph) -> Step | None:
    """∂loss/∂w[l][j][k] = δ_j · a_k → δ_k · a_j."""
    terms = [swapped(term, graph) for term in step.terms]
    found = [term for term in terms if term is not None]
    return differing(step, iter(found)) if found and len(found) == len(terms) else None


def swapped(term: Term, graph: Graph) -> Term | None:
    """The term with the indices of δ and a exchanged; None where the layer is not square."""
    if last(term).role != "input" or term.factors[0].role != "upstream":
        return None
    z, w = ends(last(term))
    j, k = w.indices[1:]
    if not is_square(graph, layer(z)):
        return None
    source = below(z, j)
    delta = term.factors[0].name.replace(f"z[{layer(z)}][{j}]", f"z[{layer(z)}][{k}]")
    first = replace(term.factors[0], name=delta, reading=Quantity(delta))
    return replace(term, factors=(first, *term.factors[1:-1], replace(last(term), reading=Quantity(source))))
