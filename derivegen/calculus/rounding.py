"""Rounding as data: how many digits, which kind, whether printed values are carried on. A number goes in, its text comes out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Literal

from derivegen.network.network import Figure

LARGE = 15
"""The power of ten from which a number is written with one."""

_CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Rounding:
    """`digits` decimals, or `significant` digits if that is given; half a unit goes away from zero, as on paper. A number that would
    show fewer than two significant digits gets as many decimals as that takes."""

    digits: int = 4
    significant: int | None = None
    carry: Literal["exact", "rounded"] = "exact"

    def text(self, number: Figure) -> str:
        """The number as it is printed; trailing zeros only where the number was cut."""
        exact = _decimal(number)
        if exact == 0:
            return "0"
        if exact.adjusted() >= LARGE:  # before it is cut: a number of 300 digits has no place of its own for each
            return _scientific(exact, 3 if self.significant is None else self.significant - 1)
        cut = exact.quantize(Decimal(1).scaleb(-self._decimals(exact)), context=_CONTEXT)
        if abs(cut) >= Decimal(10) ** 12 or abs(cut) < Decimal(10) ** -9:
            few = 1 if abs(cut) < 1 else 3  # of a tiny number two digits, as of every small one
            return _scientific(exact, few if self.significant is None else self.significant - 1)
        text = f"{cut:f}"
        if _equal(number, text):
            text = text.rstrip("0").rstrip(".") if "." in text else text
        return text

    def _decimals(self, exact: Decimal) -> int:
        leading = exact.adjusted()  # 0 for 1.5, −3 for 0.0015
        if self.significant is not None:
            return max(0, self.significant - 1 - leading)
        return max(self.digits, 1 - leading) if leading < 0 else self.digits

    def unit(self, number: float) -> float:
        """One unit of the last digit a number of this size is printed with."""
        exact = Decimal(number)
        return 10.0 ** -(self._decimals(exact) if exact else self.digits)

    def shows(self, number: Figure | None) -> bool:
        """Whether the printed text is the number itself."""
        return isinstance(number, Fraction) and _equal(number, self.text(number))


def _decimal(number: Figure) -> Decimal:
    if isinstance(number, Fraction):
        return _CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))
    return Decimal(number)


def _equal(number: Figure, text: str) -> bool:
    return isinstance(number, Fraction) and Fraction(text) == number


def _scientific(exact: Decimal, decimals: int) -> str:
    mantissa, exponent = f"{exact:.{decimals}e}".split("e")
    return f"{mantissa}e{int(exponent)}"
