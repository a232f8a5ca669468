"""The number a formula has: tree, values of its names and an arithmetic in; a number of that arithmetic out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, NamedTuple

from derivegen.formula.arithmetic.exact import Irrational as Irrational
from derivegen.formula.functions import EXP, LN, SQRT, in_arithmetic
from derivegen.formula.tree import (
    BigSum,
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
    walk,
)
from derivegen.records import dataclass


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How numbers are made and which functions they know; + − × ÷ and whole powers are the numbers' own operators. Where a number stands
    for many at once, `choose` makes one of the (condition, value) pairs of a choice of cases; the condition None holds for the rest.
    `digits` is how many of them floating point carries, `off` how far off one operation may be, relative to its result; None of
    numbers that are exact, or are many."""

    number: Callable[[Fraction | float], Any]
    functions: Mapping[str, Callable[..., Any]]
    choose: Callable[[Sequence[tuple[Any, Any]]], Any] | None = None
    digits: int | None = None
    off: float | None = None


Worked = Callable[[Callable[[str], Any], Arithmetic], Any]
"""What answers the names of a formula, and an arithmetic → its number."""


class Prepared(NamedTuple):
    """A formula made ready to be evaluated: how, whether a sum of unknown length stands in it, the functions that do, the comparisons
    that decide between its cases, its names, and whether it asks for every one of them, whatever their numbers."""

    number: Worked
    has_sum: bool
    functions: frozenset[str]
    conditions: tuple[Compare, ...] = ()
    names: tuple[str, ...] = ()
    strict: bool = False


def value(tree: Formula, look_up: Callable[[str], Any], arithmetic: Arithmetic) -> Any:
    """The number of `tree`, its names answered by `look_up`.

    Raises ZeroDivisionError, ValueError (outside a function's domain), OverflowError, Irrational, and what `look_up` raises.
    """
    return program(tree).number(look_up, arithmetic)


def program(tree: Formula) -> Prepared:
    """The formula made ready, once: those of a network are worked out in many arithmetics, and after each update."""
    try:
        found: Prepared = tree._program
    except AttributeError:
        parts = list(walk(tree))
        functions = frozenset(called(part) for part in parts if isinstance(part, Call))
        cases = (when for part in parts if isinstance(part, Cases) for _, when in part.branches)
        conditions = tuple(dict.fromkeys(when for when in cases if isinstance(when, Compare)))
        names = tuple(dict.fromkeys(part.name for part in parts if isinstance(part, Quantity)))
        strict = not any(
            isinstance(part, Cases) or (isinstance(part, Ratio) and part.top == part.bottom) for part in parts
        )
        has_sum = any(isinstance(part, BigSum) for part in parts)
        found = Prepared(_worked_out(tree), has_sum, functions, conditions, names, strict)
        object.__setattr__(tree, "_program", found)
    return found


def _worked_out(tree: Formula) -> Worked:
    kind: Any = type(tree)  # a class is hashable, whatever mypy thinks of its instances
    make = _WORKED_OUT.get(kind)
    return _numberless(tree) if make is None else make(tree)


def _looked_up(leaf: Any) -> Worked:
    name = leaf.name
    return lambda look_up, arithmetic: look_up(name)


def _number(number: Any) -> Worked:
    text = number.text
    return lambda look_up, arithmetic: _constant(arithmetic.number, text)


@lru_cache(maxsize=4096)
def _constant(number: Callable[[Fraction | float], Any], text: str) -> Any:
    """A number that stands in a formula; the same few are met again and again."""
    return number(_fraction(text))


def _sum(tree: Any) -> Worked:
    first, *others = map(_worked_out, tree.terms)

    def added(look_up: Callable[[str], Any], arithmetic: Arithmetic) -> Any:
        found = first(look_up, arithmetic)
        for other in others:
            found = found + other(look_up, arithmetic)
        return found

    return added


def _product(tree: Any) -> Worked:
    if len(tree.factors) == 2 and all(type(factor) is Quantity for factor in tree.factors):  # by far the most frequent
        left, right = (factor.name for factor in tree.factors)
        return lambda look_up, arithmetic: look_up(left) * look_up(right)
    first, *others = map(_worked_out, tree.factors)

    def multiplied(look_up: Callable[[str], Any], arithmetic: Arithmetic) -> Any:
        found = first(look_up, arithmetic)
        for other in others:
            found = found * other(look_up, arithmetic)
        return found

    return multiplied


def _negative(tree: Any) -> Worked:
    body = _worked_out(tree.body)
    return lambda look_up, arithmetic: -body(look_up, arithmetic)


def _ratio(tree: Any) -> Worked:
    top, bottom = _worked_out(tree.top), _worked_out(tree.bottom)
    if tree.top == tree.bottom:
        return _by_itself(bottom)
    return lambda look_up, arithmetic: top(look_up, arithmetic) / bottom(look_up, arithmetic)


