"""Rounding as data: how many digits, which kind, whether printed values are carried on. A number goes in, its text comes out.

There is one rule, and one place for it: half a unit goes away from zero, as on paper, and what is rounded is the number itself. A fraction
is taken as it is, a number computed with fifty digits to those that are right, so that a half is a half however it was found.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor, log2, log10
from typing import Any, Literal, TypeAlias

from derivegen.formula.arithmetic.on_paper import is_far
from derivegen.formula.arithmetic.value import is_long, known_digits
from derivegen.network.network import Figure
from derivegen.records import dataclass, replace

LONGEST = 10**5
"""What stands above and below the bar of a fraction is shorter."""
MOST_GIVEN = 6
"""Decimals up to which a given number is printed in full, whatever is shown of others."""
LARGE = 15
"""The power of ten from which a program writes a number with one."""
_SPARE = 25
"""Digits computed beyond those in front of the point."""

Real: TypeAlias = Any
"""A fraction, a double, a decimal, or a number of fifty digits (mpmath)."""

LEADING = 80
"""Digits that are made of a long fraction."""
LEAST_UNIT = 323
"""Decimals of the smallest power of ten that a double holds."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """`digits` decimals, or `significant` digits if that is given; half a unit goes away from zero. A number that would show fewer than
    two significant digits gets as many decimals as that takes."""

    digits: int = 4
    significant: int | None = None
    carry: Literal["exact", "rounded"] = "exact"
    fractions: bool = False
    """Whether a number that is a fraction of short whole numbers is printed as one."""

    def text(self, number: Real, more: int = 0) -> str:
        """The number as it is printed, with so many digits `more` than usual; trailing zeros only where the number was cut."""
        if self.fractions and isinstance(number, Fraction) and max(abs(number.numerator), number.denominator) < LONGEST:
            return str(number)
        if type(number) is Fraction and number and not is_long(number):
            top, bottom = number.as_integer_ratio()
            decimals = self._decimals(_leading_power(top, bottom)) + more
            units = _rounded(top, bottom, decimals)
            if _is_plain(units, decimals):
                return _written(units, decimals, units * bottom == top * 10**decimals)
        exact = decimal_of(number)
        if exact == 0:
            return "0"
        decimals = self._decimals(exact.adjusted()) + more
        cut = _cut(exact, decimals)
        if abs(cut) >= Decimal(10) ** 12 or abs(cut) < Decimal(10) ** -9:
            return _scientific(exact, more + self._behind_the_first(abs(cut) < 1))
        text = f"{cut:f}"
        if _equal(number, text):
            text = text.rstrip("0").rstrip(".") if "." in text else text
        return text

    def given_text(self, number: Real) -> str:
        """A given number as it is printed where somebody has nothing else to work from: with all its decimals, or as the fraction it is
        where they do not end."""
        if self.fractions or self.shows(number):
            return self.text(number)
        full = Rounding(MOST_GIVEN)
        return full.text(number) if full.shows(number) else replace(self, fractions=True).text(number)

    def fraction(self, number: Real) -> Fraction:
        """The printed number itself: what somebody goes on with who has written it down."""
        if self.fractions or type(number) is not Fraction or not number or is_long(number):
            return Fraction(self.text(number))
        top, bottom = number.as_integer_ratio()
        power = _leading_power(top, bottom)
        decimals = self._decimals(power)
        units = _rounded(top, bottom, decimals)
        if not _is_plain(units, decimals):
            decimals = self._behind_the_first(abs(units) < 10**decimals) - power
            if decimals < 0:
                return Fraction(self.text(number))
            units = _rounded(top, bottom, decimals)
        one: int = 10**decimals
        return number if units * bottom == top * one else Fraction(units, one)

    def like(self, text: str) -> Rounding:
        """How a number is printed that is to be compared with that text: as a fraction only where the text is one."""
        return self if not self.fractions or "/" in text else replace(self, fractions=False)

    def comes_to(self, found: Fraction | Decimal, text: str) -> bool:
        """Whether somebody who works out a number would write it as it is printed: by the rule for what was found, and with as many
        decimals as are printed, of which 0.9998 has one more than 1.005."""
        if isinstance(found, Decimal) or is_far(text) or (is_long(found) and "/" not in text):  # too long a fraction
            return Decimal(self.text(found)) == Decimal(text)
        printed = Fraction(text)
        if self.like(text).fraction(found) != printed:
            return False
        last = 1 if "/" in text else Decimal(text).as_tuple().exponent
        return (
            not isinstance(last, int)
            or last > 0
            or Fraction(_rounded(*found.as_integer_ratio(), -last), 10**-last) == printed
        )

    def _behind_the_first(self, tiny: bool) -> int:
        """Digits behind the first one where a power of ten is written: of a tiny number one, as of every small one two digits are shown."""
        return (1 if tiny else 3) if self.significant is None else self.significant - 1

    def _decimals(self, leading: int) -> int:
        """Decimals of a number that begins with this power of ten, 0 for 1.5, −3 for 0.0015."""
        if self.significant is not None:
            return max(0, self.significant - 1 - leading)
        return max(self.digits, 1 - leading) if leading < 0 else self.digits

    def unit(self, number: float) -> float:
        """One unit of the last digit a number of this size is printed with; never 0, however small the number is."""
        exact = Decimal(number)
        return 10.0 ** -min(self._decimals(exact.adjusted()) if exact else self.digits, LEAST_UNIT)

    def shows(self, number: Figure | None) -> bool:
        """Whether the printed text is the number itself."""
        return isinstance(number, Fraction) and _equal(number, self.text(number))


def _leading_power(top: int, bottom: int) -> int:
    """The power of ten a fraction other than 0 begins with."""
    try:
        power = log10(abs(top / bottom))
    except (OverflowError, ValueError):  # no double is as large, or as small
        return decimal_of(Fraction(top, bottom)).adjusted()
    unsure = abs(power - round(power)) < NEAR_A_POWER or power < FEWER_DIGITS
    return decimal_of(Fraction(top, bottom)).adjusted() if unsure else floor(power)


FEWER_DIGITS = -300
"""The power of ten below which doubles lose digits."""
NEAR_A_POWER = 1e-9
"""So near to a whole number, a logarithm in doubles does not tell on which side of it the true one lies."""


def _rounded(top: int, bottom: int, decimals: int) -> int:
    """A fraction in units of the last decimal; half a unit goes away from zero."""
    found: int = (2 * abs(top) * 10**decimals + bottom) // (2 * bottom)
    return found if top > 0 else -found


def _is_plain(units: int, decimals: int) -> bool:
    """Whether a rounded number is written without a power of ten: 10⁻⁹ ≤ |number| < 10¹²."""
    one: int = 10**decimals
    return one <= abs(units) * 10**9 and abs(units) < one * 10**12


def _written(units: int, decimals: int, equal: bool) -> str:
    """The units as a decimal; where it is the number itself, without zeros at its end."""
    figures = str(abs(units)).zfill(decimals + 1)
    whole, part = figures[: len(figures) - decimals], figures[len(figures) - decimals :]
    part = part.rstrip("0") if equal else part
    return f"{'-' if units < 0 else ''}{whole}{'.' if part else ''}{part}"


def decimal_of(number: Real) -> Decimal:
    """The number as a decimal, of a fraction with digits enough to tell on which side of a half it lies; exactly, if it has few digits."""
    if isinstance(number, Fraction):
        if is_long(number):
            return _leading(number)
        top, bottom = number.numerator, number.denominator
        wide = max(int((top.bit_length() - bottom.bit_length()) * log10(2)) + 1, 0)
        return Context(prec=60 + wide, rounding=ROUND_HALF_UP).divide(Decimal(top), Decimal(bottom))
    if isinstance(number, Decimal | int | float):
        return Decimal(number)
    return known_digits(number)


def _leading(number: Fraction) -> Decimal:
    """The first digits of a long fraction, as of 10^-50 000, and a 1 behind them where there are more, which tells on which side of a half
    it lies: to make decimals of both its ends takes time that grows with the square of their length."""
    top, bottom = abs(number.numerator), number.denominator
    ending = _ending(top, bottom)
    if ending is not None:
        return ending.copy_negate() if number < 0 else ending
    shift = LEADING - int((top.bit_length() - bottom.bit_length()) * log10(2))
    whole, rest = divmod(top * 10**shift, bottom) if shift >= 0 else divmod(top, bottom * 10**-shift)
    digits = f"{whole}1" if rest else str(whole)
    return Decimal((int(number < 0), tuple(map(int, digits)), len(str(whole)) - len(digits) - shift))


def _ending(top: int, bottom: int) -> Decimal | None:
    """A long fraction that is a decimal of a few digits, as a tiny number is that was printed and goes on: its digits are at hand, while to
    divide by 10^300 000 takes a tenth of a second. None of any other."""
    twos = (bottom & -bottom).bit_length() - 1
    fives = round(((bottom >> twos).bit_length() - 0.5) / log2(5))
    places = max(twos, fives)
    if 2 * places - twos - fives > LEADING or top.bit_length() > LEADING or bottom >> twos != _power_of_five(fives):
        return None
    whole = top * 2 ** (places - twos) * 5 ** (places - fives)
    return Decimal((0, tuple(map(int, str(whole))), -places))


@lru_cache(maxsize=16)
def _power_of_five(exponent: int) -> int:
    found: int = 5**exponent
    return found


def _cut(exact: Decimal, decimals: int) -> Decimal:
    context = Context(prec=max(exact.adjusted(), 0) + max(decimals, 0) + _SPARE, rounding=ROUND_HALF_UP)
    return exact.quantize(Decimal(1).scaleb(-decimals), context=context)


def _equal(number: Real, text: str) -> bool:
    return isinstance(number, Fraction) and Fraction(text) == number


def _scientific(exact: Decimal, decimals: int) -> str:
    rounded = Context(prec=decimals + 1, rounding=ROUND_HALF_UP).create_decimal(exact)
    mantissa, exponent = f"{rounded:.{decimals}e}".split("e")
    return f"{mantissa}e{int(exponent)}"
