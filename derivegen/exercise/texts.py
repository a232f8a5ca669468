"""The printed numbers of many students at once: a right derivation, many variants and a rounding go in; for each variant the text of any
number by name, and whether it is the number itself, come out, as the trace of that variant would say it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from derivegen.calculus.numbers.evaluate import Symbolic, settled
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.errors import InputError
from derivegen.exercise.exercise import Variant
from derivegen.exercise.trace import given_text
from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import EXACT, Arithmetic, Irrational, precise
from derivegen.formula.functions import KINKED
from derivegen.mistakes.also_mistaken import AlsoMistaken
from derivegen.mistakes.mistaken import Right
from derivegen.on_use import numpy
from derivegen.records import dataclass

MOST_DECIMALS = 20
NEAR = 1e-6
"""So near to a short decimal, or to half way between two, in units of the last digit, a double is not asked: the exact number is."""


TINY = 1e-9
"""Below, a double may be what is left of a zero."""
SMALL = 1e-8
"""Below, numbers are printed with an exponent."""
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
    denominator = Fraction(number).denominator
    for count in range(MOST_DECIMALS):
        if 10**count % denominator == 0:
            return count
    raise Irrational


def _most(*many: Decimals) -> Decimals:
    return Decimals(max(each.count for each in many))


COUNTED = Arithmetic(
    lambda number: Decimals(decimals_of(number)),
    dict.fromkeys(KINKED, _most),
    lambda branches: _most(*(each for _, each in branches)),
)


def _exactly(number: Fraction, rounding: Rounding) -> tuple[str, bool]:
    return rounding.text(number), rounding.shows(number)


@lru_cache(maxsize=2**16)
def _short(units: int, decimals: int, rounding: Rounding) -> tuple[str, bool]:
    """The text of a number with few decimals, which many have: so many units of the last one."""
    return _exactly(Fraction(units, 10**decimals), rounding)


def _of_each(function: Callable[..., Any]) -> Callable[..., Any]:
    def of(*many: Any) -> Any:
        if not any(numpy.ndim(each) for each in many):  # of constants alone: √2
            return function(*many)
        return numpy.array([function(*each) for each in zip(*numpy.broadcast_arrays(*many), strict=True)], dtype=object)

    return of


FRACTIONS = Arithmetic(
    EXACT.number, {name: _of_each(function) for name, function in EXACT.functions.items()}, ARRAYS.choose
)
"""Of arrays of fractions."""


def _irrational(*_: Any) -> Any:
    raise Irrational


DECIMALS = Arithmetic(
    lambda number: Decimal(number.as_integer_ratio()[0]) / number.as_integer_ratio()[1],
    {name: _of_each(function) if name in KINKED else _irrational for name, function in EXACT.functions.items()},
    ARRAYS.choose,
)
"""Of arrays of decimals, many times as fast; in the context `EXACTLY`, which raises ArithmeticError where one does not end."""
EXACTLY = Context(prec=300, traps=[Inexact, DivisionByZero, InvalidOperation])


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
                every = self._given(name) if name in self.variants[0].givens else self._of_all(name)
                for own, said in zip(found, every, strict=True):
                    own[name] = said
        return found

    def _given(self, name: str) -> Iterator[tuple[str, bool]]:
        """The text of a given number for each variant."""
        for each in self.variants:
            text = given_text(self.right.derivation.graph, self.rounding, each.givens[name])
            yield text, Fraction(text) == each.givens[name]

    def _of_all(self, name: str) -> list[tuple[str, bool]]:
        """The text of one number for each variant: at once where its double settles it."""
        values, decimals = self.array(name), self._decimals_of(name)
        sizes = numpy.abs(values)
        places = numpy.maximum(self.rounding.digits, 1 - numpy.floor(numpy.log10(sizes)))
        off = sizes * 10.0**places % 1
        doubtful = (numpy.minimum(off, 1 - off) < NEAR) | (numpy.abs(off - 0.5) < NEAR)
        easy = ~doubtful & (sizes >= SMALL) & (sizes < LARGE)
        counts = numpy.where(easy, places, 0).astype(int).tolist()
        found = [
            (f"{number:.{count}f}", False) if settled else NOTHING
            for number, count, settled in zip(values.tolist(), counts, easy.tolist(), strict=True)
        ]
        short = ~easy & (sizes < LARGE) & (decimals is not None)
        for place in numpy.flatnonzero(short).tolist():
            found[place] = _short(round(values[place] * 10 ** (decimals or 0)), decimals or 0, self.rounding)
        left = ~easy & ~short & numpy.isfinite(values)
        asked = left & (doubtful | (sizes < TINY))
        for place in numpy.flatnonzero(left & ~asked).tolist():
            found[place] = self.rounding.text(float(values[place])), False
        for place, said in self._asked(name, tuple(numpy.flatnonzero(asked).tolist())):
            found[place] = said
        return found

    def _asked(self, name: str, places: tuple[int, ...]) -> Iterator[tuple[int, tuple[str, bool]]]:
        """The texts of a number for those whom its double leaves in doubt, computed exactly for all of them together."""
        try:
            exact = self._exact(name, places)
        except (Symbolic, Irrational, InputError):
            yield from ((place, self._asked_alone(name, place)) for place in places)
        else:
            yield from zip(places, (_exactly(number, self.rounding) for number in exact), strict=True)

    def text_of(self, name: str, place: int, more: int) -> tuple[str, bool]:
        """The text of a number of one variant with so many digits more than usual, and whether that is the number itself."""
        given = self.variants[place].givens.get(name)
        if given is not None:
            text = given_text(self.right.derivation.graph, self.rounding, given)
            return text, Fraction(text) == given
        try:
            number = self._exact(name, (place,))[0]
        except (Symbolic, Irrational, InputError):
            return self.rounding.text(self._settled(name, place), more), False
        text = self.rounding.text(number, more)
        return text, Fraction(text) == number

    def _exact(self, name: str, places: tuple[int, ...]) -> list[Fraction]:
        """The number of these variants as fractions. Raises Symbolic, Irrational, InputError where one of them is none."""
        return numpy.full(len(places), self._fractions(places)[name], dtype=object).tolist() if places else []

    def _asked_alone(self, name: str, place: int) -> tuple[str, bool]:
        try:
            return _exactly(self._exact(name, (place,))[0], self.rounding)
        except (Symbolic, Irrational, InputError):
            return self.rounding.text(self._settled(name, place)), False

    def _settled(self, name: str, place: int) -> Any:
        """The number of one variant with fifty digits."""
        return settled(self._precise(place)[name], lambda: self._precise(place, 100)[name])

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

    def _fractions(self, places: tuple[int, ...]) -> AlsoMistaken:
        if places not in self._exact_numbers:
            some = [self.variants[place].givens for place in places]
            given = {name: numpy.array([each[name] for each in some], dtype=object) for name in some[0]}
            self._exact_numbers[places] = AlsoMistaken(self.right.derivation, FRACTIONS, given, right=self.right)
        return self._exact_numbers[places]

    def _precise(self, place: int, digits: int = 50) -> AlsoMistaken:
        if (place, digits) not in self._precise_numbers:
            arithmetic = precise(digits)
            given = {name: arithmetic.number(number) for name, number in self.variants[place].givens.items()}
            made = AlsoMistaken(self.right.derivation, arithmetic, given, right=self.right)
            self._precise_numbers[place, digits] = made
        return self._precise_numbers[place, digits]

    @cached_property
    def _exact_numbers(self) -> dict[tuple[int, ...], AlsoMistaken]:
        return {}

    @cached_property
    def _precise_numbers(self) -> dict[tuple[int, int], AlsoMistaken]:
        return {}
