"""Sums, products, negatives and fractions put together as a teacher writes them: formulas in, one without zeros and ones out."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from derivegen.formula.tree import (
    ONE,
    ZERO,
    Formula,
    Indexed,
    Negative,
    Number,
    Product,
    Ratio,
    Sum,
    product,
    transform,
    walk,
)
from derivegen.network.tables.activations import decimal


def plus(*terms: Formula) -> Formula:
    """The sum without its zeros."""
    left = tuple(term for term in terms if term != ZERO)
    return left[0] if len(left) == 1 else Sum(left) if left else ZERO


def minus(term: Formula) -> Formula:
    """−term, without a double minus; of a number, the negative number."""
    if isinstance(term, Negative):
        return term.body
    if isinstance(term, Number):
        return decimal(-Fraction(term.text))
    return Negative(term)


def times(*factors: Formula, dotted: bool = True) -> Formula:
    """The product without its ones, a minus pulled to the front; 0 if a factor is."""
    flat: list[Formula] = []
    negative = False
    for factor in factors:
        if isinstance(factor, Negative):
            negative, factor = not negative, factor.body
        flat.extend(factor.factors if isinstance(factor, Product) else (factor,))
    if ZERO in flat:
        return ZERO
    if Number("-1") in flat:
        negative ^= flat.count(Number("-1")) % 2 == 1
    left = tuple(factor for factor in flat if factor not in (ONE, Number("-1")))
    body = (left[0] if len(left) == 1 else Product(left, dotted)) if left else ONE
    return minus(body) if negative else body


def gathered(tree: Formula) -> Formula:
    """The constants of each product as one in front of it: ½ · 2c is c, ⅓ · 2c is ⅔ c."""

    def change(part: Formula) -> Formula | None:
        if not isinstance(part, Product):
            return None
        share, others = Fraction(1), list[Formula]()
        for factor in (gathered(each) for each in part.factors):
            number = _number(factor)
            share *= 1 if number is None else number
            others += [factor] if number is None else []
        front = [] if share == 1 and others else [_written(abs(share))] if abs(share) != 1 or not others else []
        body = product(*front, *others, dotted=part.dotted)
        return minus(body) if share < 0 else body

    return transform(tree, change)


def _number(tree: Formula) -> Fraction | None:
    """The fraction that a factor is, if it is a number or a fraction of two."""
    match tree:
        case Number(text):
            return Fraction(text)
        case Ratio(Number(top), Number(bottom)) if Fraction(bottom):
            return Fraction(top) / Fraction(bottom)
    return None


def _written(share: Fraction) -> Formula:
    """A constant as a decimal if it is a short one, else as a fraction."""
    if share.denominator == 1:
        return Number(str(share))
    short = decimal(share) if 10**4 % share.denominator == 0 and share.denominator > 12 else None
    return short or Ratio(Number(str(share.numerator)), Number(str(share.denominator)))


def over(top: Formula, bottom: Formula) -> Formula:
    """top/bottom; of 0, 0; a minus in front of the top goes before the bar, and whole numbers in front are cancelled: 4 u³/4 is u³."""
    if top == ZERO:
        return ZERO
    if isinstance(top, Negative):
        return minus(over(top.body, bottom))
    front = top.factors[0] if isinstance(top, Product) else top
    if isinstance(front, Number) and isinstance(bottom, Number):
        above, below = Fraction(front.text), Fraction(bottom.text)
        if above.denominator == below.denominator == 1 and (common := gcd(int(above), int(below))) > 1:
            rest = top.factors[1:] if isinstance(top, Product) else ()
            left, under = times(decimal(above / common), *rest), decimal(below / common)
            return left if under == ONE else Ratio(left, under)
    return Ratio(top, bottom)


def shared_out(formula: Formula) -> tuple[tuple[Formula, ...], Formula]:
    """The constant shares (1/m, 1/n) in front of a loss, and the rest."""
    if isinstance(formula, Product) and isinstance(formula.factors[0], Ratio):
        shares = tuple(factor for factor in formula.factors if isinstance(factor, Ratio) and not _depends(factor))
        return shares, product(*(factor for factor in formula.factors if factor not in shares))
    return (), formula


def _depends(formula: Formula) -> bool:
    """Whether a member of a family stands in a formula."""
    return any(isinstance(part, Indexed) for part in walk(formula))
