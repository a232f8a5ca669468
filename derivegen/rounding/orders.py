"""Sums and products in every order: the ends of the parts go in, the hull of what joining them two by two can come to comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final

from derivegen.on_use import numpy
from derivegen.rounding.ends import Ends, greatest, least, many

Pairs = tuple[tuple[int, int], ...]

Join = tuple[Callable[[Pairs, list[float], list[float]], Ends], Callable[..., Ends]]
"""How two are joined, and how many are."""

Kept = Callable[[Any, Any], Ends]
"""The hull of a result before and after it was rounded."""

EVERY_ORDER: Final = 8
"""Factors or terms of which every order is tried; the work grows threefold with each, and beyond a bound serves."""

TOGETHER: Final = 6
"""From so many on, subsets of a size are worked out together."""


def in_every_order(parts: Sequence[Ends], join: Join, kept: Kept) -> Ends:
    """The parts joined two by two in every order, by subsets: each from every pair of subsets that make it up."""
    if many(parts) or len(parts) >= TOGETHER:
        return _all_in_every_order(parts, join[1], kept)
    lows, highs = [0.0] * (1 << len(parts)), [0.0] * (1 << len(parts))
    for place, (low, high) in enumerate(parts):
        lows[1 << place], highs[1 << place] = low, high
    for subset, pairs in _subsets(len(parts)):
        lows[subset], highs[subset] = kept(*join[0](pairs, lows, highs))
    return lows[-1], highs[-1]


def _all_in_every_order(parts: Sequence[Ends], join: Callable[..., Ends], kept: Kept) -> Ends:
    """The same of many at once, and all subsets of a size together."""
    ends = numpy.array(numpy.broadcast_arrays(*(end for both in parts for end in both)))
    lows, highs = numpy.empty((2, 1 << len(parts), *ends.shape[1:]))
    for place in range(len(parts)):
        lows[1 << place], highs[1 << place] = ends[2 * place], ends[2 * place + 1]
    with numpy.errstate(all="ignore"):  # an end may be infinite
        for subsets, pairs in _by_size(len(parts)):
            lows[subsets], highs[subsets] = kept(*join(pairs, lows, highs))
    return (lows[-1], highs[-1]) if lows.ndim > 1 else (float(lows[-1]), float(highs[-1]))


def corners(factors: Sequence[Ends]) -> Ends:
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


SUMS: Final = (_sum, _all_sums)
PRODUCTS: Final = (_product, _all_products)
SIGNED: Final = (_signed_product, _all_signed_products)


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
