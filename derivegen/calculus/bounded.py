"""Numbers with a bound on what rounding has done to them: an arithmetic goes in; the same one, each of whose numbers knows how far it
may be off, comes out (running error analysis, Wilkinson). The bound follows the calculation: where large numbers cancel it is wide.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derivegen.formula.arithmetic.value import FLOAT, Arithmetic, precise
from derivegen.formula.function import Choice
from derivegen.formula.functions import FUNCTIONS
from derivegen.records import dataclass

DOUBLE = 2.0**-52
"""How far off one operation with doubles may be, relative to its result."""
NORMAL, TINIEST = 2.0**-1022, 2.0**-1074
"""The smallest double that has all its digits, and the smallest of all."""
FIFTY = 1e-49
"""The same with fifty digits."""


@dataclass(slots=True, eq=False)
class Bounded:
    """A number, how far it may be off, and how far one operation may be. Nothing changes one; that it is not frozen makes it in a third of
    the time, and a run of training makes a million."""

    number: Any
    off: Any
    epsilon: float

    def _made(self, number: Any, off: Any) -> Bounded:
        return Bounded(number, off + self.epsilon * abs(number) + _underflow(number, self.epsilon), self.epsilon)

    def __add__(self, other: Bounded) -> Bounded:
        return self._made(self.number + other.number, self.off + other.off)

    def __sub__(self, other: Bounded) -> Bounded:
        return self._made(self.number - other.number, self.off + other.off)

    def __neg__(self) -> Bounded:
        return Bounded(-self.number, self.off, self.epsilon)

    def __abs__(self) -> Bounded:
        return Bounded(abs(self.number), self.off, self.epsilon)

    def __mul__(self, other: Bounded) -> Bounded:
        left, right = self.off, other.off
        off = _times(self.number, right) + _times(other.number, left) + _times(left, right) if left or right else 0.0
        return self._made(self.number * other.number, off)

    def __truediv__(self, other: Bounded) -> Bounded:
        found = self.number / other.number
        room = abs(other.number) - other.off
        return self._made(found, (self.off + _times(found, other.off)) / room if room > 0 else math.inf)

    def __pow__(self, n: int) -> Bounded:
        if n < 0:
            return Bounded(self.number / self.number, 0.0, self.epsilon) / self**-n
        steepest = n * (abs(self.number) + self.off) ** (n - 1) if n else 0.0
        return self._made(self.number**n, _times(steepest, self.off))

    def __lt__(self, other: Any) -> bool:
        return bool(self.number < plain(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.number > plain(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.number <= plain(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.number >= plain(other))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bounded) and bool(self.number == other.number)

    def __hash__(self) -> int:
        return hash(self.number)

    def __float__(self) -> float:
        return float(self.number)

    def agrees(self, other: Bounded) -> bool:
        """Whether the two may be one number."""
        return bool(abs(self.number - other.number) <= self.off + other.off)


def _underflow(number: Any, epsilon: float) -> float:
    """How far a result may be off beyond its own size: near the smallest double the digits run out."""
    return TINIEST if epsilon == DOUBLE and abs(number) < NORMAL else 0.0


def _times(number: Any, off: Any) -> Any:
    """What a factor makes of a bound: 0 of any bound if it is 0, even of one without end."""
    return abs(number) * off if number and off else 0.0


def plain(number: Any) -> Any:
    """The number without its bound."""
    return number.number if isinstance(number, Bounded) else number


def bounded(base: Arithmetic, epsilon: float) -> Arithmetic:
    """The arithmetic with its bounds; one operation of it is off by no more than `epsilon` of its result."""

    def number(given: Fraction | float) -> Bounded:
        made = base.number(given)
        return Bounded(made, epsilon * abs(made), epsilon)

    def wrapped(name: str, function: Callable[..., Any]) -> Callable[..., Bounded]:
        def of(*many: Bounded) -> Bounded:
            found = function(*(each.number for each in many))
            entry = FUNCTIONS[name]
            if isinstance(entry.kink, Choice):
                return Bounded(found, max(each.off for each in many), epsilon)
            if len(many) > 1:  # ln(1 + e^y + e^z), whose slopes add up to less than the steepest
                off = (entry.steepest or math.inf) * max(each.off for each in many)
                return Bounded(found, off + 4 * epsilon * abs(found), epsilon)
            (only,) = many
            spread = entry.rising or entry.steepest is None
            off = _spread(function, only, found) if spread else entry.steepest * only.off
            return Bounded(found, off + 4 * epsilon * abs(found) + _underflow(found, epsilon), epsilon)

        return of

    return Arithmetic(number, {name: wrapped(name, function) for name, function in base.functions.items()}, off=epsilon)


def _spread(function: Callable[[Any], Any], at: Bounded, found: Any) -> Any:
    """How far a rising function moves where its argument is off."""
    try:
        return max(abs(function(at.number + sign * at.off) - found) for sign in (-1, 1))
    except (ValueError, ZeroDivisionError, OverflowError):
        return math.inf


DOUBLES = bounded(FLOAT, DOUBLE)


def fifty_digits() -> Arithmetic:
    """Fifty digits with their bounds."""
    return bounded(precise(), FIFTY)
