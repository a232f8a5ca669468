"""What an answer reveals: the printed values accepted and those that mistakes lead to go in; out come each other printed value with the
mistakes behind it, and the ranges of numbers that print as one of the accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from derivegen.calculus.numbers.rounding import Rounding

MOST_ACCEPTED = 60
"""Printed values that are all accepted; where rounding can lead to more, it hides too much."""
LAST_DIGIT = "last-digit"
"""The mistake of whoever is one unit of the last digit beside what is accepted."""


class Revealed(NamedTuple):
    """A wrong printed value and the mistakes that lead to it."""

    text: str
    mistakes: tuple[str, ...]


class Range(NamedTuple):
    """The numbers within `tolerance` of `centre`."""

    centre: Decimal
    tolerance: Decimal

    @property
    def low(self) -> Decimal:
        """The least of them."""
        return self.centre - self.tolerance

    @property
    def high(self) -> Decimal:
        """The greatest of them."""
        return self.centre + self.tolerance

    def holds(self, number: Decimal) -> bool:
        """Whether a number is one of them."""
        return self.low <= number <= self.high


def revealed(accepted: Sequence[str], wrong: Iterable[tuple[str, str]], rounding: Rounding) -> tuple[Revealed, ...]:
    """The (mistake, printed value) pairs by value, without what is accepted; then the values one unit beside that."""
    found: dict[Decimal, tuple[str, list[str]]] = {}
    for mistake, text in [*wrong, *((LAST_DIGIT, text) for text in beside(accepted, rounding))]:
        found.setdefault(Decimal(text), (text, []))[1].append(mistake)
    right = set(map(Decimal, accepted))
    return tuple(Revealed(text, tuple(many)) for value, (text, many) in found.items() if value not in right)


def beside(accepted: Sequence[str], rounding: Rounding) -> tuple[str, ...]:
    """The printed values next to those that are accepted: the last digit is off by one."""
    values = sorted(map(Decimal, accepted))
    low, high = values[0], values[-1]
    return written(low - _unit(low, rounding, low < 0)), written(high + _unit(high, rounding, high >= 0))


def printed_as(text: str, rounding: Rounding) -> Range:
    """The numbers that print so: half-way to the printed value below and to that above."""
    here = Decimal(text)
    below, above = _unit(here, rounding, here < 0) / 2, _unit(here, rounding, here >= 0) / 2
    return _between(here - below, here + above)


def ranges(accepted: Sequence[str], rounding: Rounding) -> tuple[Range, ...]:
    """Ranges that hold what prints as one of the accepted texts and nothing else; the first is centred at the first text, the key."""
    key, runs = Decimal(accepted[0]), list[Range]()
    for one in sorted((printed_as(text, rounding) for text in accepted), key=lambda one: one.low):
        if runs and one.low <= runs[-1].high:
            runs[-1] = _between(runs[-1].low, max(one.high, runs[-1].high))
        else:
            runs.append(one)
    own = next(run for run in runs if run.low <= key <= run.high)
    first = Range(key, min(key - own.low, own.high - key))
    rest = [_between(own.low, first.low), _between(first.high, own.high), *(run for run in runs if run is not own)]
    return (first, *(part for part in rest if part.tolerance))


def written(number: Decimal) -> str:
    """A number in digits, without zeros at its end."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _unit(number: Decimal, rounding: Rounding, outwards: bool) -> Decimal:
    """To the next printed value away from 0, or towards it, where a shorter number may have a smaller unit."""
    size = float(number)
    return Decimal(f"{rounding.unit(size if outwards or not number else size * (1 - 1e-9)):.0e}")


def _between(low: Decimal, high: Decimal) -> Range:
    return Range((low + high) / 2, (high - low) / 2)