def _by_itself(part: Worked) -> Worked:
    """A part over itself: 1 where it is no fraction, since then it is not 0; a softmax over one member is that."""

    def found(look_up: Callable[[str], Any], arithmetic: Arithmetic) -> Any:
        try:
            number = part(look_up, arithmetic)
        except Irrational:
            return arithmetic.number(1)
        return number / number

    return found


def _power(tree: Any) -> Worked:
    base, exponent = _worked_out(tree.base), tree.exponent
    try:
        n = constant(exponent)
    except (ArithmeticError, ValueError):  # said where the power is worked out
        return lambda look_up, arithmetic: power(base(look_up, arithmetic), exponent, arithmetic)
    return lambda look_up, arithmetic: _raised(base(look_up, arithmetic), n, arithmetic)


def _call(tree: Any) -> Worked:
    name, arguments, numberless = called(tree), tuple(map(_worked_out, tree.arguments)), _numberless(tree)

    def of(look_up: Callable[[str], Any], arithmetic: Arithmetic) -> Any:
        function = arithmetic.functions.get(name)
        if function is None:
            return numberless(look_up, arithmetic)
        return function(*[argument(look_up, arithmetic) for argument in arguments])

    return of


def _body(tree: Any) -> Worked:
    return _worked_out(tree.body)


def _cases(tree: Any) -> Worked:
    branches = [(_worked_out(branch), None if when is None else _comparison(when)) for branch, when in tree.branches]

    def chosen(look_up: Callable[[str], Any], arithmetic: Arithmetic) -> Any:
        if arithmetic.choose is not None:
            return arithmetic.choose(
                [
                    (None if when is None else when(look_up, arithmetic), branch(look_up, arithmetic))
                    for branch, when in branches
                ]
            )
        for branch, when in branches:
            if when is None or bool(when(look_up, arithmetic)):
                return branch(look_up, arithmetic)
        raise ValueError("no case applies")

    return chosen


def _comparison(tree: Formula) -> Worked:
    assert isinstance(tree, Compare)
    relation, left, right = _RELATIONS[tree.relation], _worked_out(tree.left), _worked_out(tree.right)
    return lambda look_up, arithmetic: relation(left(look_up, arithmetic), right(look_up, arithmetic))


def _numberless(tree: Formula) -> Worked:
    kind = type(tree).__name__

    def refuse(look_up: Callable[[str], Any], arithmetic: Arithmetic) -> Any:
        raise Irrational(f"no number for {kind}")

    return refuse


_WORKED_OUT: Mapping[type[Formula], Callable[[Any], Worked]] = {
    Quantity: _looked_up,
    Value: _looked_up,
    Number: _number,
    Sum: _sum,
    Product: _product,
    Negative: _negative,
    Ratio: _ratio,
    Power: _power,
    Call: _call,
    Cases: _cases,
    Bracket: _body,
    Strike: _body,
    Under: _body,
    Colour: _body,
}

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
    return _raised(base, constant(exponent), arithmetic)


def _raised(base: Any, n: Fraction, arithmetic: Arithmetic) -> Any:
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


FLOAT = Arithmetic(float, in_arithmetic(lambda each: each.double), digits=15, off=2.0**-52)


MOST_BITS = 8192
"""Longer fractions count as having no short form: nobody writes them down, and squares of squares would fill the memory."""


def is_long(number: Fraction) -> bool:
    """Whether a fraction is longer than anybody writes down, as 10^-5000 is."""
    top, bottom = number.as_integer_ratio()
    return top.bit_length() + bottom.bit_length() > MOST_BITS


def _typed(number: Fraction | float) -> Fraction:
    if isinstance(number, float) or is_long(number):
        raise Irrational  # drawn or read from an array: its printed decimal is not the number
    return number


EXACT = Arithmetic(_typed, in_arithmetic(lambda each: each.exact))


TINIEST = 1e-300
"""However many digits there are, how far off they may be is a double."""


@lru_cache(maxsize=8)
def precise(digits: int = 50) -> Arithmetic:
    """Floating point with that many decimal digits (mpmath)."""
    import mpmath

    context = mpmath.MPContext()
    context.dps = digits

    def number(x: Fraction | float) -> Any:
        if not isinstance(x, Fraction):
            return context.mpf(x)
        twos = (
            x.denominator & -x.denominator
        ).bit_length() - 1  # which mpmath takes out eight at a time, of 10^50 000 for long
        return context.ldexp(context.mpf(x.numerator) / (x.denominator >> twos), -twos)

    off = max(10.0 ** (1 - digits), TINIEST)
    return Arithmetic(number, in_arithmetic(lambda each: each.precise(context)), digits=digits, off=off)


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
