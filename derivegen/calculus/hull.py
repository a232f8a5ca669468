"""Hulls: a formula and what its names may be in go in, everything a calculator that may round each result can come to comes out.

After every operation the interval is stretched to the rounded values of its ends: rounding is a known monotone function, so nothing
honest lies outside, and little else inside. Sums and products are worked out in every order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final

from derivegen.calculus.interval import INTERVALS, Interval
from derivegen.calculus.rounding import Rounding
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
from derivegen.formula.value import called, constant
from derivegen.network.activations import ACTIVATIONS, read

Ends = tuple[float, float]
"""The least and the greatest of the numbers something may be."""

Pairs = tuple[tuple[int, int], ...]

ANYTHING: Final[Ends] = (-math.inf, math.inf)
NOTHING: Final[Ends] = (0.0, 0.0)
ONCE: Final[Ends] = (1.0, 1.0)

EVERY_ORDER: Final = 8
"""Factors or terms of which every order is tried; the work grows threefold with each, and beyond a bound serves."""

CALCULATOR: Final = 230.0
"""The greatest exponent of e on a calculator that ends at ten to the hundredth."""

TIE: Final = 1e-9
"""So near to half a unit both neighbours count: to the even digit or away from zero, and a double is not the decimal it stands for."""

TINY: Final = 1e-290

Wrapper = Bracket | Strike | Under | Colour


def around(*many: Ends) -> Ends:
    """The hull of several."""
    return min(low for low, _ in many), max(high for _, high in many)


@dataclass(frozen=True, slots=True)
class Paper:
    """How somebody keeps results: each either in full, or rounded as `rounding` says; without one, always in full.

    "So many decimals" is read both ways: as these and no more, and with further ones where fewer than two digits would be left.
    """

    rounding: Rounding | None = None

    def kept(self, low: float, high: float) -> Ends:
        """The hull of a result before and after it was rounded."""
        if self.rounding is None or math.isinf(low) or math.isinf(high):
            return low, high
        least, most = low, high
        for scale in self._scales(low):
            least = min(least, math.floor(low * scale + 0.5 - TIE) / scale)
        for scale in self._scales(high):
            most = max(most, math.ceil(high * scale - 0.5 + TIE) / scale)
        return least, most

    def _scales(self, number: float) -> tuple[float, ...]:
        """One over the units a number of that size may be rounded to."""
        assert self.rounding is not None
        size, significant = abs(number), self.rounding.significant
        scale = 10.0**self.rounding.digits
        if significant is None and size * scale >= 10:
            return (scale,)
        if size < TINY:
            return (scale,) if significant is None else ()
        leading = math.floor(math.log10(size))
        if significant is None:
            return scale, 10.0 ** (1 - leading)
        places = significant - 1 - leading
        return (10.0**places,) if places >= 0 else (10.0**places, 1.0)

    def _half(self, size: float) -> float:
        """The most that rounding moves a number up to that size."""
        scales = self._scales(size) if self.rounding is not None else ()
        return 0.5 / min(scales) if scales else 0.0

    # ------------------------------------------------------------------------------------------------------- operations

    def product(self, factors: Iterable[Ends]) -> Ends:
        """The factors multiplied in every order; a factor 1 or −1 is no operation."""
        some = list(factors)
        if NOTHING in some:
            return NOTHING
        turned = some.count((-1.0, -1.0)) % 2 == 1
        found = self._product([factor for factor in some if factor not in (ONCE, (-1.0, -1.0))])
        return negated(found) if turned else found

    def _product(self, factors: list[Ends]) -> Ends:
        if len(factors) < 2:
            return factors[0] if factors else ONCE
        if _endless(factors):
            return ANYTHING
        if self.rounding is None:
            return _corners(factors)
        if len(factors) > EVERY_ORDER:
            return self._long_product(factors)
        if any(low < 0 < high for low, high in factors):
            return self._in_every_order(factors, _signed_products)
        found = self._in_every_order([_size(factor) for factor in factors], _products)
        return negated(found) if sum(low < 0 or high < 0 for low, high in factors) % 2 else found

    def _long_product(self, factors: list[Ends]) -> Ends:
        """Of a product in any order the k-th largest part product lacks at least k factors; what rounding it changes is multiplied by
        those, at most the k largest."""
        low, high = _corners(factors)
        sizes = sorted((_size(factor)[1] for factor in factors), reverse=True)
        assert self.rounding is not None
        if self.rounding.significant is not None:
            share = (1 + 0.5 * 10.0 ** (1 - self.rounding.significant)) ** (len(factors) - 1) - 1
            moved = share * math.prod(sizes)
        else:
            large = sum(size > 1 for size in sizes)
            lacking = (math.prod(sizes[: max(k, large)]) for k in range(len(sizes) - 1))
            moved = 1.05 * self._half(0.0) * sum(lacking)  # 1.05: the others are rounded too
        return low - moved, high + moved

    def total(self, terms: Iterable[Ends]) -> Ends:
        """The terms added in every order; a term 0 is no operation."""
        some = [term for term in terms if term != NOTHING]
        if len(some) < 2:
            return some[0] if some else NOTHING
        if _endless(some):
            return ANYTHING
        if self.rounding is not None and len(some) <= EVERY_ORDER:
            return self._in_every_order(some, _sums)
        low, high = math.fsum(low for low, _ in some), math.fsum(high for _, high in some)
        up, down = sum(max(high, 0.0) for _, high in some), sum(max(-low, 0.0) for low, _ in some)
        moved = (len(some) - 2) * self._half(max(up, down))
        return self.kept(low - moved, high + moved)

    def _in_every_order(self, parts: Sequence[Ends], join: Callable[[Pairs, list[float], list[float]], Ends]) -> Ends:
        """The parts joined two by two in every order, by subsets: each from every pair of subsets that make it up."""
        lows, highs = [0.0] * (1 << len(parts)), [0.0] * (1 << len(parts))
        for place, (low, high) in enumerate(parts):
            lows[1 << place], highs[1 << place] = low, high
        for subset, pairs in _subsets(len(parts)):
            lows[subset], highs[subset] = self.kept(*join(pairs, lows, highs))
        return lows[-1], highs[-1]

    def quotient(self, top: Ends, bottom: Ends) -> Ends:
        """One divided by the other; by what may be 0, anything."""
        if bottom == NOTHING:
            raise ZeroDivisionError
        if bottom[0] <= 0 <= bottom[1] or _endless((top, bottom)):
            return ANYTHING
        if top == NOTHING or bottom == ONCE:
            return top
        ends = [a / b for a in top for b in bottom]
        return self.kept(min(ends), max(ends))

    def power(self, base: Ends, exponent: Formula) -> Ends:
        """A constant power: a whole one by multiplying, any other by the key of the calculator."""
        n = constant(exponent)
        if n.denominator != 1:
            plain = Paper()
            ends = plain.function("exp", [plain.product([(float(n), float(n)), plain.function("ln", [base])])])
            return self.kept(*ends)
        if n < 0:
            return self.quotient(ONCE, self.power(base, Number(str(-n))))
        low, high = self.product([base] * int(n))
        return (max(low, 0.0), high) if n % 2 == 0 else (low, high)

    def function(self, name: str, arguments: Sequence[Ends]) -> Ends:
        """A function's value: by its key, or, where it is short for a formula, by that."""
        found = self.kept(*_applied(name, arguments))
        definition = _definition(name)
        if definition is None or self.rounding is None or max(_size(arguments[0])) > CALCULATOR:
            return found
        return around(found, self.value(definition, lambda _: arguments[0], _no_cases))

    # ---------------------------------------------------------------------------------------------------------- formulas

    def value(self, tree: Formula, of: Callable[[str], Ends], branch: Callable[[Cases], Formula]) -> Ends:
        """What the formula may come to, its names answered by `of`, its cases decided by `branch`."""
        match tree:
            case Quantity(name) | Value(name):
                return of(name)
            case Number(text):
                return float(text), float(text)
            case Sum():
                return self._sum(tree, of, branch)
            case Product():
                return self._of_product(tree, of, branch)
            case Negative(body):
                return negated(self.value(body, of, branch))
            case Ratio(top, bottom):
                return self.quotient(self.value(top, of, branch), self.value(bottom, of, branch))
            case Power(base, exponent):
                return self.power(self.value(base, of, branch), exponent)
            case Call(_, arguments):
                return self.function(called(tree), [self.value(part, of, branch) for part in arguments])
            case Bracket(body) | Strike(body) | Under(body, _) | Colour(body, _):
                return self.value(body, of, branch)
            case Cases():
                return self.value(branch(tree), of, branch)
        raise ValueError(f"no number for {type(tree).__name__}")

    def _sum(self, tree: Sum, of: Callable[[str], Ends], branch: Callable[[Cases], Formula]) -> Ends:
        """Term by term, or what is common to all terms (½) taken out."""
        terms = list(_terms(tree))
        found = self.total(self.value(term, of, branch) for term in terms)
        common, rest = _common(terms)
        if common is None or self.rounding is None:
            return found
        inner = self.total(self.value(part, of, branch) for part in rest)
        return around(found, self.product([self.value(common, of, branch), inner]))

    def _of_product(self, tree: Product, of: Callable[[str], Ends], branch: Callable[[Cases], Formula]) -> Ends:
        """Factor by factor, or a constant multiplied into the sum that is the only other factor."""
        found = self.product(self.factors(tree, of, branch))
        constants = [part for part in tree.factors if _constant(part)]
        sums = [part for part in map(_bare, tree.factors) if isinstance(part, Sum)]
        if self.rounding is None or len(sums) != 1 or len(constants) != len(tree.factors) - 1:
            return found
        into = [self.value(part, of, branch) for part in constants]
        spread = (self.product([*into, *self.factors(term, of, branch)]) for term in _terms(sums[0]))
        return around(found, self.total(spread))

    def factors(self, tree: Formula, of: Callable[[str], Ends], branch: Callable[[Cases], Formula]) -> Iterator[Ends]:
        """The single factors of a product: products, signs and whole powers inside it opened."""
        match _bare(tree):
            case Product(parts):
                yield from chain.from_iterable(self.factors(part, of, branch) for part in parts)
            case Negative(body):
                yield -1.0, -1.0
                yield from self.factors(body, of, branch)
            case Power(base, Number(text)) if text.isdigit():
                found = self.value(base, of, branch)
                straddles = found[0] < 0 < found[1]  # a square is never negative
                yield from [self.power(found, Number(text))] if straddles else [found] * int(text)
            case Cases() as cases:
                yield from self.factors(branch(cases), of, branch)
            case part:
                yield self.value(part, of, branch)


