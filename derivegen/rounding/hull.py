"""Hulls: a formula and what its names may be in go in, everything a calculator that may round each result can come to comes out.

After every operation the interval is stretched to the rounded values of its ends: rounding is a known monotone function, so nothing
honest lies outside, and little else inside. Sums and products are worked out in every order. Ends may be arrays: many networks at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from typing import Any, Final

import numpy

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.arithmetic.value import called, constant
from derivegen.formula.function import Function
from derivegen.formula.functions import EXP, FUNCTIONS, LN
from derivegen.formula.tree import (
    Bracket,
    Call,
    Cases,
    Colour,
    Formula,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Strike,
    Sum,
    Under,
    Value,
    walk,
)
from derivegen.network.tables.activations import read
from derivegen.rounding.ends import (
    ANYTHING,
    NOTHING,
    ONCE,
    Ends,
    Where,
    all_chosen,
    apart,
    around,
    chosen,
    endless,
    entrywise,
    greatest,
    is_many,
    leading,
    leadings,
    least,
    many,
    negated,
    power_of_ten,
    powers_of_ten,
    size,
    somewhere,
    straddles,
    turned,
    unit,
    unless,
)
from derivegen.rounding.interval import INTERVALS, Interval

Holds = Callable[[Formula], Where]
"""Whether a condition holds."""

EVERY_ORDER: Final = 8
"""Factors or terms of which every order is tried; the work grows threefold with each, and beyond a bound serves."""

TOGETHER: Final = 6
"""From so many on, subsets of a size are worked out together."""

CALCULATOR: Final = 230.0
"""The greatest exponent of e on a calculator that ends at ten to the hundredth."""

TIE: Final = 1e-9
"""So near to half a unit both neighbours count: to the even digit or away from zero, and a double is not the decimal it stands for."""

TINY: Final = 1e-290

Wrapper = Bracket | Strike | Under | Colour

Pairs = tuple[tuple[int, int], ...]

Join = tuple[Callable[[Pairs, list[float], list[float]], Ends], Callable[..., Ends]]
"""How two are joined, and how many are."""


@dataclass(frozen=True, slots=True)
class Paper:
    """How somebody keeps results: each either in full, or rounded as `rounding` says; without one, always in full.

    "So many decimals" is read both ways: as these and no more, and with further ones where fewer than two digits would be left.
    """

    rounding: Rounding | None = None

    def kept(self, low: float, high: float) -> Ends:
        """The hull of a result before and after it was rounded."""
        if self.rounding is None:
            return low, high
        if isinstance(low, numpy.ndarray):
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
            return scale, power_of_ten(1 - leading(large))
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
            return scale, numpy.where(fuller, powers_of_ten(1 - first), math.nan)
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
            return _corners(factors)
        if len(factors) > EVERY_ORDER:
            return entrywise(self._long_product, factors)
        if any(somewhere(straddles(factor)) for factor in factors):
            return self._in_every_order(factors, _SIGNED)
        return turned(self._in_every_order(list(map(size, factors)), _PRODUCTS), sum(low < 0 for low, _ in factors))

    def _long_product(self, factors: list[Ends]) -> Ends:
        """Of a product in any order the k-th largest part product lacks at least k factors; what rounding it changes is multiplied by
        those, at most the k largest."""
        low, high = _corners(factors)
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
            return self._in_every_order(terms, _SUMS)
        return entrywise(self._long_total, terms)

    def _long_total(self, terms: list[Ends]) -> Ends:
        low, high = math.fsum(low for low, _ in terms), math.fsum(high for _, high in terms)
        up, down = sum(max(high, 0.0) for _, high in terms), sum(max(-low, 0.0) for low, _ in terms)
        moved = (len(terms) - 2) * self._half(max(up, down))
        return self.kept(low - moved, high + moved)

    def _in_every_order(self, parts: Sequence[Ends], join: Join) -> Ends:
        """The parts joined two by two in every order, by subsets: each from every pair of subsets that make it up."""
        if many(parts) or len(parts) >= TOGETHER:
            return self._all_in_every_order(parts, join[1])
        lows, highs = [0.0] * (1 << len(parts)), [0.0] * (1 << len(parts))
        for place, (low, high) in enumerate(parts):
            lows[1 << place], highs[1 << place] = low, high
        for subset, pairs in _subsets(len(parts)):
            lows[subset], highs[subset] = self.kept(*join[0](pairs, lows, highs))
        return lows[-1], highs[-1]

    def _all_in_every_order(self, parts: Sequence[Ends], join: Callable[..., Ends]) -> Ends:
        """The same of many at once, and all subsets of a size together."""
        ends = numpy.array(numpy.broadcast_arrays(*(end for both in parts for end in both)))
        lows, highs = numpy.empty((2, 1 << len(parts), *ends.shape[1:]))
        for place in range(len(parts)):
            lows[1 << place], highs[1 << place] = ends[2 * place], ends[2 * place + 1]
        for subsets, pairs in _by_size(len(parts)):
            lows[subsets], highs[subsets] = self._all_kept(*join(pairs, lows, highs))
        return (lows[-1], highs[-1]) if lows.ndim > 1 else (float(lows[-1]), float(highs[-1]))

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
            ends = plain.function(EXP.name, [plain.product([(float(n), float(n)), plain.function(LN.name, [base])])])
            return self.kept(*ends)
        if n < 0:
            return self.quotient(ONCE, self.power(base, Number(str(-n))))
        low, high = self.product([base] * int(n))
        return (greatest((low, 0.0)), high) if n % 2 == 0 else (low, high)

    def function(self, name: str, arguments: Sequence[Ends]) -> Ends:
        """A function's value: by its key, or, where it is short for a formula, by that."""
        found = self.kept(*entrywise(partial(_applied, name), arguments))
        definition = _definition(name)
        if definition is None or self.rounding is None:
            return found
        within = size(arguments[0])[1] <= CALCULATOR
        if not somewhere(within):
            return found
        return chosen(
            [(found, True), (around(found, self.value(definition, lambda _: arguments[0], _no_cases)), within)]
        )

    # ---------------------------------------------------------------------------------------------------------- formulas

    def value(self, tree: Formula, of: Callable[[str], Ends], holds: Holds) -> Ends:
        """What the formula may come to, its names answered by `of`, its cases decided by `holds`."""
        match tree:
            case Quantity(name) | Value(name):
                return of(name)
            case Number(text):
                return float(text), float(text)
            case Sum():
                return self._sum(tree, of, holds)
            case Product():
                return self._of_product(tree, of, holds)
            case Negative(body):
                return negated(self.value(body, of, holds))
            case Ratio(top, bottom):
                return self.quotient(self.value(top, of, holds), self.value(bottom, of, holds))
            case Power(base, exponent):
                return self.power(self.value(base, of, holds), exponent)
            case Call(_, arguments):
                return self.function(called(tree), [self.value(part, of, holds) for part in arguments])
            case Bracket(body) | Strike(body) | Under(body, _) | Colour(body, _):
                return self.value(body, of, holds)
            case Cases():
                return chosen([(self.value(body, of, holds), where) for body, where in _branches(tree, holds)])
        raise ValueError(f"no number for {type(tree).__name__}")

    def _sum(self, tree: Sum, of: Callable[[str], Ends], holds: Holds) -> Ends:
        """Term by term, or what is common to all terms (½) taken out."""
        terms = list(_terms(tree))
        found = self.total(self.value(term, of, holds) for term in terms)
        common, rest = _common(terms)
        if common is None or self.rounding is None:
            return found
        inner = self.total(self.value(part, of, holds) for part in rest)
        return around(found, self.product([self.value(common, of, holds), inner]))

    def _of_product(self, tree: Product, of: Callable[[str], Ends], holds: Holds) -> Ends:
        """Factor by factor, or a constant multiplied into the sum that is the only other factor."""
        found = self.product(self.factors(tree, of, holds))
        constants = [part for part in tree.factors if _constant(part)]
        sums = [part for part in map(_bare, tree.factors) if isinstance(part, Sum)]
        if self.rounding is None or len(sums) != 1 or len(constants) != len(tree.factors) - 1:
            return found
        into = [self.value(part, of, holds) for part in constants]
        spread = (self.product([*into, *self.factors(term, of, holds)]) for term in _terms(sums[0]))
        return around(found, self.total(spread))

    def factors(self, tree: Formula, of: Callable[[str], Ends], holds: Holds) -> Iterator[Ends]:
        """The single factors of a product: products, signs and whole powers inside it opened."""
        match _bare(tree):
            case Product(parts):
                yield from chain.from_iterable(self.factors(part, of, holds) for part in parts)
            case Negative(body):
                yield -1.0, -1.0
                yield from self.factors(body, of, holds)
            case Power(base, Number(text)) if text.isdigit():
                found = self.value(base, of, holds)
                both = straddles(found)  # a square is never negative
                whole = [([self.power(found, Number(text))], both)] if somewhere(both) else []
                yield from all_chosen([([found] * int(text), True), *whole])
            case Cases() as cases:
                ways = _branches(cases, holds)
                yield from all_chosen([(list(self.factors(body, of, holds)), where) for body, where in ways])
            case part:
                yield self.value(part, of, holds)


