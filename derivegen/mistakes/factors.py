"""Rewriting by role: a step and what becomes of its factors of one role go in, the rewritten step (None if nothing changed) comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivegen.calculus.links import Role
from derivegen.calculus.steps import Factor, Step, Term
from derivegen.formula.tree import ONE, Call, Formula, Negative, Number, Product, Quantity, Ratio, Sum, transform, walk
from derivegen.network.family import Family
from derivegen.network.graph import Graph
from derivegen.network.names import Name, parse, parse_derivative
from derivegen.records import replace

Change = Callable[[Factor], Formula | None]
"""How the factor reads with the mistake; None: as before."""

NOTHING = Factor("upstream", "", "itself", ONE)
SQUARES = ("squared_error", "mean_squared_error", "half_squared_error")
"""Losses made of squares, whose joint slope with a sigmoid is not a − t."""


def read_as(step: Step, role: Role, change: Change) -> Step | None:
    """The step with its factors of that role read as `change` says."""

    def changed(factor: Factor) -> Factor:
        reading = change(factor) if factor.role == role else None
        return factor if reading is None or reading == factor.reading else replace(factor, reading=reading)

    return differing(step, (replace(term, factors=tuple(map(changed, term.factors))) for term in step.terms))


def all_read_as(step: Step, role: Role, change: Change) -> Step | None:
    """The same, but only if `change` has an answer for every factor of that role: half a misconception is none."""
    if any(factor.role == role and change(factor) is None for term in step.terms for factor in term.factors):
        return None
    return read_as(step, role, change)


def without(step: Step, role: Role, where: Callable[[Factor], bool] = lambda _: True) -> Step | None:
    """The step with its factors of that role left out, where they are not 1 already."""

    def kept(factor: Factor) -> bool:
        return factor.role != role or factor.reading == ONE or not where(factor)

    return differing(step, (replace(term, factors=tuple(filter(kept, term.factors))) for term in step.terms))


def multiplied(step: Step, role: Role, times: Callable[[Factor], Formula | None]) -> Step | None:
    """The step with a further factor behind each one of that role; a 1 gives way to it."""

    def both(factor: Factor) -> Iterator[Factor]:
        further = times(factor) if factor.role == role else None
        if further is None or factor.reading != ONE:
            yield factor
        if further is not None:
            yield replace(factor, reading=further)

    return differing(
        step, (replace(term, factors=tuple(new for old in term.factors for new in both(old))) for term in step.terms)
    )


def only(step: Step, keep: Callable[[Term], bool]) -> Step | None:
    """The step with some of its terms left out."""
    return differing(step, filter(keep, step.terms))


def differing(step: Step, terms: Iterator[Term]) -> Step | None:
    """The step with these terms, or None if they are the old ones."""
    new = Step(step.target, tuple(terms))
    return None if new == step else new


def last(term: Term) -> Factor:
    """The local derivative, which stands last; a 1 where another mistake has left nothing."""
    return term.factors[-1] if term.factors else NOTHING


def ends(factor: Factor) -> tuple[Name, Name]:
    """The two quantities of the derivative a factor is: ∂first/∂second."""
    pair = parse_derivative(factor.name)
    first, second = map(parse, pair) if pair is not None else (None, None)
    return first or Name(""), second or Name("")


def layer(name: Name) -> int:
    """The layer of a unit or a parameter; 0 for what has none."""
    return name.indices[0] if len(name.indices) > 1 else 0


def unit(base: str, *indices: int, like: Name) -> str:
    """The name of another quantity of the same row."""
    return str(Name(base, indices, like.row))


def below(z: Name, k: int) -> str:
    """What enters the unit of z from place k: an activation of the layer below, or an input."""
    return unit("a", layer(z) - 1, k, like=z) if layer(z) > 1 else unit("x", k, like=z)


def family_of(graph: Graph, name: Name) -> Family | None:
    """The family of a quantity, or None if there is none of that name."""
    found = graph.locate(str(name))
    return found[0] if found is not None else None


def exists(graph: Graph, name: str) -> bool:
    """Whether the network has such a quantity."""
    return graph.locate(name) is not None


def is_output(graph: Graph, z: Name) -> bool:
    """Whether a unit is in the last layer."""
    return 0 < layer(z) == graph.depth


def of_root(step: Step, graph: Graph) -> bool:
    """Whether a step differentiates the loss (or the output of a graph of one's own), and is no link of a chain."""
    pair = parse_derivative(step.target)
    return pair is not None and (pair[0] in ("loss", graph.root) or pair[0].startswith("loss@"))


def parameter_of(step: Step, graph: Graph) -> str | None:
    """The parameter a step differentiates the loss by, or None if it does something else."""
    pair = parse_derivative(step.target)
    found = graph.locate(pair[1]) if pair is not None and of_root(step, graph) else None
    return pair[1] if pair is not None and found is not None and found[0].is_parameter else None


def own(factor: Factor) -> bool:
    """Whether a slope is that of a unit by its own z, not of another unit of the softmax."""
    a, z = ends(factor)
    return a.indices == z.indices and a.row == z.row


def target_of(a: Name) -> Quantity:
    """The target of an output."""
    return Quantity(unit("t", a.indices[-1], like=a))


def error(factor: Factor) -> Sum:
    """a − t of the output a loss slope belongs to."""
    a = ends(factor)[1]
    return Sum((Quantity(str(a)), Negative(target_of(a))))


def beside(*factors: Formula) -> Product:
    """A product inside a formula, without dots."""
    return Product(factors, dotted=False)


def is_error(slope: Formula) -> bool:
    """Whether a difference, output minus target, stands in the slope of a loss."""
    return any(isinstance(part, Sum) and any(isinstance(term, Negative) for term in part.terms) for part in walk(slope))


def exchanged(weight: Formula, graph: Graph) -> Formula | None:
    """A weight of a square array with its last two indices exchanged."""
    found = graph.locate(weight.name) if isinstance(weight, Quantity) else None
    if found is None or len(found[1]) < 2:
        return None
    family, (*before, j, k) = found[0], found[1]
    square = family.axes[-1].range() == family.axes[-2].range()
    square = square and (family.mask is None or family.mask == tuple(zip(*family.mask, strict=True)))
    return Quantity(family.member((*before, k, j))) if square else None


def is_square(graph: Graph, number: int) -> bool:
    """Whether a layer has as many units as inputs, so that nobody notices exchanged indices."""
    weights = graph.families.get(f"w[{number}]")
    return weights is not None and weights.axes[0].size == weights.axes[1].size


def weight_between(factor: Factor) -> tuple[int, int, int]:
    """Layer, unit and place of the weight a signal flows back over."""
    z, source = ends(factor)
    return layer(z), z.indices[-1], source.indices[-1]


def without_slope(step: Step, where: Callable[[Name], bool]) -> Step | None:
    """dloss/da · f′(z) → dloss/da for the units `where` says; of a softmax the unit's own term stays."""
    slopes = [last(term) for term in step.terms if last(term).role == "slope"]
    z = ends(slopes[0])[1] if slopes else Name("")
    if not layer(z) or not where(z):
        return None
    own_only = Step(step.target, tuple(term for term in step.terms if last(term).rule != "softmax" or own(last(term))))
    return without(own_only, "slope")


def loss_in_base(step: Step, graph: Graph, base: str) -> Step | None:
    """The step of a loss with every natural logarithm taken to another base: ln a / ln base."""
    name = parse(step.target)
    family = family_of(graph, name) if name is not None else None
    loss = family is not None and (family.kind == "loss" or family.name == graph.root)
    return read_as(step, "input", lambda factor: in_base(factor.reading, base) if loss else None)


def in_base(formula: Formula, base: str) -> Formula:
    """The formula with every natural logarithm taken to another base."""

    def change(part: Formula) -> Formula | None:
        is_ln = isinstance(part, Call) and part.function == "ln"
        return Ratio(part, Call("ln", (Number(base),))) if is_ln else None

    return transform(formula, change)


def over_units(step: Step) -> bool:
    """Whether the step adds up what comes back over several units (not over examples, and not over the units of one softmax)."""
    if len(step.terms) < 2:
        return False
    return all(
        last(term).role == "weight" or (last(term).role in ("slope", "gate") and last(term).rule != "softmax")
        for term in step.terms
    )
