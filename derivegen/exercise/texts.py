"""The printed numbers of many students at once: a right derivation, many variants and a rounding go in; for each variant the text of any
number by name, and whether it is the number itself, come out, as the trace of that variant would say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isfinite
from typing import Any

import numpy

from derivegen.calculus.evaluate import NOISE, Symbolic
from derivegen.calculus.rounding import Rounding
from derivegen.errors import InputError
from derivegen.exercise.exercise import Variant
from derivegen.formula.arrays import ARRAYS
from derivegen.formula.value import EXACT, Arithmetic, Irrational, precise
from derivegen.mistakes.mistaken import AlsoMistaken, Right

MOST_DECIMALS = 20
NEAR = 1e-6
"""So near to a short decimal, or to half way between two, in units of the last digit, a double is not asked: the exact number is."""


TINY = 1e-9
"""Below, a double may be what is left of a zero."""
LARGE = 1e9
"""Beyond, doubles have too few digits behind the point."""
FEW = 6
"""A number with so many decimals, and not large, is known from its double."""
NOTHING = ("", False)
"""What is printed of a number that a variant does not have: somebody with a mistake may divide by zero."""


@dataclass(frozen=True, slots=True)
class Decimals:
    """How many decimals a number has at most; computed with like a number."""

    count: int

    def __add__(self, other: Decimals) -> Decimals:
        return Decimals(max(self.count, other.count))

    def __mul__(self, other: Decimals) -> Decimals:
        return Decimals(self.count + other.count)

    def __neg__(self) -> Decimals:
        return self

    def __pow__(self, n: int) -> Decimals:
        if n < 0:
            raise Irrational
        return Decimals(n * self.count)

    def __truediv__(self, other: Decimals) -> Decimals:
        raise Irrational

    def __lt__(self, other: Decimals) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__


def decimals_of(number: Fraction | float) -> int:
    """How many decimals a number has. Raises Irrational where they do not end."""
    exact = Fraction(number)
    for count in range(MOST_DECIMALS):
        if (exact * 10**count).denominator == 1:
            return count
    raise Irrational


def _most(*many: Decimals) -> Decimals:
    return Decimals(max(each.count for each in many))


COUNTED = Arithmetic(
    lambda number: Decimals(decimals_of(number)),
    {"relu": _most, "max": _most, "min": _most, "abs": _most},
    lambda branches: _most(*(each for _, each in branches)),
)


@dataclass(frozen=True)
class Many:
    """The numbers of many variants of one network, an entry for each. Numbers are carried exactly, and printed with decimals."""

    right: Right
    variants: Sequence[Variant]
    rounding: Rounding

    @cached_property
    def numbers(self) -> AlsoMistaken:
        """Every number by name, mistaken ones too, as an array over the variants."""
        first = self.variants[0].givens
        given = {name: numpy.array([float(each.givens[name]) for each in self.variants]) for name in first}
        return AlsoMistaken(self.right.derivation, ARRAYS, given, right=self.right)

    def array(self, name: str) -> Any:
        """One number of all variants."""
        return numpy.broadcast_to(numpy.asarray(self.numbers[name], dtype=float), len(self.variants))

    def texts(self, names: Iterable[str]) -> list[dict[str, tuple[str, bool]]]:
        """For each variant the text of each number and whether that is the number itself."""
        found: list[dict[str, tuple[str, bool]]] = [{} for _ in self.variants]
        with numpy.errstate(all="ignore"):
            for name in names:
                for own, said in zip(found, self._of_all(name), strict=True):
                    own[name] = said
        return found

    def _of_all(self, name: str) -> Iterator[tuple[str, bool]]:
        """The text of one number for each variant: at once where a double settles it."""
        values, digits, decimals = self.array(name), self.rounding.digits, self._decimals_of(name)
        size = numpy.abs(values)
        unit = 10.0 ** -numpy.maximum(digits, 1 - numpy.floor(numpy.log10(size)))
        off = size / unit % 1
        doubtful = (numpy.minimum(off, 1 - off) < NEAR) | (numpy.abs(off - 0.5) < NEAR)
        easy = ~doubtful & (size * 10.0**digits >= 10) & (size < LARGE)
        for place, (number, settled, doubted) in enumerate(
            zip(values.tolist(), easy.tolist(), doubtful.tolist(), strict=True)
        ):
            if settled:
                yield f"{number:.{digits}f}", False
            elif decimals is not None and abs(number) < LARGE:
                yield self._exactly(Fraction(round(number * 10**decimals), 10**decimals))
            elif not isfinite(number):
                yield NOTHING
            else:
                asked = doubted or abs(number) < TINY
                yield self._asked(name, place) if asked else (self.rounding.text(number), False)

    def _exactly(self, number: Fraction) -> tuple[str, bool]:
        return self.rounding.text(number), self.rounding.shows(number)

    def _asked(self, name: str, place: int) -> tuple[str, bool]:
        """The text of a number that its double leaves in doubt."""
        try:
            return self._exactly(Fraction(self._fractions(place)[name]))
        except (Symbolic, Irrational, InputError):
            number = float(self._precise(place)[name])
            return self.rounding.text(0.0 if abs(number) < NOISE else number), False

    def _decimals_of(self, name: str) -> int | None:
        """How many decimals the number has at most, if it is a short decimal for every variant; then its double tells which."""
        try:
            found = int(self._decimals[name].count)
        except (Symbolic, Irrational, InputError):
            return None
        return found if found <= FEW else None

    @cached_property
    def _decimals(self) -> AlsoMistaken:
        first = self.variants[0].givens
        given = {name: Decimals(max(decimals_of(each.givens[name]) for each in self.variants)) for name in first}
        return AlsoMistaken(self.right.derivation, COUNTED, given, right=self.right)

    def _fractions(self, place: int) -> AlsoMistaken:
        return self._kept(self._exact_numbers, place, EXACT)

    def _precise(self, place: int) -> AlsoMistaken:
        return self._kept(self._precise_numbers, place, precise())

    def _kept(self, known: dict[int, AlsoMistaken], place: int, arithmetic: Any) -> AlsoMistaken:
        if place not in known:
            given: Mapping[str, Fraction] = self.variants[place].givens
            numbers = {name: arithmetic.number(number) for name, number in given.items()}
            known[place] = AlsoMistaken(self.right.derivation, arithmetic, numbers, right=self.right)
        return known[place]

    @cached_property
    def _exact_numbers(self) -> dict[int, AlsoMistaken]:
        return {}

    @cached_property
    def _precise_numbers(self) -> dict[int, AlsoMistaken]:
        return {}
