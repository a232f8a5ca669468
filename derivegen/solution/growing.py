"""Chains that grow line by line: a derivative's name goes in; the lines that open one derivative after the other come out.

With a single route the chain grows from the loss inwards, a link a line; with several it is opened from the parameter outwards, up to the
sum over everything the next layer makes of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivegen.calculus.steps import Factor, Term
from derivegen.document.pen import Line, Pen
from derivegen.formula.tree import Bracket, Formula, Quantity, product, total
from derivegen.network.names import derivative
from derivegen.solution.links import by_of, symbolic, visible

MOST_LINKS = 6
"""Links of a chain that is grown; a longer one is written at once."""
MOST_TERMS = 3
"""Terms of a sum inside an opened chain; more do not fit on a line."""


def grown(pen: Pen, name: str, route: Sequence[Factor]) -> list[Line]:
    """The lines ∂L/∂a · ∂a/∂w, then ∂L/∂a · ∂a/∂z · ∂z/∂w, … up to the whole chain."""
    shown = [factor for factor in route if factor.role != "share"]
    lines: list[Line] = []
    before = pen.chain.root
    for factor in shown[:-1]:
        stop = by_of(pen.graph, factor.name)
        head = route[: route.index(factor) + 1]
        rest = Quantity(derivative(stop, name))
        reason = pen.say("reason.grown", of=Quantity(before), by=Quantity(name), via=Quantity(stop))
        lines.append((product(*map(symbolic, head), rest), reason))
        before = stop
    reason = pen.say("reason.full-route", of=Quantity(before), by=Quantity(name))
    return [*lines, (product(*map(symbolic, route)), reason)]


def opened(pen: Pen, target: str) -> list[Line]:
    """∂L/∂z · ∂z/∂w, then ∂L/∂a · ∂a/∂z · ∂z/∂w, then the sum over the next layer in a bracket in place of ∂L/∂a."""
    lines: list[Line] = []
    tail: list[Formula] = []
    name = target
    while (link := _only(pen.chain[name].terms)) is not None:
        passed = visible(link.factors[1:])
        tail = [*map(symbolic, passed), *tail]
        if passed:
            via = Quantity(by_of(pen.graph, link.factors[0].name))
            lines.append(
                (
                    product(Quantity(link.factors[0].name), *tail),
                    pen.say("reason.opened", by=Quantity(by_of(pen.graph, name)), via=via),
                )
            )
        name = link.factors[0].name
    terms = pen.chain[name].terms
    if lines and 1 < len(terms) <= MOST_TERMS:
        inner = total(*(product(*map(symbolic, visible(term.factors))) for term in terms))
        reason = pen.say("reason.opened-sum", by=Quantity(by_of(pen.graph, name)), count=len(terms))
        lines.append((product(Bracket(inner), *tail), reason))
    return lines


def _only(terms: Sequence[Term]) -> Term | None:
    """The one term, if there is just one and it begins with a derivative found further up."""
    return terms[0] if len(terms) == 1 and terms[0].factors[0].role == "upstream" else None
