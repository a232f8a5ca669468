"""On the way back through a convolution the kernel is not turned round: each place gets what belongs to the opposite entry.

The windows are the right ones (a full correlation of what came back), but the kernel lies in them as it does on the way forward.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Step, Term
from derivegen.formula.tree import Formula, Indexed, walk
from derivegen.mistakes.factors import of_root
from derivegen.mistakes.lettered import each_read_as, window
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import CONVOLUTION
from derivegen.network.graph import Graph
from derivegen.network.instance import instance


@mistake("backward", "weight", example=Example(CONVOLUTION, "dloss/dx[3]", -0.0107223, -0.0142964), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ_u ∂L/∂z_{n−u+1} · w_u → Σ_u ∂L/∂z_{n−u+1} · w_{U−u+1}."""

    def turned(term: Term, link: Link) -> Formula | None:
        ends = dict(kernel(link, graph))
        at = {name: sum(ends[name]) - int(index) if name in ends else index for name, index in term.at.items()}
        return instance(link.factor, at, graph.families) if ends and link.factor is not None else None

    return each_read_as(step, turned) if of_root(step, graph) else None


def kernel(link: Link, graph: Graph) -> Iterator[tuple[str, tuple[int, int]]]:
    """The letters of a kernel that say where in the window of a convolution its entries lie, with the first and the last of each."""
    inside = {letter for place in window(link) for letter in place.letters}
    for part in walk(link.factor) if link.factor is not None else ():
        if isinstance(part, Indexed) and graph.families[part.base].is_parameter:
            for place, axis in zip(part.places, graph.families[part.base].axes, strict=True):
                if isinstance(place, str) and place in inside:
                    yield place, (axis.low, axis.low + int(axis.size) - 1)
