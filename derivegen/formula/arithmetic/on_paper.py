"""What printed numbers come to: a formula of nothing but numbers goes in; what somebody with a calculator makes of it comes out.

Fractions do for all that anybody types. Of a number that no calculator holds, as 10^-160 000, a fraction would be a million digits long;
there the digits that are known are enough, since the result is only looked at as far as it is printed.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from derivegen.formula.arithmetic.value import (
    CALCULATOR,
    FARTHEST,
    Arithmetic,
    Irrational,
    known_digits,
    precise,
    value,
)
from derivegen.formula.tree import Formula, Number, Quantity, transform, walk

DIGITS = 100
"""With which far numbers are worked out; those of the result that are known are fewer."""


def comes_to(tree: Formula, arithmetic: Arithmetic) -> Fraction | Decimal | None:
    """The number of a formula of printed numbers: a fraction, or where far ones are among them a decimal; None where it has none in that
    arithmetic."""
    far = any(isinstance(part, Number) and is_far(part.text) for part in walk(tree))
    if far and arithmetic is not CALCULATOR:
        return None  # a fraction of them nobody writes down
    try:
        return known_digits(_from_afar(tree)) if far else Fraction(value(tree, _no_names, arithmetic))
    except (Irrational, ArithmeticError, ValueError):
        return None


def is_far(text: str) -> bool:
    """Whether a printed number is so large or so small that no calculator holds it."""
    _, e, power = text.partition("e")
    return bool(e) and abs(int(power)) > FARTHEST


def _from_afar(tree: Formula) -> Any:
    number = precise(DIGITS).number

    def look_up(text: str) -> Any:
        digits, e, power = text.partition("e")
        found = number(Fraction(digits))
        return found * number(Fraction(10)) ** int(power) if e else found

    named = transform(
        tree, lambda part: Quantity(part.text) if isinstance(part, Number) and is_far(part.text) else None
    )
    return value(named, look_up, precise(DIGITS))


def _no_names(name: str) -> Fraction:
    raise Irrational(name)
