"""A side of a line goes in; whether it holds more than numbers comes out, and of one of numbers the same with a place for each of these,
and the numbers as typed."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property

from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.tree import (
    Array,
    Bracket,
    Call,
    Formula,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Quantity,
    Ratio,
    Value,
    kinds,
    transform,
    walk,
)
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.shown import Shown, shown
from derivegen.records import dataclass, replace


@dataclass(frozen=True)
class Side:
    """A side with its numbers taken out: the formula with a place for each, and the numbers as typed."""

    formula: Formula
    numbers: tuple[Shown, ...]
    texts: tuple[Formula, ...]

    def comes_to(self, look_up: Callable[[str], float]) -> float | None:
        """What the side comes to with these numbers in its places; None where that is nothing."""
        try:
            found = float(value(self.formula, look_up, FLOAT))
        except (*NO_NUMBER, AttributeError, TypeError):
            return None
        return found if math.isfinite(found) else None

    @cached_property
    def came(self) -> float | None:
        """What a side of numbers alone comes to as it is typed."""
        return self.comes_to(lambda name: self.numbers[int(name)].value)


def taken_out(tree: Formula) -> Side:
    """The side with a place for each of its numbers; constant exponents are no numbers of it."""
    numbers, texts = list[Shown](), list[Formula]()

    def change(part: Formula) -> Formula | None:
        apart = _apart(part)
        if apart is not None:
            return transform(apart, change)
        if isinstance(part, Power) and shown(part) is None:
            return Power(transform(part.base, change), part.exponent)
        number = None if isinstance(part, Negative | Bracket) else shown(part)
        if number is None:
            return None
        numbers.append(number)
        texts.append(part)
        return Value(str(len(numbers) - 1))

    return Side(transform(tree, change), tuple(numbers), tuple(texts))


def _apart(part: Formula) -> Formula | None:
    """A product over a whole number, 1/2·1/3, whose last factor is a whole number too: that factor and what it is divided by are one. And
    the sign of a fraction stands before it."""
    if isinstance(part, Ratio) and isinstance(part.top, Negative) and shown(part) is not None:
        return Negative(Ratio(part.top.body, part.bottom))
    if not isinstance(part, Ratio) or not isinstance(part.top, Product) or not isinstance(part.top.factors[-1], Number):
        return None
    *rest, last = part.top.factors
    fraction = Ratio(last, part.bottom)
    return replace(part.top, factors=(*rest, fraction)) if shown(fraction) is not None else None


def is_symbolic(tree: Formula) -> bool:
    """Whether a side holds more than numbers."""
    held = kinds(tree)
    if not held.isdisjoint((Quantity, Array, Partial)):
        return True
    return Call in held and any(map(_unknown, walk(tree)))


def _unknown(part: Formula) -> bool:
    return isinstance(part, Call) and (part.primes > 0 or part.function not in FLOAT.functions)
