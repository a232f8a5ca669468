"""The number a formula has: tree, values of its names and an arithmetic in; a number of that arithmetic out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache, partial, reduce
from operator import mul
from typing import Any

from derivegen.formula.arithmetic.exact import Irrational as Irrational
from derivegen.formula.functions import EXP, LN, SQRT, in_arithmetic
from derivegen.formula.tree import (
    Bracket,
    Call,
    Cases,
    Colour,
    Compare,
    Formula,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Strike,
    Sum,
    Under,
    Value,
)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How numbers are made and which functions they know; + − × ÷ and whole powers are the numbers' own operators. Where a number stands
    for many at once, `choose` makes one of the (condition, value) pairs of a choice of cases; the condition None holds for the rest.
    `digits` is how many of them floating point carries."""

    number: Callable[[Fraction | float], Any]
    functions: Mapping[str, Callable[..., Any]]
    choose: Callable[[Sequence[tuple[Any, Any]]], Any] | None = None
    digits: int | None = None


def value(tree: Formula, look_up: Callable[[str], Any], arithmetic: Arithmetic) -> Any:
    """The number of `tree`, its names answered by `look_up`.

    Raises ZeroDivisionError, ValueError (outside a function's domain), OverflowError, Irrational, and what `look_up` raises.
    """

    def of(part: Formula) -> Any:
        match part:
            case Quantity(name) | Value(name):
                return look_up(name)
            case Number(text):
                return arithmetic.number(_fraction(text))
            case Sum(terms):
                return reduce(lambda left, right: left + right, map(of, terms))
            case Product(factors):
                return reduce(mul, map(of, factors))
            case Negative(body):
                return -of(body)
            case Ratio(top, bottom):
                return of(top) / of(bottom)
            case Power(base, exponent):
                return power(of(base), exponent, arithmetic)
            case Call(_, arguments) if called(part) in arithmetic.functions:
                return arithmetic.functions[called(part)](*map(of, arguments))
            case Bracket(body) | Strike(body) | Under(body, _) | Colour(body, _):
                return of(body)
            case Cases(branches) if arithmetic.choose is not None:
                return arithmetic.choose(
                    [(None if c is None else compared(c, of), of(branch)) for branch, c in branches]
                )
            case Cases(branches):
                for branch, condition in branches:
                    if condition is None or holds(condition, of):
                        return of(branch)
                raise ValueError("no case applies")
        raise Irrational(f"no number for {type(part).__name__}")

    return of(tree)


_fraction = lru_cache(maxsize=4096)(Fraction)  # the same few constants are read again and again


def called(call: Call) -> str:
    """The name a function is looked up by: f, or f′ for its derivative."""
    return call.function + "′" * call.primes


def holds(condition: Formula, of: Callable[[Formula], Any]) -> bool:
    """Whether a comparison between two numbers is true."""
    return bool(compared(condition, of))


_RELATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    ">": operator.gt,
    "≤": operator.le,
    "≥": operator.ge,
    "=": operator.eq,
    "≠": operator.ne,
}


def compared(condition: Formula, of: Callable[[Formula], Any]) -> Any:
    """What a comparison comes to: a truth value, or one for each of many numbers."""
    assert isinstance(condition, Compare)
    return _RELATIONS[condition.relation](of(condition.left), of(condition.right))


def power(base: Any, exponent: Formula, arithmetic: Arithmetic) -> Any:
    """base to a constant exponent; whole exponents stay exact, others go through exp and ln, so the base must be positive."""
    n = constant(exponent)
    if n.denominator == 1:
        return base ** int(n)
    if n == Fraction(1, 2):
        return arithmetic.functions[SQRT.name](base)
    return arithmetic.functions[EXP.name](arithmetic.number(n) * arithmetic.functions[LN.name](base))


def constant(tree: Formula) -> Fraction:
    """The fraction a formula without names stands for; raises Irrational where it has none."""

    def refuse(name: str) -> Any:
        raise Irrational(name)

    return Fraction(value(tree, refuse, EXACT))


FLOAT = Arithmetic(float, in_arithmetic(lambda each: each.double), digits=15)


def _typed(number: Fraction | float) -> Fraction:
    if isinstance(number, float):
        raise Irrational  # drawn or read from an array: its printed decimal is not the number
    return number


EXACT = Arithmetic(_typed, in_arithmetic(lambda each: each.exact))


@lru_cache(maxsize=8)
def precise(digits: int = 50) -> Arithmetic:
    """Floating point with that many decimal digits (mpmath)."""
    import mpmath

    context = mpmath.MPContext()
    context.dps = digits

    def number(x: Fraction | float) -> Any:
        return context.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else context.mpf(x)

    return Arithmetic(number, in_arithmetic(lambda each: each.precise(context)), digits=digits)


KNOWN = 45
"""Digits of a number computed with fifty that are taken as right."""
FARTHEST = 5000
"""Powers of ten beyond which a result is no fraction anybody writes down."""


def known_digits(number: Any) -> Decimal:
    """A number of `precise` as a decimal of the digits that are right."""
    return Context(prec=KNOWN).create_decimal(number.context.nstr(number, KNOWN + 3, strip_zeros=False))


def _worked(name: str, *arguments: Fraction) -> Fraction:
    """A function as a calculator works it out: exactly where that can be, else with all the digits it has."""
    try:
        return Fraction(EXACT.functions[name](*arguments))
    except Irrational:
        found = known_digits(precise().functions[name](*map(precise().number, arguments)))
    if found.adjusted() > FARTHEST:
        raise OverflowError(name)
    return Fraction(found) if found.adjusted() > -FARTHEST else Fraction(0)


CALCULATOR = Arithmetic(lambda number: Fraction(number), {name: partial(_worked, name) for name in EXACT.functions})
"""Fractions throughout, functions worked out to `KNOWN` digits: what a calculator makes of numbers that are typed into it."""
