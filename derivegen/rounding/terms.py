"""How a formula may be worked out: a sum or cases go in; its terms and what is common to them, or the branches
that hold, come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from derivegen.formula.tree import (
    Bracket,
    Cases,
    Colour,
    Formula,
    Negative,
    Product,
    Quantity,
    Strike,
    Sum,
    Under,
    Value,
    walk,
)
from derivegen.rounding.ends import Where, is_many, somewhere

Holds = Callable[[Formula], Where]
"""Whether a condition holds."""

Wrapper = Bracket | Strike | Under | Colour


def bare(tree: Formula) -> Formula:
    """Without brackets, braces, colours around it."""
    while isinstance(tree, Wrapper):
        tree = tree.body
    return tree


def terms_of(tree: Formula, sign: bool = False) -> Iterator[Formula]:
    """The terms of a sum, sums inside it opened."""
    match bare(tree):
        case Sum(parts):
            yield from chain.from_iterable(terms_of(part, sign) for part in parts)
        case Negative(body) if isinstance(bare(body), Sum):
            yield from terms_of(body, not sign)
        case _:
            yield Negative(tree) if sign else tree


def is_constant(tree: Formula) -> bool:
    return not any(isinstance(part, Quantity | Value) for part in walk(tree))


def common_factor(terms: Sequence[Formula]) -> tuple[Formula | None, list[Formula]]:
    """The constant every term begins with, and the terms without it; None where there is none."""
    products = [part for part in map(bare, terms) if isinstance(part, Product)]
    if len(products) < len(terms) or not is_constant(products[0].factors[0]):
        return None, []
    first = products[0].factors[0]
    if any(part.factors[0] != first for part in products):
        return None, []
    return first, [Product(part.factors[1:]) for part in products]


def branches(tree: Cases, holds: Holds) -> list[tuple[Formula, Where]]:
    """The branches that hold for anybody, and where."""
    found: list[tuple[Formula, Where]] = []
    left: Where = True
    for branch, when in tree.branches:
        here = left if when is None else left & holds(when)
        if somewhere(here):
            found.append((branch, here))
            left = left & ~here if is_many(here) else False
        if not somewhere(left):
            return found
    raise ValueError("cases of which none holds")