def _branches(tree: Cases, holds: Holds) -> list[tuple[Formula, Where]]:
    """The branches that hold for anybody, and where."""
    found: list[tuple[Formula, Where]] = []
    left: Where = True
    for branch, when in tree.branches:
        here = left if when is None else left & holds(when)
        if somewhere(here):
            found.append((branch, here))
            left = left & ~here if is_many(here) else False
        if not somewhere(left):
            return found
    raise ValueError("cases of which none holds")


def _corners(factors: Sequence[Ends]) -> Ends:
    """The product without any rounding."""
    found = factors[0]
    for factor in factors[1:]:
        ends = [a * b for a in found for b in factor]
        found = least(ends), greatest(ends)
    return found


# How two subsets are joined: the ends of each subset and pairs of subsets go in, the hull of what they make comes out; of many, pairs are
# two arrays, a row for every subset that is made up.


def _sum(pairs: Pairs, lows: list[float], highs: list[float]) -> Ends:
    return min([lows[a] + lows[b] for a, b in pairs]), max([highs[a] + highs[b] for a, b in pairs])


def _all_sums(pairs: tuple[Any, Any], lows: Any, highs: Any) -> Ends:
    one, other = pairs
    return (lows[one] + lows[other]).min(axis=1), (highs[one] + highs[other]).max(axis=1)


