"""What a calculator that may round each result comes to: the ends of operands and an operation go in, the ends of its result come out.

After every operation the interval is stretched to the rounded values of its ends: rounding is a known monotone function, so nothing
honest lies outside, and little else inside. Sums and products are worked out in every order. Ends may be arrays: many networks at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.arithmetic.value import constant
from derivegen.formula.functions import EXP, LN
from derivegen.formula.tree import Formula, Number
from derivegen.on_use import numpy
from derivegen.records import dataclass
from derivegen.rounding.ends import (
    NOTHING,
    ONCE,
    Ends,
    apart,
    chosen,
    endless,
    entrywise,
    greatest,
    is_many,
    leading,
    leadings,
    least,
    power_of_ten,
    powers_of_ten,
    size,
    somewhere,
    straddles,
    turned,
    unit,
    unless,
)
from derivegen.rounding.interval import applied
from derivegen.rounding.orders import EVERY_ORDER, PRODUCTS, SIGNED, SUMS, corners, in_every_order

TIE: Final = 1e-9
"""So near to half a unit both neighbours count: to the even digit or away from zero, and a double is not the decimal it stands for."""

TINY: Final = 1e-290


@dataclass(frozen=True, slots=True)
class Paper:
    """How somebody keeps results: each either in full, or rounded as `rounding` says; without one, always in full.

    "So many decimals" is read both ways: as these and no more, and with further ones where fewer than two digits would be left; the second
    alone by who is `careful`.
    """

    rounding: Rounding | None = None
    careful: bool = False

    def kept(self, low: float, high: float) -> Ends:
        """The hull of a result before and after it was rounded."""
        if self.rounding is None:
            return low, high
        if is_many(low):
            return self._all_kept(low, high)
        if math.isinf(low) or math.isinf(high):
            return low, high
        lower, upper = low, high
        for scale in self._scales(low):
            lower = min(lower, math.floor(low * scale + 0.5 - TIE) / scale)
        for scale in self._scales(high):
            upper = max(upper, math.ceil(high * scale - 0.5 + TIE) / scale)
        return lower, upper

    def _all_kept(self, low: Any, high: Any) -> Ends:
        """The same of many at once."""
        lower, upper = low, high
        for scale in self._all_scales(low):
            lower = numpy.fmin(lower, numpy.floor(low * scale + 0.5 - TIE) / scale)
        for scale in self._all_scales(high):
            upper = numpy.fmax(upper, numpy.ceil(high * scale - 0.5 + TIE) / scale)
        lost = numpy.isinf(low) | numpy.isinf(high)
        return chosen([((lower, upper), True), ((low, high), lost)]) if lost.any() else (lower, upper)

    def _scales(self, number: float) -> tuple[float, ...]:
        """One over the units a number of that size may be rounded to."""
        assert self.rounding is not None
        large, significant = abs(number), self.rounding.significant
        scale = power_of_ten(self.rounding.digits)
        if significant is None and large * scale >= 10:
            return (scale,)
        if large < TINY:
            return (scale,) if significant is None else ()
        if significant is None:
            further = power_of_ten(1 - leading(large))
            return (further,) if self.careful else (scale, further)
        places = significant - 1 - leading(large)
        return (power_of_ten(places),) if places >= 0 else (power_of_ten(places), 1.0)

    def _all_scales(self, numbers: Any) -> tuple[Any, ...]:
        """The same of many numbers; not a number where there is no such unit."""
        assert self.rounding is not None
        large, significant = abs(numbers), self.rounding.significant
        scale = power_of_ten(self.rounding.digits)
        fuller = (large >= TINY) & (large * scale < 10) if significant is None else large >= TINY
        if not fuller.any():
            return (scale,) if significant is None else ()
        first = leadings(numpy.where(fuller, large, 1.0))
        if significant is None:
            further = powers_of_ten(1 - first)
            return (
                (numpy.where(fuller, further, scale),)
                if self.careful
                else (scale, numpy.where(fuller, further, math.nan))
            )
        places = significant - 1 - first
        return numpy.where(fuller, powers_of_ten(places), math.nan), numpy.where(fuller & (places < 0), 1.0, math.nan)

    def _half(self, most: float) -> float:
        """The most that rounding moves a number up to that size."""
        scales = self._scales(most) if self.rounding is not None else ()
        return 0.5 / min(scales) if scales else 0.0

    # ------------------------------------------------------------------------------------------------------- operations

    def product(self, factors: Iterable[Ends]) -> Ends:
        """The factors multiplied in every order; a factor 1 or −1 is no operation."""
        return apart(list(factors), self._of_factors)

    def _of_factors(self, factors: list[Ends]) -> Ends:
        units = list(map(unit, factors))
        if 0.0 in units:
            return NOTHING
        others = [factor for factor, own in zip(factors, units, strict=True) if own is None]
        return turned(self._of_others(others), units.count(-1.0))

    def _of_others(self, factors: list[Ends]) -> Ends:
        if len(factors) < 2:
            return factors[0] if factors else ONCE
        return unless(endless(factors), factors, self._finite_product)

    def _finite_product(self, factors: list[Ends]) -> Ends:
        if self.rounding is None:
            return corners(factors)
        if len(factors) > EVERY_ORDER:
            return entrywise(self._long_product, factors)
        if any(somewhere(straddles(factor)) for factor in factors):
            return in_every_order(factors, SIGNED, self.kept)
        return turned(in_every_order(list(map(size, factors)), PRODUCTS, self.kept), sum(low < 0 for low, _ in factors))

    def _long_product(self, factors: list[Ends]) -> Ends:
        """Of a product in any order the k-th largest part product lacks at least k factors; what rounding it changes is multiplied by
        those, at most the k largest."""
        low, high = corners(factors)
        sizes = sorted((size(factor)[1] for factor in factors), reverse=True)
        assert self.rounding is not None
        if self.rounding.significant is not None:
            share = (1 + 0.5 * 10.0 ** (1 - self.rounding.significant)) ** (len(factors) - 1) - 1
            moved = share * math.prod(sizes)
        else:
            large = sum(each > 1 for each in sizes)
            lacking = (math.prod(sizes[: max(k, large)]) for k in range(len(sizes) - 1))
            moved = 1.05 * self._half(0.0) * sum(lacking)  # 1.05: the others are rounded too
        return low - moved, high + moved

    def total(self, terms: Iterable[Ends]) -> Ends:
        """The terms added in every order; a term 0 is no operation."""
        return apart(list(terms), self._of_terms)

    def _of_terms(self, terms: list[Ends]) -> Ends:
        some = [term for term in terms if unit(term) != 0.0]
        if len(some) < 2:
            return some[0] if some else NOTHING
        return unless(endless(some), some, self._finite_total)

    def _finite_total(self, terms: list[Ends]) -> Ends:
        if self.rounding is not None and len(terms) <= EVERY_ORDER:
            return in_every_order(terms, SUMS, self.kept)
        return entrywise(self._long_total, terms)

    def _long_total(self, terms: list[Ends]) -> Ends:
        low, high = math.fsum(low for low, _ in terms), math.fsum(high for _, high in terms)
        up, down = sum(max(high, 0.0) for _, high in terms), sum(max(-low, 0.0) for low, _ in terms)
        moved = (len(terms) - 2) * self._half(max(up, down))
        return self.kept(low - moved, high + moved)

    def quotient(self, top: Ends, bottom: Ends) -> Ends:
        """One divided by the other; by what may be 0, anything."""
        return apart([top, bottom], self._of_ratio)

    def _of_ratio(self, both: list[Ends]) -> Ends:
        top, bottom = both
        if unit(bottom) == 0.0:
            raise ZeroDivisionError
        lost = ((bottom[0] <= 0) & (bottom[1] >= 0)) | endless(both)
        return top if unit(bottom) == 1.0 and not somewhere(lost) else unless(lost, both, self._finite_ratio)

    def _finite_ratio(self, both: list[Ends]) -> Ends:
        top, bottom = both
        if unit(top) == 0.0:
            return top
        ends = [a / b for a in top for b in bottom]
        return self.kept(least(ends), greatest(ends))

    def power(self, base: Ends, exponent: Formula) -> Ends:
        """A constant power: a whole one by multiplying, any other by the key of the calculator."""
        n = constant(exponent)
        if n.denominator != 1:
            plain = Paper()
            ends = plain.key(EXP.name, [plain.product([(float(n), float(n)), plain.key(LN.name, [base])])])
            return self.kept(*ends)
        if n < 0:
            return self.quotient(ONCE, self.power(base, Number(str(-n))))
        low, high = self.product([base] * int(n))
        return (greatest((low, 0.0)), high) if n % 2 == 0 else (low, high)

    def key(self, name: str, arguments: Sequence[Ends]) -> Ends:
        """A function's value by its key on the calculator."""
        return self.kept(*entrywise(partial(applied, name), arguments))
