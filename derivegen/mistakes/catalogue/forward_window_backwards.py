"""On the way back through a convolution the indices of the way forward are used: p + u − 1 in place of n − u + 1, so that neither the
window nor the kernel is turned round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product as cartesian

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Step, Term
from derivegen.formula.places import Affine, affine, inside
from derivegen.formula.tree import Indexed, Quantity
from derivegen.mistakes.factors import differing, of_root
from derivegen.mistakes.lettered import member_of, read_at, window
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import CONVOLUTION
from derivegen.network.family import Index
from derivegen.network.graph import Graph
from derivegen.network.names import derivative
from derivegen.records import replace


@mistake(
    "backward",
    "upstream",
    "weight",
    example=Example(CONVOLUTION, "dloss/dx[3]", -0.0107223, -0.0918923),
    strays=True,
    where="letters",
)
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ_u ∂L/∂z_{n−u+1} · w_u → Σ_u ∂L/∂z_{n+u−1} · w_u."""
    found = member_of(step, graph) if of_root(step, graph) else None
    links = dict.fromkeys(term.link for term in step.terms if term.link is not None)
    some = [link for link in links if window(link) and isinstance(link.factor, Indexed) and link.child != graph.root]
    if found is None or not some:
        return None
    terms: list[Term] = [term for term in step.terms if term.link not in some]
    for link in some:
        places = _forwards(link, found[1])
        if places is None:
            return None
        term = next(term for term in step.terms if term.link == link)
        terms += (own for at in places for own in _term(term, link, at, graph))
    return differing(step, iter(terms))


def _forwards(link: Link, indices: tuple[Index, ...]) -> Iterator[dict[str, int]] | None:
    """What the letters of the child's side are where the child's place is the one that the way forward would read; None of a window that
    moves by more than one."""
    own, ranges = [*link.equation.domain], {each.letter: each for each in (*link.equation.domain, *link.freed)}
    solved: dict[str, tuple[Affine, int]] = {}
    known: dict[str, int] = {}
    for place, index in zip(link.leaf.places, indices, strict=True):
        if isinstance(place, Indexed):
            return None
        by = dict(affine(place).terms)
        if len(by) > 1:
            counted = next((each.letter for each in own if each.letter in by), "")
            if set(by.values()) != {1} or not counted:
                return None
            solved[counted] = (affine(place) - affine(counted), int(index))
        elif isinstance(place, str):
            known[place] = int(index)
    free = [each for name, each in ranges.items() if name not in solved and name not in known]
    if any(each.low.terms or each.high.terms for each in free):
        return None
    choices = cartesian(*(each.values({}) for each in free))
    every = ({**known, **dict(zip((each.letter for each in free), values, strict=True))} for values in choices)
    whole = (at | {name: index + rest.at(at) for name, (rest, index) in solved.items()} for at in every)
    return (at for at in whole if inside((*own, *link.freed), at))


def _term(term: Term, link: Link, at: Mapping[str, int], graph: Graph) -> Iterator[Term]:
    """The term of one place."""
    places = (at[place] if isinstance(place, str) else place.shift for place in link.equation.places)
    child = graph.families[link.child].member(tuple(places))
    came = derivative("loss", child)
    moved = replace(term, factors=(replace(term.factors[0], name=came, reading=Quantity(came)), *term.factors[1:]))
    found = read_at(moved, {**at}, graph)
    if found is not None:
        yield found
