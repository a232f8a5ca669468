"""The derivatives of whole families: a family goes in, the rule of its derivative by each member that stands in its formula comes out; and
a link from the side of what is differentiated by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from derivegen.calculus.bends import NO_BENDS, Bends, bent
from derivegen.calculus.rules import differentiate
from derivegen.calculus.terms import gathered, shared_out
from derivegen.formula.letters import renamed
from derivegen.formula.places import Range
from derivegen.formula.ranges import affine_in
from derivegen.formula.tree import (
    ONE,
    BigSum,
    Call,
    Extreme,
    Formula,
    Indexed,
    Negative,
    Product,
    Quantity,
    Sum,
    transform,
    walk,
)
from derivegen.network.family import Equation, Family
from derivegen.network.tables.activations import is_gate
from derivegen.network.tables.conventions import kink_of
from derivegen.records import dataclass, replace

Role = Literal[
    "upstream",
    "weight",
    "input",
    "slope",
    "loss slope",
    "share",
    "gate",
    "bias",
    "rate",
    "old value",
    "setting",
    "moment",
]
"""What a factor of a step is to a student."""


@dataclass(frozen=True, slots=True)
class Link:
    """∂child/∂parent as a rule for whole families: `leaf` is the parent as it stands in the child's formula, with the child's letters;
    `shares` are constant fractions in front, `factor` the derivative (None: unknown, it keeps its name), `when` own/cross where coupled.

    `equation` is that of the child in whose formula the leaf stands, `freed` the letters of the leaf that a sum there runs over, `unequal`
    the two letters of the child's side that differ where the link holds between different members only."""

    child: str
    leaf: Indexed
    factor: Formula | None
    rule: str
    shares: tuple[Formula, ...] = ()
    when: str = "each"
    equation: Equation = Equation((), ())
    freed: tuple[Range, ...] = ()
    unequal: tuple[str, str] | None = None


def links(family: Family, bends: Bends = NO_BENDS) -> Iterator[Link]:
    """The derivatives of a family's formula by each family member that stands in it, or whose slope is stated though it does not (a
    constant's is 0); with `bends`, those of a program at its kinks."""
    for equation in family.parts:
        if equation.formula is not None:
            yield from _of_equation(family, equation, equation.formula, bends)


def _of_equation(family: Family, equation: Equation, formula: Formula, bends: Bends) -> Iterator[Link]:
    shares, body = shared_out(formula) if family.kind == "loss" else ((), formula)
    taught = {leaf: (tree, when) for leaf, tree, when in equation.slopes}
    seen = dict.fromkeys((*(part for part in walk(body) if isinstance(part, Indexed)), *taught))
    for leaf in seen:
        freed, rule = _freed(body, leaf), equation.rule
        if leaf in taught:
            tree, when = taught[leaf]
            taken = bends.get(kink_of(rule) or "")
            unequal = _differing(equation, leaf) if when == "cross" else None
            yield Link(family.name, leaf, bent(tree, taken), rule, shares, when, equation, freed, unequal)
        elif family.kind == "loss" and family.is_unknown:
            yield Link(family.name, leaf, None, rule, shares, equation=equation, freed=freed)
        else:
            found = differentiate(body, leaf, bends)
            result = gathered(_by_value(found.result, family, equation)) if family.equations else found.result
            yield Link(family.name, leaf, result, found.rule, shares, equation=equation, freed=freed)


def _by_value(slope: Formula, family: Family, equation: Equation) -> Formula:
    """A slope in terms of the member's own value where the function stands in it as a whole: of h = σ(Wx + b), h(1 − h) x."""
    own, whole = Indexed(family.name, equation.places), equation.formula
    if not isinstance(whole, Call):
        return slope
    return transform(slope, lambda part: own if part == whole else None)


def with_sum(link: Link, many: Sequence[Link]) -> Link | None:
    """Of a coupled family's two links, the one in hand such that the other one's sum may run over all members, the member itself too: of a
    softmax ∂L/∂a_s a_s − Σ_i ∂L/∂a_i a_i a_s. None where the two are no such pair."""
    pair = {each.when: each for each in many if each.child == link.child and each.equation == link.equation}
    own, cross = pair.get("own"), pair.get("cross")
    if own is None or cross is None or cross.factor is None or cross.unequal is None or link not in (own, cross):
        return None
    here, other = cross.unequal
    alone = renamed(cross.factor, {other: here})
    match own.factor, alone:
        case Product((value, Sum((one, Negative(less))))), Negative(Product((left, right))):
            if one == ONE and value == less == left == right:
                return replace(own, factor=value) if link == own else cross
    return None


def _freed(body: Formula, leaf: Indexed) -> tuple[Range, ...]:
    """The ranges of the sums and extremes around the leaf whose letters stand in it; one that it stands in twice over, as in
    Σ_k w_k² + Σ_k |w_k|, once."""
    found: dict[Range, None] = {}
    for part in walk(body):
        match part:
            case BigSum(inner, Quantity(letter), low, high) if leaf in walk(inner):
                found[Range(letter, affine_in(low), affine_in(high))] = None
            case Extreme(inner, ranges, _) if leaf in walk(inner):
                found |= dict.fromkeys(ranges)
    return tuple(each for each in found if each.letter in leaf.letters)


def _differing(equation: Equation, leaf: Indexed) -> tuple[str, str] | None:
    """The letters by which a leaf differs from the one that the own form is taken by."""
    own = next(each.letters for each, _, when in equation.slopes if when == "own")
    return next((pair for pair in zip(own, leaf.letters, strict=True) if pair[0] != pair[1]), None)


def role_of(child: Family, parent: Family) -> Role:
    """What a local derivative is to a student."""
    if child.kind == "loss":
        return "loss slope"
    if child.kind != "pre-activation":
        return "gate" if is_gate(child.rule) else "slope"
    roles: dict[str, Role] = {"weight": "input", "bias": "bias", "threshold": "bias"}
    return roles.get(parent.kind, "weight")
