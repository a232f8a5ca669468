"""What an answer may be: the ends of a hull go in, whether a typed decimal lies in it and which printed values it holds come out."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.records import dataclass
from derivegen.rounding.interval import Interval, printed

LARGE = 1e9
"""Units of the last digit; of more a double has too few digits left."""

NEAR = 1e-6
"""So near to half a unit the decimal itself is asked, not the double."""


@dataclass(frozen=True, slots=True)
class Reached:
    """All from `low` to `high`: what a result may be, in full or rounded like the intermediate ones. An answer with fewer digits than
    these was rounded once more."""

    low: float
    high: float

    def accepts(self, text: str) -> bool:
        """Whether a decimal as typed is among the printed values of the hull, at the digits it shows; with a tie both neighbours are.
        Raises ValueError where it is no decimal."""
        return printed(text.lower()).meets(Interval(self.low, self.high))

    def texts(self, rounding: Rounding, most: int = 8) -> tuple[str, ...]:
        """The printed values of the hull in order; none if there are more than `most`."""
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            return ()
        units = self._units(rounding)
        if units is not None:
            digits, unit = rounding.digits, 10**rounding.digits
            return tuple(f"{each / unit:.{digits}f}" for each in units) if len(units) <= most else ()
        texts = [_text(rounding, self.low, exact=math.isclose(self.low, self.high, rel_tol=1e-12))]
        if self.low == self.high:
            return tuple(texts)
        last = Decimal(_text(rounding, self.high))
        while (here := Decimal(texts[-1])) < last and len(texts) <= most:
            texts.append(_text(rounding, here + _finest(rounding, here)))
        return tuple(texts) if len(texts) <= most else ()

    def _units(self, rounding: Rounding) -> range | None:
        """The printed values in units of the last digit, where that is the same for all of them and doubles settle them."""
        if rounding.significant is not None or self.low * self.high <= 0:
            return None
        low, high = (end * 10**rounding.digits for end in (self.low, self.high))
        settled = min(abs(low), abs(high)) >= 10 and max(abs(low), abs(high)) < LARGE
        cut = high - low > 1e-9 * abs(low)  # a number that is known is printed without the zeros that only a cut leaves
        if not (settled and cut) or any(abs(end % 1 - 0.5) < NEAR for end in (low, high)):
            return None
        return range(round(low), round(high) + 1)

    def wide(self, truth: float) -> bool:
        """Whether the hull is wider than a quarter of the value, so that nothing can be told from an answer in it."""
        return not self.high - self.low <= abs(truth) / 4

    def __or__(self, other: Reached) -> Reached:
        return Reached(min(self.low, other.low), max(self.high, other.high))


def _text(rounding: Rounding, number: float | Decimal, exact: bool = False) -> str:
    """As it is printed; a number that is known `exactly` without the zeros that only a cut leaves."""
    clean = Fraction(f"{number:.12g}")
    text = rounding.text(clean)
    return text if exact else rounding.text(float(clean)) if clean else text


def _finest(rounding: Rounding, number: Decimal) -> Decimal:
    """From a printed number to the next: towards 0 a shorter number may have a smaller unit."""
    towards = float(number) * (1 - 1e-9) if number < 0 else float(number)
    return Decimal(f"{rounding.unit(towards):.0e}")