def _product(pairs: Pairs, lows: list[float], highs: list[float]) -> Ends:
    """Of factors that are not negative."""
    return min([lows[a] * lows[b] for a, b in pairs]), max([highs[a] * highs[b] for a, b in pairs])


def _all_products(pairs: tuple[Any, Any], lows: Any, highs: Any) -> Ends:
    one, other = pairs
    return (lows[one] * lows[other]).min(axis=1), (highs[one] * highs[other]).max(axis=1)


def _signed_product(pairs: Pairs, lows: list[float], highs: list[float]) -> Ends:
    ends = [x * y for a, b in pairs for x in (lows[a], highs[a]) for y in (lows[b], highs[b])]
    return min(ends), max(ends)


def _all_signed_products(pairs: tuple[Any, Any], lows: Any, highs: Any) -> Ends:
    one, other = pairs
    corners = [x * y for x in (lows[one], highs[one]) for y in (lows[other], highs[other])]
    return least(corners).min(axis=1), greatest(corners).max(axis=1)


_SUMS: Final = (_sum, _all_sums)
_PRODUCTS: Final = (_product, _all_products)
_SIGNED: Final = (_signed_product, _all_signed_products)


@cache
def _subsets(count: int) -> tuple[tuple[int, Pairs], ...]:
    """Every subset of at least two of so many things, as bits, small ones first, and the pairs of subsets that make it up."""
    many = sorted((bits for bits in range(1 << count) if bits.bit_count() > 1), key=int.bit_count)
    return tuple((whole, tuple(_halves(whole))) for whole in many)


@cache
def _by_size(count: int) -> tuple[tuple[Any, tuple[Any, Any]], ...]:
    """The same as arrays, those of a size together: the subsets, and one half and the other of each way to make them up."""
    found = []
    for members in range(2, count + 1):
        some = [(whole, pairs) for whole, pairs in _subsets(count) if whole.bit_count() == members]
        one, other = (numpy.array([[pair[n] for pair in pairs] for _, pairs in some]) for n in (0, 1))
        found.append((numpy.array([whole for whole, _ in some]), (one, other)))
    return tuple(found)


def _halves(whole: int) -> Iterator[tuple[int, int]]:
    part = (whole - 1) & whole
    while part > whole ^ part:
        yield part, whole ^ part
        part = (part - 1) & whole


# --------------------------------------------------------------------------------------------------------------- functions


def _at_end(known: Function, x: float) -> float:
    """A rising function at an end of an interval: its limit where it has no value."""
    if known.begins is not None and x <= 0:
        return known.begins
    try:
        return float(known.double(x))
    except OverflowError:
        return math.inf


def _applied(name: str, arguments: list[Ends]) -> Ends:
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


@cache
def _definition(name: str) -> Formula | None:
    """The formula in z that a function is short for: 1/(1 + e^(−z)) for the sigmoid."""
    known = FUNCTIONS.get(name)
    return None if known is None or known.definition is None else read(known.definition)


def _no_cases(condition: Formula) -> Where:
    raise ValueError(f"a definition with cases: {condition}")


# ------------------------------------------------------------------------------------------------------ shapes of formulas


def _bare(tree: Formula) -> Formula:
    """Without brackets, braces, colours around it."""
    while isinstance(tree, Wrapper):
        tree = tree.body
    return tree


def _terms(tree: Formula, sign: bool = False) -> Iterator[Formula]:
    """The terms of a sum, sums inside it opened."""
    match _bare(tree):
        case Sum(parts):
            yield from chain.from_iterable(_terms(part, sign) for part in parts)
        case Negative(body) if isinstance(_bare(body), Sum):
            yield from _terms(body, not sign)
        case _:
            yield Negative(tree) if sign else tree


def _constant(tree: Formula) -> bool:
    return not any(isinstance(part, Quantity | Value) for part in walk(tree))


def _common(terms: Sequence[Formula]) -> tuple[Formula | None, list[Formula]]:
    """The constant every term begins with, and the terms without it; None where there is none."""
    products = [part for part in map(_bare, terms) if isinstance(part, Product)]
    if len(products) < len(terms) or not _constant(products[0].factors[0]):
        return None, []
    first = products[0].factors[0]
    if any(part.factors[0] != first for part in products):
        return None, []
    return first, [Product(part.factors[1:]) for part in products]
