"""Members of families: a formula under index letters and numbers for these go in; the formula with names of quantities comes out, its sums
written out."""

from __future__ import annotations

from collections.abc import Mapping

from derivegen.formula.places import Affine, Range, runs
from derivegen.formula.ranges import affine_in
from derivegen.formula.tree import (
    ONE,
    ZERO,
    BigSum,
    Call,
    Cases,
    Compare,
    Extreme,
    Formula,
    Indexed,
    Negative,
    Number,
    Place,
    Product,
    Quantity,
    Ratio,
    Relation,
    Sum,
    Wins,
    transform,
)
from derivegen.network.family import Families, Index


def index_at(place: Place, binding: Mapping[str, Index], families: Families) -> Index:
    """The index that a place comes to. Raises KeyError where a whole number is looked up that is not there."""
    if isinstance(place, str):
        return binding.get(place, place)
    if isinstance(place, Affine):
        numbers = {letter: binding[letter] for letter in place.letters}
        return place.at(numbers)  # type: ignore[arg-type]  # letters of sums are numbers: their ranges are
    held = families[place.base].looked_up
    assert held is not None
    return held[tuple(int(index_at(each, binding, families)) for each in place.places)]


def instance(tree: Formula, binding: Mapping[str, Index], families: Families) -> Formula | None:
    """The tree with index letters replaced by numbers and finite sums written out; None where nothing is left (masked weights)."""
    if type(tree) is Indexed:  # by far the most frequent; a match would try its patterns first
        family = families[tree.base]
        indices = tuple(
            [
                binding.get(place, place) if type(place) is str else index_at(place, binding, families)
                for place in tree.places
            ]
        )
        return Quantity(family.member(indices)) if family.exists(indices) else None
    match tree:
        case Number() | Quantity():
            return tree
        case BigSum() | Extreme():
            return _folded(tree, binding, families)
        case Wins():
            return _winning(tree, binding, families)
        case Cases() if _of_places(tree, binding, families):
            held = (body for body, when in tree.branches if when is None or decided(when, binding, families))
            body = next(held, ZERO)
            return None if body == ZERO else instance(body, binding, families)
        case Sum(terms):
            return summed(tuple(instance(term, binding, families) for term in terms))
        case Negative(body):
            inner = instance(body, binding, families)
            return None if inner is None else Negative(inner)
        case Product(factors, dotted):
            parts = [instance(factor, binding, families) for factor in factors]
            return None if None in parts else Product(tuple(p for p in parts if p is not None), dotted)
        case Ratio(top, bottom):
            upper, lower = instance(top, binding, families), instance(bottom, binding, families)
            return None if upper is None or lower is None else Ratio(upper, lower)

    def inside_it(part: Formula) -> Formula | None:
        has_rule = isinstance(part, _WITH_RULES) or (type(part) is Cases and _of_places(part, binding, families))
        return (instance(part, binding, families) or ZERO) if has_rule else None

    return transform(tree, inside_it)


_WITH_RULES = (Indexed, BigSum, Extreme, Wins, Sum, Product, Ratio, Negative)


def _folded(tree: BigSum | Extreme, binding: Mapping[str, Index], families: Families) -> Formula | None:
    """A sum or an extreme over letters written out."""
    if isinstance(tree, Extreme):
        every = (instance(tree.body, own, families) for own in runs(tree.ranges, binding))  # type: ignore[arg-type]
        there = tuple(each for each in every if each is not None)
        return there[0] if len(there) == 1 else Call(tree.function, there) if there else None
    assert isinstance(tree.index, Quantity)
    ends = affine_in(tree.low), affine_in(tree.high)
    if any(name not in binding for end in ends for name in end.letters):  # a symbolic range
        inner = instance(tree.body, binding, families)
        return None if inner is None else BigSum(inner, tree.index, tree.low, tree.high)
    letter = tree.index.name
    each = Range(letter, *ends).values(binding)  # type: ignore[arg-type]
    return summed(tuple(instance(tree.body, {**binding, letter: i}, families) for i in each))


def _of_places(tree: Cases, binding: Mapping[str, Index], families: Families) -> bool:
    """Whether every condition is about places, and their letters have numbers."""
    return all(when is None or decided(when, binding, families) is not None for _, when in tree.branches)


def decided(when: Formula, binding: Mapping[str, Index], families: Families) -> bool | None:
    """Whether a comparison of places holds; None of one of quantities."""
    if not isinstance(when, Compare) or when.relation not in ("=", "≥", "≤"):
        return None
    sides = [_place_of(side, binding, families) for side in (when.left, when.right)]
    if None in sides:
        return None
    left, right = (int(index_at(side, binding, families)) for side in sides if side is not None)
    return left == right if when.relation == "=" else left >= right if when.relation == "≥" else left <= right


def _place_of(side: Formula, binding: Mapping[str, Index], families: Families) -> Place | None:
    """A side of a comparison as a place, if its letters have numbers."""
    if isinstance(side, Indexed):
        return side if families[side.base].looked_up is not None else None
    try:
        found = affine_in(side)
    except (TypeError, ValueError):
        return None
    return found if all(isinstance(binding.get(name), int) for name in found.letters) else None


def _winning(tree: Wins, binding: Mapping[str, Index], families: Families) -> Formula:
    """0 where another of the window is greater, or as great and stands before; else 1."""
    own, letters = instance(tree.body, binding, families), [each.letter for each in tree.ranges]
    assert own is not None
    here = [binding[letter] for letter in letters]
    beats: dict[bool, tuple[Relation, Relation]] = {True: ("≥", ">"), False: ("≤", "<")}
    before, after = beats[tree.function == "max"]
    losing: list[tuple[Formula, Formula | None]] = []
    for bound in runs(tree.ranges, binding):  # type: ignore[arg-type]
        place, other = [bound[letter] for letter in letters], instance(tree.body, bound, families)
        if place != here and other is not None:
            losing.append((ZERO, Compare(other, before if place < here else after, own)))  # type: ignore[operator]
    return Cases((*losing, (ONE, None))) if losing else ONE


def summed(terms: tuple[Formula | None, ...]) -> Formula | None:
    """The sum of what is there, nested sums opened; None if nothing is."""
    flat: list[Formula] = []
    for term in terms:
        if isinstance(term, Sum):
            flat.extend(term.terms)
        elif term is not None:
            flat.append(term)
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else Sum(tuple(flat))
