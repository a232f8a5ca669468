"""Functions where they have a fraction for a value: a fraction goes in, a fraction comes out, or Irrational is raised."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction


class Irrational(ArithmeticError):
    """The value is not a fraction, so exact arithmetic has no number for it."""


def only_at(point: int, result: Fraction) -> Callable[[Fraction], Fraction]:
    """The function that is a fraction at one point alone."""

    def exact(z: Fraction) -> Fraction:
        if z != point:
            raise Irrational
        return result

    return exact


def nowhere(*_: Fraction) -> Fraction:
    """Of a function that is a fraction nowhere."""
    raise Irrational


def root(z: Fraction) -> Fraction:
    """√z of a square. Raises ValueError below 0, Irrational of what is no square."""
    if z < 0:
        raise ValueError("square root of a negative number")
    found = Fraction(math.isqrt(z.numerator), math.isqrt(z.denominator))
    if found * found != z:
        raise Irrational
    return found


def logarithm(z: Fraction) -> Fraction:
    """ln 1. Raises ValueError where there is no logarithm, Irrational elsewhere."""
    if z <= 0:
        raise ValueError("logarithm of a number that is not positive")
    return only_at(1, Fraction(0))(z)
