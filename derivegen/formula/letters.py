"""Formulas under other index letters: a formula goes in with what stands for its letters; the formula with that put in, and sums over
letters, come out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from string import ascii_letters

from derivegen.formula.places import Affine, Range, affine, plain
from derivegen.formula.ranges import affine_in, formula_of
from derivegen.formula.tree import BigSum, Extreme, Formula, Indexed, Place, Quantity, Wins, transform, walk


def sum_over(each: Range, body: Formula) -> Formula:
    """The sum of `body` over a range; of a single value, the body at it."""
    if each.low == each.high and not each.low.terms:
        return renamed(body, {each.letter: each.low})
    return BigSum(body, Quantity(each.letter), formula_of(each.low), formula_of(each.high))


def chosen_over(tree: Extreme) -> Formula:
    """The greatest or least over ranges; over a single value there is nothing to choose from, so it is the body at it."""
    body, several = tree.body, list[Range]()
    for each in tree.ranges:
        if each.low == each.high and not each.low.terms:
            body = renamed(body, {each.letter: each.low})
        else:
            several.append(each)
    return Extreme(body, tuple(several), tree.function) if several else body


def renamed(tree: Formula, known: Mapping[str, str | Affine]) -> Formula:
    """The formula with letters replaced. A letter that a sum inside runs over is that sum's own: it stays, or gives way to another where
    what is put in has it too."""
    put = {letter: affine(by) for letter, by in known.items()}

    def change(part: Formula) -> Formula | None:
        match part:
            case Indexed(base, places):
                return Indexed(base, tuple(place_put(place, put) for place in places))
            case BigSum(body, Quantity(letter), low, high):
                own, (each,) = _own_letters(put, (Range(letter, affine_in(low), affine_in(high)),))
                return BigSum(renamed(body, own), Quantity(each.letter), formula_of(each.low), formula_of(each.high))
            case Extreme(body, ranges, function):
                own, ranges = _own_letters(put, ranges)
                return Extreme(renamed(body, own), ranges, function)
            case Wins(body, ranges, function):
                return Wins(renamed(body, known), tuple(each.put(put) for each in ranges), function)
        return None

    return transform(tree, change)


def _own_letters(put: Mapping[str, Affine], ranges: tuple[Range, ...]) -> tuple[dict[str, Affine], tuple[Range, ...]]:
    """What is put in inside a sum over these ranges, and the ranges there."""
    mine = {each.letter for each in ranges}
    inner = {letter: by for letter, by in put.items() if letter not in mine}
    taken = {name for by in inner.values() for name in by.letters}
    for name in mine & taken:
        fresh = next(each for each in OTHERS if each not in taken | mine)
        inner[name] = affine(fresh)
        taken.add(fresh)
    return inner, tuple(each.put(inner) for each in ranges)


OTHERS = "imnpqruvw" + ascii_letters
"""Letters for what a sum runs over where its own is taken."""


def told_apart(tree: Formula, taken: frozenset[str], avoid: Collection[str] = ()) -> Formula:
    """The formula with no sum over a letter that is taken outside of it, or that one around it runs over: Σ_m v_m h_m for Σ_p v_p h_p
    beside v_p. The new letters are none of those to `avoid`."""

    def change(part: Formula) -> Formula | None:
        if not isinstance(part, BigSum) or not isinstance(part.index, Quantity):
            return None
        letter = part.index.name
        if letter not in taken:
            inner = told_apart(part.body, taken | {letter}, avoid)
            return BigSum(inner, part.index, part.low, part.high)
        used = {name for leaf in walk(part.body) if isinstance(leaf, Indexed) for name in leaf.letters}
        fresh = next(each for each in OTHERS if each not in {*taken, *avoid, *used})
        inner = told_apart(renamed(part.body, {letter: fresh}), taken | {fresh}, avoid)
        return BigSum(inner, Quantity(fresh), part.low, part.high)

    return transform(tree, change)


def place_put(place: Place, known: Mapping[str, Affine]) -> Place:
    """A place with letters replaced."""
    if isinstance(place, Indexed):
        return Indexed(place.base, tuple(place_put(each, known) for each in place.places))
    return plain(affine(place).put(known))
