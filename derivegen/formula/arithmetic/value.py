"""The number a formula has: tree, values of its names and an arithmetic in; a number of that arithmetic out."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache, partial, reduce
from operator import mul
from typing import Any

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


class Irrational(ArithmeticError):
    """The value is not a fraction, so exact arithmetic has no number for it."""


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
        return arithmetic.functions["sqrt"](base)
    return arithmetic.functions["exp"](arithmetic.number(n) * arithmetic.functions["ln"](base))


def constant(tree: Formula) -> Fraction:
    """The fraction a formula without names stands for; raises Irrational where it has none."""

    def refuse(name: str) -> Any:
        raise Irrational(name)

    return Fraction(value(tree, refuse, EXACT))


# Where exp(-z) would overflow the two-branch form does not; both are the sigmoid.
def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _softplus(*many: float) -> float:
    """ln(1 + Σ e^z), of one as of several."""
    most = max(0.0, *many)
    if most == 0.0:
        return math.log1p(math.fsum(map(math.exp, many)))
    rest = list(many)
    rest.remove(most)
    return most + math.log1p(math.exp(-most) + math.fsum(math.exp(z - most) for z in rest))


FLOAT = Arithmetic(
    float,
    {
        "exp": math.exp,
        "ln": math.log,
        "sqrt": math.sqrt,
        "sin": math.sin,
        "cos": math.cos,
        "tanh": math.tanh,
        "sigmoid": _sigmoid,
        "relu": lambda z: max(z, 0.0),
        "softplus": _softplus,
        "Φ": lambda z: math.erfc(-z / math.sqrt(2)) / 2,
        "φ": lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
        "max": max,
        "min": min,
        "abs": abs,
    },
    digits=15,
)


def _only_at(point: int, result: Fraction) -> Callable[[Fraction], Fraction]:
    def exact(z: Fraction) -> Fraction:
        if z != point:
            raise Irrational
        return result

    return exact


def _root(z: Fraction) -> Fraction:
    if z < 0:
        raise ValueError("square root of a negative number")
    root = Fraction(math.isqrt(z.numerator), math.isqrt(z.denominator))
    if root * root != z:
        raise Irrational
    return root


def _exact_ln(z: Fraction) -> Fraction:
    if z <= 0:
        raise ValueError("logarithm of a number that is not positive")
    return _only_at(1, Fraction(0))(z)


def _no_fraction(*_: Fraction) -> Fraction:
    raise Irrational


def _typed(number: Fraction | float) -> Fraction:
    if isinstance(number, float):
        raise Irrational  # drawn or read from an array: its printed decimal is not the number
    return number


EXACT = Arithmetic(
    _typed,
    {
        "exp": _only_at(0, Fraction(1)),
        "ln": _exact_ln,
        "sqrt": _root,
        "sin": _only_at(0, Fraction(0)),
        "cos": _only_at(0, Fraction(1)),
        "tanh": _only_at(0, Fraction(0)),
        "sigmoid": _only_at(0, Fraction(1, 2)),
        "softplus": _no_fraction,
        "Φ": _only_at(0, Fraction(1, 2)),
        "φ": _no_fraction,
        "relu": lambda z: max(z, Fraction(0)),
        "max": max,
        "min": min,
        "abs": abs,
    },
)


MOST_EXPONENT = 10**7
"""Of e to the power of more, the exponent alone would fill the memory if it were an exponent in its turn."""


@lru_cache(maxsize=8)
def precise(digits: int = 50) -> Arithmetic:
    """Floating point with that many decimal digits (mpmath)."""
    import mpmath

    context = mpmath.MPContext()
    context.dps = digits

    def number(x: Fraction | float) -> Any:
        return context.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else context.mpf(x)

    def exp(z: Any) -> Any:
        if z > MOST_EXPONENT:
            raise OverflowError("too large to compute with")
        return context.exp(z) if z > -MOST_EXPONENT else context.mpf(0)

    def softplus(*many: Any) -> Any:
        most = max(context.mpf(0), *many)
        if most == 0:
            return context.log1p(sum(map(exp, many)))
        rest = list(many)
        rest.remove(most)
        return most + context.log1p(exp(-most) + sum(exp(z - most) for z in rest))

    return Arithmetic(
        number,
        {
            "exp": exp,
            "ln": _positive_only(context.ln),
            "sqrt": context.sqrt,
            "sin": context.sin,
            "cos": context.cos,
            "tanh": context.tanh,
            "sigmoid": lambda z: 1 / (1 + exp(-z)) if z > -MOST_EXPONENT else exp(z),
            "relu": lambda z: max(z, context.mpf(0)),
            "softplus": softplus,
            "Φ": context.ncdf,
            "φ": lambda z: exp(-z * z / 2) / context.sqrt(2 * context.pi),
            "max": max,
            "min": min,
            "abs": abs,
        },
        digits=digits,
    )


def _positive_only(ln: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def checked(z: Any) -> Any:
        if z <= 0:
            raise ValueError("logarithm of a number that is not positive")
        return ln(z)

    return checked


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
