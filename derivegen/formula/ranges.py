"""Bounds of a sum sign: sums of letters and whole numbers as formulas, and such formulas as sums."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.formula.places import Affine, Range, letter, whole
from derivegen.formula.tree import (
    BigSum,
    Compare,
    Extreme,
    Formula,
    Negative,
    Number,
    Product,
    Quantity,
    Sum,
    Wins,
    total,
)


def formula_of(bound: Affine) -> Formula:
    """t − 1, 2p + u − 2 as a formula; of a whole number, the number."""
    terms = [_term(name, by) for name, by in bound.terms]
    if bound.shift or not terms:
        number = Number(str(abs(bound.shift) if terms else bound.shift))
        terms.append(Negative(number) if terms and bound.shift < 0 else number)
    return total(*terms)


def _term(name: str, by: int) -> Formula:
    size = Quantity(name) if abs(by) == 1 else Product((Number(str(abs(by))), Quantity(name)), dotted=False)
    return Negative(size) if by < 0 else size


def not_negative(each: Affine) -> Compare:
    """each ≥ 0 without a minus: n + 1 ≥ 2p."""
    left = Affine(tuple(term for term in each.terms if term[1] > 0), max(each.shift, 0))
    right = Affine(tuple((name, -by) for name, by in each.terms if by < 0), max(-each.shift, 0))
    return Compare(formula_of(left), "≥", formula_of(right))


def affine_in(tree: Formula) -> Affine:
    """The sum that a bound is. Raises TypeError of another formula."""
    match tree:
        case Number(text):
            return whole(int(text))
        case Quantity(name):
            return letter(name)
        case Negative(body):
            return affine_in(body).times(-1)
        case Product((Number(text), body)):
            return affine_in(body).times(int(text))
        case Sum(terms):
            found = whole(0)
            for term in terms:
                found = found + affine_in(term)
            return found
    raise TypeError(f"{type(tree).__name__} is no bound of a sum")


def runs_over(tree: Formula) -> Iterator[Range]:
    """What a sum, a maximum runs over."""
    match tree:
        case BigSum(_, Quantity(letter), low, high):
            yield Range(letter, affine_in(low), affine_in(high))
        case Extreme(_, ranges) | Wins(_, ranges):
            yield from ranges
