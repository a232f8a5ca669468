"""A formula over named numbers goes in, a function of their list comes out: the same formulas are worked out for every page again."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import prod

from derivegen.formula.arithmetic.value import FLOAT, Irrational, called, constant, value
from derivegen.formula.tree import Bracket, Call, Formula, Negative, Number, Power, Product, Quantity, Ratio, Sum
from derivegen.marking.judge.no_number import NO_NUMBER

Compiled = Callable[[Sequence[float]], float]
NO_VALUE = (ArithmeticError, ValueError, KeyError, RecursionError, TypeError)
"""What a formula without a number raises."""


def compiled(tree: Formula, index: Mapping[str, int]) -> Compiled:
    """The function; names that are not listed raise KeyError, now or when it is called."""
    make = partial(compiled, index=index)
    match tree:
        case Quantity(name):
            at = index[name]
            return lambda numbers: numbers[at]
        case Number(text):
            number = float(text)
            return lambda _: number
        case Bracket(body):
            return make(body)
        case Negative(body):
            inner = make(body)
            return lambda numbers: -inner(numbers)
        case Sum(parts):
            terms = tuple(map(make, parts))
            return lambda numbers: sum(term(numbers) for term in terms)
        case Product(parts):
            factors = tuple(map(make, parts))
            return lambda numbers: prod(factor(numbers) for factor in factors)
        case Ratio(top, bottom):
            above, below = make(top), make(bottom)
            return lambda numbers: above(numbers) / below(numbers)
        case Power(base, exponent) if _whole(exponent) is not None:
            inner, n = make(base), _whole(exponent) or 0
            return lambda numbers: inner(numbers) ** n
        case Call(_, (argument,)) if called(tree) in FLOAT.functions:
            function, inner = FLOAT.functions[called(tree)], make(argument)
            return lambda numbers: float(function(inner(numbers)))
    return lambda numbers: float(value(tree, lambda name: numbers[index[name]], FLOAT))


def if_compiled(tree: Formula, index: Mapping[str, int]) -> Compiled | None:
    """The function; None where a name is not listed, or a formula has no number whatever they are."""
    try:
        return compiled(tree, index)
    except (*NO_NUMBER, LookupError):
        return None


def _whole(exponent: Formula) -> int | None:
    try:
        found = constant(exponent)
    except (Irrational, ValueError, ArithmeticError):
        return None
    return int(found) if found.denominator == 1 else None


def number(function: Compiled, numbers: Sequence[float]) -> float:
    """What the function comes to; not a number where it has none."""
    try:
        found = function(numbers)
    except NO_VALUE:
        return math.nan
    return found if isinstance(found, float) and math.isfinite(found) else math.nan