def negated(ends: Ends) -> Ends:
    """−x."""
    return -ends[1] + 0.0, -ends[0] + 0.0


def _size(ends: Ends) -> Ends:
    """|x| of what is nowhere on both sides of 0 (of what is, the greater end is right)."""
    low, high = abs(ends[0]), abs(ends[1])
    return (low, high) if low <= high else (high, low)


def _endless(many: Iterable[Ends]) -> bool:
    return any(math.isinf(low) or math.isinf(high) for low, high in many)


def _corners(factors: Sequence[Ends]) -> Ends:
    """The product without any rounding."""
    found = factors[0]
    for factor in factors[1:]:
        ends = [a * b for a in found for b in factor]
        found = min(ends), max(ends)
    return found


def _sums(pairs: Pairs, lows: list[float], highs: list[float]) -> Ends:
    return min([lows[a] + lows[b] for a, b in pairs]), max([highs[a] + highs[b] for a, b in pairs])


def _products(pairs: Pairs, lows: list[float], highs: list[float]) -> Ends:
    """Of factors that are not negative."""
    return min([lows[a] * lows[b] for a, b in pairs]), max([highs[a] * highs[b] for a, b in pairs])


def _signed_products(pairs: Pairs, lows: list[float], highs: list[float]) -> Ends:
    ends = [x * y for a, b in pairs for x in (lows[a], highs[a]) for y in (lows[b], highs[b])]
    return min(ends), max(ends)


