"""Whether a formula rises: a formula and a letter go in; whether it only grows, only falls, or neither is known comes out."""

from __future__ import annotations

from derivegen.formula.arithmetic.value import Irrational, constant
from derivegen.formula.function import Choice
from derivegen.formula.functions import FUNCTIONS, kink
from derivegen.formula.tree import Bracket, Call, Formula, Negative, Power, Product, Ratio, Sum, walk


def rises(tree: Formula, by: Formula) -> int | None:
    """1 of a formula that never falls as `by` rises, −1 of one that never rises, 0 without it; None where that is not seen."""
    match tree:
        case _ if tree == by:
            return 1
        case _ if by not in walk(tree):
            return 0
        case Bracket(body):
            return rises(body, by)
        case Negative(body):
            inner = rises(body, by)
            return None if inner is None else -inner
        case Sum(terms):
            return _together([rises(term, by) for term in terms])
        case Call(_, sides) if isinstance(kink(tree), Choice):
            return _together([rises(side, by) for side in sides])
        case Call(function, (inside,)) if function in FUNCTIONS and FUNCTIONS[function].rising:
            return rises(inside, by)
        case Power(base, exponent) if (
            constant(exponent).denominator == 1 and constant(exponent) % 2 == 1 and constant(exponent) > 0
        ):
            return rises(base, by)
        case Product(factors):
            return _scaled(
                [factor for factor in factors if by in walk(factor)], [f for f in factors if by not in walk(f)], by
            )
        case Ratio(top, bottom) if by not in walk(bottom):
            return _scaled([top], [bottom], by)
    return None


def _scaled(moving: list[Formula], fixed: list[Formula], by: Formula) -> int | None:
    """Of what moves times what is fixed, where the sign of the latter is known."""
    inner = rises(moving[0], by) if len(moving) == 1 else None
    if inner is None:
        return None
    for factor in fixed:
        try:
            number = constant(factor)
        except Irrational:
            return None
        inner *= (number > 0) - (number < 0)
    return inner


def _together(signs: list[int | None]) -> int | None:
    own = set(signs) - {0}
    return None if None in own or len(own) > 1 else own.pop() if own else 0
