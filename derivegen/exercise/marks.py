"""Marks: what each answer weighs and what the whole is to give go in; marks in halves that add up come out."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

HALF = Fraction(1, 2)


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


def in_words(marks: Fraction) -> str:
    """Marks as they are printed: 3, 2½, ½; other fractions as 1/3."""
    whole, rest = divmod(marks, 1)
    if rest in (0, HALF):
        return f"{whole if whole or not rest else ''}{'½' if rest else ''}"
    return str(marks)
