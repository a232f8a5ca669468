"""Marks: what each answer weighs and what the whole is to give go in; marks in halves that add up come out."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

HALF = Fraction(1, 2)
SIGNS = {Fraction(0): "", Fraction(1, 4): "¼", HALF: "½", Fraction(3, 4): "¾", Fraction(1, 3): "⅓", Fraction(2, 3): "⅔"}
"""Fractions that have a sign of their own."""


def shared(total: Fraction, weights: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """The total in proportion to the weights, in whole halves as far as the total is one; what is left over goes to the largest remainders
    (Hare's method)."""
    whole = sum(weights, Fraction(0))
    wanted = [total * weight / whole / HALF for weight in weights]
    found = [Fraction(each.numerator // each.denominator) for each in wanted]
    left = total / HALF - sum(found)
    places = sorted(range(len(wanted)), key=lambda place: (found[place] - wanted[place], place))
    for place in places:
        step = min(left, Fraction(1))
        found[place] += step
        left -= step
    return tuple(each * HALF for each in found)


def method_marks(marks: Fraction) -> Fraction:
    """Of the marks of a number, those for the way there; the rest, at most one, is for the number itself."""
    return max(marks - 1, marks / 2)


def in_words(marks: Fraction, point: str = ".") -> str:
    """Marks as they are printed: 3, 2½, ¾; tenths and hundredths as 3.2, other fractions as 2 1/7."""
    whole, rest = divmod(marks, 1)
    sign = SIGNS.get(rest)
    if sign is None and 100 % marks.denominator == 0:
        return f"{float(marks):g}".replace(".", point)
    if sign is None:
        sign = f" {rest}" if whole else f"{rest}"
    return f"{whole if whole or not rest else ''}{sign}"
