"""Every partial derivative as a sympy expression, one step deep: a derivation goes in, (name, expression) comes out member by member.

Nearly all derivatives of a network of layers are products of two symbols, or sums of such products. These are put together in sympy's own
order without asking it to sort, combine or simplify, which would take ten times as long (`_from_args`; sympy is pinned below the next minor
version, and the tests hold each to what `*` and `+` give).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from sympy import Add, Expr, Mul, Symbol

from derivegen.calculus.chain import Derivation
from derivegen.calculus.links import Link
from derivegen.formula.symbolic import symbol
from derivegen.formula.tree import Indexed
from derivegen.network.family import Family, Index

Pair = tuple[str, str, Symbol, Symbol]
"""A product of two symbols: their names and themselves, in sympy's order, which is that of the names."""
Of = Callable[[tuple[Index, ...]], tuple[str, Symbol]]


def expressions(derivation: Derivation, *kinds: str) -> Iterator[tuple[str, Expr]]:
    """The expression of every partial derivative of the root, or of those by families of some kinds, from the root backwards."""
    for family in reversed(tuple(derivation.graph.families.values())):
        if (
            family.kind in ("loss", "target", "constant")
            or family is derivation.root_family
            or (kinds and family.kind not in kinds)
        ):
            continue
        plain = _plain(derivation, family)
        if plain is None:
            steps = (derivation.step(family, indices) for indices in family.members())
            yield from ((step.target, step.expr) for step in steps)
        else:
            yield from _together(derivation, family, plain)


def _plain(derivation: Derivation, family: Family) -> tuple[Link, Indexed] | None:
    """The one link of a family all of whose steps are products of two quantities, added up; None of any other."""
    links = derivation.links[family.name]
    if family.equations:
        return None
    if len(links) != 1 or family.mask is not None or derivation.row is not None:
        return None
    (link,) = links
    child = derivation.graph.families[link.child]
    known = all(isinstance(axis.size, int) for axis in child.axes)
    if not isinstance(link.factor, Indexed) or link.shares or link.when != "each" or not known:
        return None
    masked = derivation.graph.families[link.factor.base].mask is not None
    return (
        None if child is derivation.root_family or masked or link.factor.base == link.leaf.base else (link, link.factor)
    )


def _together(derivation: Derivation, family: Family, plain: tuple[Link, Indexed]) -> Iterator[tuple[str, Expr]]:
    """The expressions of a family."""
    link, factor = plain
    child = derivation.graph.families[link.child]
    inverse = derivation.inverse(link)
    free, freed = inverse.free, {each.letter for each in inverse.free}
    letters = [name for name, place in inverse.known.items() if str(place) in freed]
    places = {letter: place for place, letter in enumerate((*link.leaf.letters, *letters))}
    upstream = _named(lambda own: derivation.name_of(child.member(own)), [places[axis.letter] for axis in child.axes])
    local = _named(derivation.graph.families[factor.base].member, [places[letter] for letter in factor.letters])
    choices = list(product(*(each.values({}) for each in free)))
    for indices in family.members():
        pairs = [_pair(upstream((*indices, *more)), local((*indices, *more))) for more in choices]
        yield derivation.name_of(family.member(indices)), _sum(pairs)


def _named(name: Callable[[tuple[Index, ...]], str], places: Sequence[int]) -> Of:
    """The name and symbol of a member whose indices stand at these places; each is made once."""
    made: dict[tuple[Index, ...], tuple[str, Symbol]] = {}

    def of(indices: tuple[Index, ...]) -> tuple[str, Symbol]:
        own = tuple([indices[place] for place in places])
        found = made.get(own)
        if found is None:
            text = name(own)
            found = made[own] = (text, symbol(text))
        return found

    return of


def _pair(one: tuple[str, Symbol], other: tuple[str, Symbol]) -> Pair:
    if other[0] < one[0]:
        one, other = other, one
    return one[0], other[0], one[1], other[1]


def _sum(pairs: list[Pair]) -> Any:
    if len(pairs) == 1:
        return Mul._from_args(pairs[0][2:], is_commutative=True)
    pairs.sort(key=_names)
    return Add._from_args([Mul._from_args(pair[2:], is_commutative=True) for pair in pairs], is_commutative=True)


def _names(pair: Pair) -> tuple[str, str]:
    return pair[:2]
