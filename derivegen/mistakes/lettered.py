"""Terms of graphs with index letters, by when and where their quantities stand: a term and its graph go in; whether it leads to another
step in time, which letters tell the terms apart, how it reads at other numbers for its letters, come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Step, Term, varying
from derivegen.formula.places import Affine
from derivegen.formula.tree import (
    ONE,
    ZERO,
    BigSum,
    Cases,
    Formula,
    Indexed,
    Number,
    Product,
    Ratio,
    Wins,
    product,
    transform,
    walk,
)
from derivegen.mistakes.factors import differing, of_root, parameter_of
from derivegen.network.family import Equation, Index
from derivegen.network.graph import Graph
from derivegen.network.instance import instance
from derivegen.network.layers.loss import TARGET
from derivegen.network.names import parse_derivative
from derivegen.network.tables.losses import CLASS_WEIGHTS
from derivegen.records import replace

Change = Callable[[Formula], Formula | None]
"""What becomes of a part of a formula; None: it stays."""


def times(graph: Graph) -> frozenset[str]:
    """The letters that count steps in time: what is computed step by step, and what the file says counts time."""
    stepped = {letter for block in graph.blocks for letter, _ in block.loops}
    return frozenset(
        stepped | {name for part in graph.parts for name, each in part.axes.items() if each.counts == "time"}
    )


def is_carried(term: Term, graph: Graph) -> bool:
    """Whether a term comes from another step of a recurrence: z at t + 1, in which h of t stands."""
    return term.link is not None and carried(term.link, graph)


def carried(link: Link, graph: Graph) -> bool:
    """Whether what stands in the formula is of another step of the same recurrence."""
    block = next((each for each in graph.blocks if link.child in each.names), None)
    if block is None or link.leaf.base not in block.names:
        return False
    return any(is_moved(place, {letter for letter, _ in block.loops}) for place in link.leaf.places)


def is_moved(place: object, letters: set[str] | frozenset[str]) -> bool:
    """Whether a place is one of the letters and a whole number: t − 1."""
    return isinstance(place, Affine) and bool(place.shift) and len(place.terms) == 1 and place.letters[0] in letters


def has_own_path(link: Link, graph: Graph) -> bool:
    """Whether the recurrence of a link has both: a family that carries itself on, as the cell of an LSTM, and other ways from step to
    step."""
    block = next(each for each in graph.blocks if link.child in each.names)
    ways = {(name, leaf.base) for name in block.names for leaf, _ in _leaves(name, graph) if leaf.base in block.names}
    own = {name for name in block.names if (name, name) in ways}
    others = {(name, base) for name, base in ways if name != base and _is_carried_between(name, base, graph)}
    return bool(own and others)


def _is_carried_between(name: str, base: str, graph: Graph) -> bool:
    letters = times(graph)
    return any(leaf.base == base and any(is_moved(p, letters) for p in leaf.places) for leaf, _ in _leaves(name, graph))


def _leaves(name: str, graph: Graph) -> Iterator[tuple[Indexed, Equation]]:
    for equation in graph.families[name].equations:
        for part in walk(equation.formula) if equation.formula is not None else ():
            if isinstance(part, Indexed):
                yield part, equation


def of_parameter(step: Step, graph: Graph) -> bool:
    """Whether a step adds up several uses of a parameter, each by a link of its own or at another place of one."""
    found = parameter_of(step, graph) is not None and len(step.terms) > 1
    return found and all(term.link is not None for term in step.terms)


def latest(step: Step, graph: Graph, count: int) -> Step | None:
    """The step of a parameter with the last so many steps in time alone."""
    if not of_parameter(step, graph):
        return None
    letter = next((each for each in varying(step.terms) if each in times(graph)), None)
    if letter is None:
        return None
    last = sorted({int(term.at[letter]) for term in step.terms})[-count:]
    return differing(step, (term for term in step.terms if term.at[letter] in last))


def read_at(term: Term, at: Mapping[str, Index], graph: Graph) -> Term | None:
    """The term with the local derivative at other numbers for the letters; None where that is not there."""
    assert term.link is not None
    under = term.link.factor
    reading = None if under is None else instance(under, at, graph.families)
    return None if reading is None else with_local(term, reading)


def with_local(term: Term, reading: Formula) -> Term:
    """The term with another local derivative."""
    return replace(term, factors=(*term.factors[:-1], replace(term.factors[-1], reading=reading)))


def each_read_as(step: Step, change: Callable[[Term, Link], Formula | None]) -> Step | None:
    """The step with the local derivative of each of its terms as `change` says; None: as before."""

    def changed(term: Term) -> Term:
        reading = change(term, term.link) if term.link is not None and term.factors else None
        return term if reading is None else with_local(term, reading)

    return differing(step, map(changed, step.terms))


def winner_as(term: Term, link: Link, by: Callable[[int], Formula]) -> Formula | None:
    """The local derivative of an extreme with something else than 1 for the winner and 0 for the others, by how many there are."""
    if link.factor is None or not any(isinstance(part, Wins) for part in walk(link.factor)):
        return None

    def changed(part: Formula) -> Formula | None:
        if isinstance(part, Cases) and part.branches[-1] == (ONE, None):
            return by(len(part.branches))
        return None

    return transform(term.factors[-1].reading, changed)


def window(link: Link) -> tuple[Affine, ...]:
    """The places in which a member of the child and a place within its window are added, p + u − 1."""
    return tuple(place for place in link.leaf.places if isinstance(place, Affine) and len(place.terms) > 1)


def mean_of(formula: Formula | None) -> tuple[Number, Formula] | None:
    """The n of a mean 1/n · Σ … over letters and what it is the mean of; None of anything else, half a sum of squares too."""
    match formula:
        case Product((Ratio(top, Number() as count), BigSum() as body), False) if top == ONE:
            inner: Formula = body
            while isinstance(inner, BigSum):
                inner = inner.body
            return count, inner
    return None


def is_mean_of(what: type[Formula], link: Link) -> bool:
    """Whether a link leads into the mean of quantities, or of their squares, over letters."""
    found = mean_of(link.equation.formula)
    return found is not None and isinstance(found[1], what)


def is_constant(formula: Formula) -> bool:
    """Whether no quantity stands in it."""
    return not any(isinstance(part, Indexed) for part in walk(formula))


def equation_of(step: Step, graph: Graph) -> tuple[Formula, Mapping[str, Index]] | None:
    """The formula of a forward step under its letters, and what these are there."""
    found = graph.locate(step.target)
    if found is None or found[0].equation(found[1]) is None:
        return None
    formula, bound = found[0].defined(found[1])
    return None if formula is None else (formula, bound)


def forward_as(step: Step, graph: Graph, change: Change) -> Step | None:
    """A forward step with its formula under letters changed; None where `change` leaves it."""
    found = equation_of(step, graph)
    changed = None if found is None else change(found[0])
    if found is None or changed is None or changed == found[0]:
        return None
    reading = instance(changed, found[1], graph.families)
    first = step.terms[0]
    return Step(step.target, (Term((replace(first.factors[0], reading=ZERO if reading is None else reading),)),))


def member_of(step: Step, graph: Graph) -> tuple[str, tuple[Index, ...]] | None:
    """The family and the indices that a step differentiates the root by."""
    pair = parse_derivative(step.target)
    found = graph.locate(pair[1]) if pair is not None else None
    return None if found is None else (found[0].name, found[1])


def without_links(step: Step, graph: Graph, left_out: Callable[[Link], bool]) -> Step | None:
    """The step of something that is no parameter without the ways over some links, where there are others."""
    if not of_root(step, graph) or parameter_of(step, graph) is not None:
        return None
    kept = [term for term in step.terms if term.link is None or not left_out(term.link)]
    return differing(step, iter(kept)) if kept else None


def unscaled(formula: Formula) -> Formula | None:
    """A quotient by a constant without it; None of anything else, and of the 1/n of a mean."""
    match formula:
        case Ratio(top, bottom) if top != ONE and is_constant(bottom) and not is_constant(top):
            return top
    return None


def all_kept(graph: Graph) -> Change:
    """Masks as if they were all ones: m_t · e_t as e_t, Σ_t m_t as the number of steps."""
    return as_ones(lambda leaf: is_mask(leaf, graph))


def all_alike(graph: Graph) -> Change:
    """Weights of classes as if they were all ones, where the loss has any."""
    weighted = any(part.loss is not None and part.loss.weights for part in graph.parts)
    return as_ones(lambda leaf: weighted and isinstance(leaf, Indexed) and leaf.base in CLASS_WEIGHTS)


def as_ones(is_one: Callable[[Formula], bool]) -> Change:
    """A change of formulas under letters: what is said to be 1 left out of products, and a 1 elsewhere."""

    def change(part: Formula) -> Formula | None:
        if isinstance(part, Product):
            kept = tuple(transform(each, change) for each in part.factors if not is_one(each))
            return product(*kept, dotted=part.dotted) if len(kept) < len(part.factors) else None
        return ONE if is_one(part) else None

    return change


def derived_as(step: Step, graph: Graph, change: Change) -> Step | None:
    """The step with its local derivatives changed as formulas under letters."""

    def changed(term: Term, link: Link) -> Formula | None:
        factor = None if link.factor is None else transform(link.factor, change)
        return None if factor is None or factor == link.factor else instance(factor, term.at, graph.families)

    return each_read_as(step, changed)


def is_mask(leaf: Formula, graph: Graph) -> bool:
    """Whether it is a constant of zeros and ones, some of them 0, that is no target."""
    if not isinstance(leaf, Indexed) or graph.families[leaf.base].kind != "constant":
        return False
    target = leaf.base == TARGET and graph.parts[-1].loss is not None
    values = {*(graph.families[leaf.base].looked_up or {}).values()}
    return not target and 0 in values and values <= {0, 1}
