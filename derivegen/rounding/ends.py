"""The two ends of what a number may be go in, for one network or, as arrays, for many at once; ends come out.

What goes by the numbers is decided for each entry: entries that go different ways are taken apart, and put together again.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, reduce
from typing import Any, Final

from derivegen.on_use import numpy

Ends = tuple[float, float]
"""The least and the greatest of the numbers something may be; both arrays where there are many, an entry for each."""

Where = Any
"""True, or for each of many whether it is so."""

Fold = Callable[[list[Ends]], Ends]

ANYTHING: Final[Ends] = (-math.inf, math.inf)
NOTHING: Final[Ends] = (0.0, 0.0)
ONCE: Final[Ends] = (1.0, 1.0)

_SMALLEST: Final = -307
_POWERS: Final = [float(f"1e{n}") for n in range(_SMALLEST, 309)]


def is_many(end: Any) -> bool:
    """Whether there is an entry for each of many."""
    return hasattr(end, "__len__")


def many(parts: Iterable[Ends]) -> bool:
    """Whether one of them has an entry for each of many."""
    return any(is_many(low) for low, _ in parts)


@cache
def _powers_array() -> Any:
    return numpy.array(_POWERS)


def power_of_ten(n: int) -> float:
    """10ⁿ as it is written."""
    return _POWERS[n - _SMALLEST]


def powers_of_ten(n: Any) -> Any:
    """The same of many."""
    return _powers_array()[n - _SMALLEST]


def leading(number: float) -> int:
    """The place of the first digit of a positive number: 0 for 1.5, −3 for 0.0015."""
    return bisect_right(_POWERS, number) - 1 + _SMALLEST


def leadings(numbers: Any) -> Any:
    """The same of many."""
    return numpy.searchsorted(_powers_array(), numbers, side="right") - 1 + _SMALLEST


def least(numbers: Sequence[Any]) -> Any:
    """The least."""
    return min(numbers) if not any(map(is_many, numbers)) else reduce(numpy.minimum, numbers)


def greatest(numbers: Sequence[Any]) -> Any:
    """The greatest."""
    return max(numbers) if not any(map(is_many, numbers)) else reduce(numpy.maximum, numbers)


def around(*parts: Ends) -> Ends:
    """The hull of several."""
    return least([low for low, _ in parts]), greatest([high for _, high in parts])


def negated(ends: Ends) -> Ends:
    """−x."""
    return -ends[1] + 0.0, -ends[0] + 0.0


def turned(ends: Ends, times: Any) -> Ends:
    """With the sign changed so many times."""
    if is_many(times):
        return chosen([(ends, True), (negated(ends), times % 2 == 1)])
    return negated(ends) if times % 2 else ends


def size(ends: Ends) -> Ends:
    """|x| of what is nowhere on both sides of 0 (of what is, the greater end is right)."""
    low, high = abs(ends[0]), abs(ends[1])
    if is_many(low):
        return least((low, high)), greatest((low, high))
    return (low, high) if low <= high else (high, low)


def straddles(ends: Ends) -> Where:
    """Where it is on both sides of 0."""
    return (ends[0] < 0) & (ends[1] > 0)


def somewhere(where: Where) -> bool:
    """Whether it is so at all."""
    return bool(where.any()) if is_many(where) else bool(where)


def endless(parts: Sequence[Ends]) -> Where:
    """Where one of them goes on for ever."""
    if many(parts):
        ends = [numpy.isinf(end) for both in parts for end in both]
        return numpy.logical_or.reduce(numpy.broadcast_arrays(*ends))
    return any(low == -math.inf or high == math.inf for low, high in parts)


def unit(ends: Ends) -> float | None:
    """0, 1 or −1 if it is that. Of many nobody's is, unless `apart` took them apart."""
    low, high = ends
    return None if is_many(low) or low != high or low not in (0.0, 1.0, -1.0) else low


# ------------------------------------------------------------------------------------------------------------------ apart


def entrywise(fold: Fold, parts: Sequence[Ends]) -> Ends:
    """Of many each by itself."""
    if not many(parts):
        return fold(list(parts))
    ends = numpy.broadcast_arrays(*(end for both in parts for end in both))
    columns = [end.tolist() for end in ends]
    found: Any = numpy.array([fold(list(zip(row[::2], row[1::2], strict=True))) for row in zip(*columns, strict=True)])
    return found[:, 0], found[:, 1]


def apart(parts: list[Ends], fold: Fold) -> Ends:
    """The fold of entries that have 0, 1 and −1 in the same places together; in these places stand the plain numbers."""
    if not many(parts):
        return fold(parts)
    marks = [_marked(part) for part in parts]
    mixed = [mark for mark in marks if mark is not None and not _even(mark)]
    if not mixed:
        return fold([_plain(part, mark) for part, mark in zip(parts, marks, strict=True)])
    _, group = numpy.unique(numpy.stack(mixed), axis=1, return_inverse=True)
    group = group.reshape(-1)
    return _joined(len(group), ((place, apart(_only(parts, place), fold)) for place in _places(group)))


def _marked(part: Ends) -> Any:
    """0, 1 and −1 where an entry is that, 2 elsewhere; None where none is."""
    low, high = part
    if not is_many(low):
        return None
    plain: Any = (low == high) & ((low == 0) | (abs(low) == 1))
    return numpy.where(plain, low + 0.0, 2.0) if plain.any() else None


def _even(mark: Any) -> bool:
    return bool((mark == mark[0]).all())


def _plain(part: Ends, mark: Any) -> Ends:
    return part if mark is None or mark[0] == 2 else (float(mark[0]), float(mark[0]))


def _places(group: Any) -> Iterator[Any]:
    return (numpy.flatnonzero(group == each) for each in range(int(group.max()) + 1))


def _only(parts: Sequence[Ends], place: Any) -> list[Ends]:
    return [(low[place], high[place]) if is_many(low) else (low, high) for low, high in parts]  # type: ignore[index]


def _joined(count: int, some: Iterable[tuple[Any, Ends]]) -> Ends:
    low, high = numpy.empty(count), numpy.empty(count)
    for place, ends in some:
        low[place], high[place] = ends
    both: Any = low, high
    return both  # type: ignore[no-any-return]


def unless(lost: Where, parts: list[Ends], fold: Fold) -> Ends:
    """The fold, and anything where that is `lost`."""
    if not somewhere(lost):
        return fold(parts)
    if numpy.all(lost):
        return ANYTHING
    kept = numpy.flatnonzero(~lost)
    return _joined(len(lost), ((numpy.flatnonzero(lost), ANYTHING), (kept, fold(_only(parts, kept)))))


def chosen(ways: Sequence[tuple[Ends, Where]]) -> Ends:
    """The ends of the last way that holds, entry by entry; the first holds for the rest."""
    found: Any = ways[0][0]
    for ends, where in ways[1:]:
        if is_many(where):
            found = numpy.where(where, ends[0], found[0]), numpy.where(where, ends[1], found[1])
        elif where:
            found = ends
    return found  # type: ignore[no-any-return]


def all_chosen(ways: Sequence[tuple[Sequence[Ends], Where]]) -> Iterator[Ends]:
    """The same of several factors; a shorter way has factors 1 behind its own."""
    count = max(len(parts) for parts, _ in ways)
    longer = [([*parts, *[ONCE] * (count - len(parts))], where) for parts, where in ways]
    return (chosen([(parts[n], where) for parts, where in longer]) for n in range(count))