@cache
def _subsets(count: int) -> tuple[tuple[int, Pairs], ...]:
    """Every subset of at least two of so many things, as bits, small ones first, and the pairs of subsets that make it up."""
    many = sorted((bits for bits in range(1 << count) if bits.bit_count() > 1), key=int.bit_count)
    return tuple((whole, tuple(_halves(whole))) for whole in many)


def _halves(whole: int) -> Iterator[tuple[int, int]]:
    part = (whole - 1) & whole
    while part > whole ^ part:
        yield part, whole ^ part
        part = (part - 1) & whole


# --------------------------------------------------------------------------------------------------------------- functions


def _exponential(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _logarithm(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf


_OWN: dict[str, Callable[[float], float]] = {
    "exp": _exponential,
    "ln": _logarithm,
    "sqrt": lambda x: math.sqrt(max(x, 0.0)),
}


def _applied(name: str, arguments: Sequence[Ends]) -> Ends:
    """A function of intervals: a logarithm of what may have been rounded to 0 tells nothing, one of what cannot be positive is none."""
    if name in ("ln", "sqrt") and (arguments[0][1] < 0 or (name == "ln" and arguments[0][1] == 0)):
        raise ValueError(f"{name} of a number that has none")
    if name in _OWN:
        low, high = map(_OWN[name], arguments[0])
    else:
        found = INTERVALS.functions[name](*(Interval(*ends) for ends in arguments))
        low, high = found.low, found.high
    return ANYTHING if math.isnan(low) or math.isnan(high) else (low, high)


@cache
def _definition(name: str) -> Formula | None:
    """The formula in z that a function is short for: 1/(1 + e^(−z)) for the sigmoid."""
    entry = ACTIVATIONS.get(name)
    return None if entry is None or entry.definition is None else read(entry.definition)


def _no_cases(tree: Cases) -> Formula:
    raise ValueError(f"a definition with cases: {tree}")


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
