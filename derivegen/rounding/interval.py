"""Intervals: the numbers that printed digits may stand for; compared with a little slack, so that nothing true is lost."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derivegen.formula.arithmetic.value import FLOAT, Arithmetic, precise
from derivegen.formula.function import Choice, Function, Switch
from derivegen.formula.functions import FUNCTIONS, in_arithmetic
from derivegen.records import dataclass
from derivegen.rounding.ends import ANYTHING, Ends

SLACK = 1e-12


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from `low` to `high`."""

    low: Any
    high: Any

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __mul__(self, other: Interval) -> Interval:
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0 <= other.high:
            if other.low == other.high:
                raise ZeroDivisionError
            return Interval(-math.inf, math.inf)
        return self * Interval(1 / other.high, 1 / other.low)

    def __pow__(self, n: int) -> Interval:
        if n < 0:
            return Interval(1.0, 1.0) / self ** (-n)
        ends = [self.low**n, self.high**n]
        low = 0.0 if n % 2 == 0 and self.low <= 0 <= self.high else min(ends)
        return Interval(low, max(ends))

    def __lt__(self, other: Interval) -> bool:
        return bool(self.middle < other.middle)

    def __gt__(self, other: Interval) -> bool:
        return bool(self.middle > other.middle)

    def __le__(self, other: Interval) -> bool:
        return bool(self.middle <= other.middle)

    def __ge__(self, other: Interval) -> bool:
        return bool(self.middle >= other.middle)

    @property
    def middle(self) -> Any:
        """The number half way."""
        return (self.low + self.high) / 2

    def meets(self, other: Interval, slack: float = SLACK) -> bool:
        """Whether the two have a number in common, up to what the arithmetic of their ends has lost."""
        room = slack * (1 + max(abs(self.low), abs(self.high), abs(other.low), abs(other.high)))
        return bool(self.low <= other.high + room and other.low <= self.high + room)


def exactly(number: Any, arithmetic: Arithmetic = FLOAT) -> Interval:
    """The interval of one number."""
    own = arithmetic.number(number) if isinstance(number, Fraction | float | int) else number
    return Interval(own, own)


def printed(text: str, arithmetic: Arithmetic = FLOAT) -> Interval:
    """What a rounded number may stand for: half a unit of its last digit to either side."""
    low, high = _cell(text)
    return Interval(arithmetic.number(low), arithmetic.number(high))


@lru_cache(maxsize=1024)
def _cell(text: str) -> tuple[Fraction, Fraction]:
    """The ends of what a rounded number may stand for; without a difference of fractions, which is slow near 10^-50 000."""
    mantissa, _, exponent = text.partition("e")
    digits = int(mantissa.replace(".", ""))
    last = int(exponent or 0) - len(mantissa.partition(".")[2])
    if last >= 0:
        low, high = (Fraction((2 * digits + side) * 10**last, 2) for side in (-1, 1))
    else:
        low, high = (Fraction(2 * digits + side, 2 * _power_of_ten(-last)) for side in (-1, 1))
    return low, high


@lru_cache(maxsize=64)
def _power_of_ten(n: int) -> int:
    return int(10**n)


def _rising(function: Callable[[Any], Any]) -> Callable[[Interval], Interval]:
    def of(x: Interval) -> Interval:
        return Interval(function(x.low), function(x.high))

    return of


def _from_0_on(begins: float, function: Callable[[Any], Any]) -> Callable[[Interval], Interval]:
    """For functions that have no values below 0, of which a printed 0 may stand for some: there they are at their limit."""

    def of(x: Interval) -> Interval:
        return Interval(begins if x.low <= 0 <= x.high else function(x.low), function(x.high))

    return of


def _bounded(function: Callable[[Any], Any], steepest: float) -> Callable[[Interval], Interval]:
    """For functions that are not monotone: the value in the middle, give or take the steepest slope over half the width."""

    def of(x: Interval) -> Interval:
        reach = steepest * (x.high - x.low) / 2
        return Interval(function(x.middle) - reach, function(x.middle) + reach)

    return of


