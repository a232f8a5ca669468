"""How much work an answer is by hand: what is asked and the digits of the numbers go in, one number for every candidate comes out.

It adds up, over every quantity on the way: for a product or a quotient as many points as there are products of single digits in it (three
digits times four: twelve), for a sum the digits of the longer number, for the use of a function `LOOK_UP`, for a comparison one, and for
every negative number one, the sign to keep in mind. Factors 0, 1 and −1 are free. Numbers that are given have the digits they are typed
with, all others those that are printed. Between variants of one network only the numbers differ: the one with more points is more work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, NamedTuple

from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.formula.arithmetic.value import constant
from derivegen.formula.tree import (
    Call,
    Cases,
    Formula,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Sum,
    children,
)
from derivegen.on_use import numpy

LOOK_UP = 20


class Work(NamedTuple):
    """Points so far, the digits of the result, and 1 where it is negative; each one number or one for every candidate."""

    points: Any
    digits: Any
    minus: Any


def difficulty(formulas: Iterable[Formula], numbers: Numbers, given: Mapping[str, Any], digits: int) -> Any:
    """The points of these formulas together. `given` are the digits of the numbers the network states."""

    def leaf(name: str) -> Work:
        return Work(0, given.get(name, digits), numpy.less(numbers[name], 0))

    return sum(_work(formula, leaf, digits).points for formula in formulas)


def digits_of(number: Fraction) -> int:
    """How many digits are multiplied where this number is a factor: of 0.25 two, of 300 one, of 0, 1 and −1 none."""
    if abs(number) <= 1 and number.denominator == 1:
        return 0
    return len(f"{abs(number.numerator) * _to_tens(number.denominator)}".strip("0"))


def _to_tens(denominator: int) -> int:
    """What makes the denominator a power of ten; 1 where nothing does."""
    tens = next((10**n for n in range(20) if 10**n % denominator == 0), denominator)
    return tens // denominator


def _work(tree: Formula, leaf: Callable[[str], Work], digits: int) -> Work:
    inside = [_work(part, leaf, digits) for part in children(tree)] if not isinstance(tree, Cases) else []
    match tree:
        case Quantity(name):
            return leaf(name)
        case Number(text):
            return Work(0, digits_of(Fraction(text)), text.startswith("-"))
        case Negative():
            return Work(inside[0].points, inside[0].digits, numpy.logical_not(inside[0].minus))
        case Product() | Ratio():
            return reduce(_times, inside)
        case Sum():
            return reduce(_plus, inside)
        case Power(_, exponent):
            times = max(1, int(abs(constant(exponent))))
            return reduce(_times, [inside[0]] * times)
        case Call():
            return Work(sum(part.points for part in inside) + LOOK_UP, digits, 0)
        case Cases():
            return Work(1, digits, 0)
    return inside[0] if len(inside) == 1 else Work(0, digits, 0)


def _times(one: Work, other: Work) -> Work:
    points = one.points + other.points + one.digits * other.digits + one.minus + other.minus
    free = numpy.multiply(one.digits, other.digits) == 0
    digits = numpy.where(free, numpy.maximum(one.digits, other.digits), numpy.add(one.digits, other.digits))
    return Work(points, digits, numpy.logical_xor(one.minus, other.minus))


def _plus(one: Work, other: Work) -> Work:
    points = one.points + other.points + numpy.maximum(one.digits, other.digits) + one.minus + other.minus
    return Work(points, numpy.maximum(one.digits, other.digits), 0)