def _switched(function: Callable[[Any], Any]) -> Callable[[Interval], Interval]:
    """For functions that turn at 0 alone."""

    def of(x: Interval) -> Interval:
        ends = [function(x.low), function(x.high)]
        return Interval(0.0 if x.low <= 0 <= x.high else min(ends), max(ends))

    return of


def _ends(choose: Callable[..., Any]) -> Callable[..., Interval]:
    return lambda *many: Interval(choose(x.low for x in many), choose(x.high for x in many))


def intervals(base: Arithmetic) -> Arithmetic:
    """Intervals whose ends are numbers of an arithmetic."""
    return Arithmetic(
        lambda number: exactly(number, base), in_arithmetic(lambda each: _of_ends(each, base.functions[each.name]))
    )


def _of_ends(known: Function, function: Callable[..., Any]) -> Callable[..., Interval]:
    """A function of numbers as one of intervals."""
    if known.rising:
        return _rising(function) if known.begins is None else _from_0_on(known.begins, function)
    if isinstance(known.kink, Choice):
        return _ends(known.kink.chosen)
    if isinstance(known.kink, Switch):
        return _switched(function)
    assert known.steepest is not None, f"nothing bounds the intervals of {known.name}"
    return _bounded(function, known.steepest)


INTERVALS = intervals(FLOAT)
CLOSELY = 1e-40
"""What is lost of the ends of intervals with a hundred digits, where numbers of sixty digits may have cancelled."""


@lru_cache(maxsize=1)
def close_intervals() -> Arithmetic:
    """Intervals whose ends have a hundred digits."""
    return intervals(precise(100))


def rounded_each(unit: Callable[[float], float]) -> Arithmetic:
    """Intervals of a calculation in which each result may have been rounded before it was used: after every operation half a unit
    is added to either side. `unit` says what a unit of the last digit is for a number of that size."""

    class Rounded(Interval):
        """An interval that widens with each operation."""

        __slots__ = ()

    def widened(x: Interval) -> Rounded:
        half = unit(x.middle if math.isfinite(x.middle) else 0.0) / 2
        return Rounded(x.low - half, x.high + half)

    def operation(name: str) -> Callable[..., Rounded]:
        plain = getattr(Interval, name)
        return lambda *operands: widened(plain(*operands))

    for name in ("__add__", "__mul__", "__truediv__", "__pow__"):
        setattr(Rounded, name, operation(name))
    setattr(Rounded, "__neg__", lambda x: Rounded(-x.high, -x.low))  # noqa: B010 - a change of sign rounds nothing

    def wrapped(function: Callable[..., Interval]) -> Callable[..., Rounded]:
        return lambda *operands: widened(function(*operands))

    functions = {name: wrapped(function) for name, function in INTERVALS.functions.items()}
    return Arithmetic(lambda number: Rounded(float(number), float(number)), functions)


def _at_end(known: Function, x: float) -> float:
    """A rising function at an end of an interval: its limit where it has no value."""
    if known.begins is not None and x <= 0:
        return known.begins
    try:
        return float(known.double(x))
    except OverflowError:
        return math.inf


def applied(name: str, arguments: list[Ends]) -> Ends:
    """A function of intervals: a logarithm of what may have been rounded to 0 tells nothing, one of what cannot be positive is none."""
    known = FUNCTIONS[name]
    if known.begins is not None and (arguments[0][1] < 0 or (math.isinf(known.begins) and arguments[0][1] == 0)):
        raise ValueError(f"{name} of a number that has none")
    if known.rising:
        low, high = (_at_end(known, x) for x in arguments[0])
    else:
        found = INTERVALS.functions[name](*(Interval(*ends) for ends in arguments))
        low, high = found.low, found.high
    return ANYTHING if math.isnan(low) or math.isnan(high) else (low, high)
