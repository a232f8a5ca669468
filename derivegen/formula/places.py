"""Places of an index: letters and whole numbers go in; sums such as t − 1 and 2p + u − 2, ranges such as s ≤ t, and what they come to, come
out.

A plain letter stays the text it is; only what is more than that is an `Affine`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derivegen.records import dataclass

Box = Mapping[str, tuple[int, int]]
"""The least and the greatest value of each letter."""


@dataclass(frozen=True, slots=True)
class Affine:
    """Σ coefficient · letter + shift; no letter twice, no coefficient 0."""

    terms: tuple[tuple[str, int], ...] = ()
    shift: int = 0

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters that stand in it."""
        return tuple(letter for letter, _ in self.terms)

    def __add__(self, other: Affine) -> Affine:
        found = dict(self.terms)
        for letter, by in other.terms:
            found[letter] = found.get(letter, 0) + by
        return Affine(tuple((letter, by) for letter, by in found.items() if by), self.shift + other.shift)

    def __sub__(self, other: Affine) -> Affine:
        return self + other.times(-1)

    def times(self, by: int) -> Affine:
        """So many times it."""
        return Affine(tuple((letter, each * by) for letter, each in self.terms if by), self.shift * by)

    def moved(self, by: int) -> Affine:
        """It and a whole number."""
        return Affine(self.terms, self.shift + by)

    def put(self, known: Mapping[str, Affine]) -> Affine:
        """It with letters replaced."""
        found = Affine((), self.shift)
        for letter, by in self.terms:
            found = found + (known[letter] if letter in known else Affine(((letter, 1),))).times(by)
        return found

    def at(self, bound: Mapping[str, int]) -> int:
        """Its value. Raises KeyError of a letter that has none."""
        found = self.shift
        for letter, by in self.terms:
            found += by * bound[letter]
        return found

    def bounds(self, box: Box) -> tuple[int, int]:
        """Its least and its greatest value."""
        low = high = self.shift
        for letter, by in self.terms:
            ends = [by * end for end in box[letter]]
            low, high = low + min(ends), high + max(ends)
        return low, high

    def __str__(self) -> str:
        text = ""
        for letter, by in self.terms:
            text += ("-" if by < 0 else "+" if text else "") + (f"{abs(by)}" if abs(by) != 1 else "") + letter
        if self.shift or not text:
            text += f"{self.shift:+d}" if text else str(self.shift)
        return text


def whole(number: int) -> Affine:
    """A whole number."""
    return Affine((), number)


def letter(name: str) -> Affine:
    """A letter by itself."""
    return Affine(((name, 1),))


def affine(place: str | Affine) -> Affine:
    """A letter or a sum as a sum."""
    return letter(place) if isinstance(place, str) else place


def plain(place: Affine) -> str | Affine:
    """The sum, or the letter if it is nothing else."""
    return place.terms[0][0] if not place.shift and len(place.terms) == 1 and place.terms[0][1] == 1 else place


@dataclass(frozen=True, slots=True)
class Range:
    """A letter and how far it runs; the bounds may use letters that stand before it."""

    letter: str
    low: Affine
    high: Affine

    def put(self, known: Mapping[str, Affine]) -> Range:
        """The range under another letter, or with other bounds."""
        own = known[self.letter].letters[0] if self.letter in known else self.letter
        return Range(own, self.low.put(known), self.high.put(known))

    def values(self, bound: Mapping[str, int]) -> range:
        """The values of the letter."""
        return range(self.low.at(bound), self.high.at(bound) + 1)


def runs(ranges: Sequence[Range], bound: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Every choice of values for the letters of the ranges, the last running fastest, beside those that are bound already."""
    found = dict(bound)
    if not ranges:
        yield found
        return
    places = [iter(ranges[0].values(found))]
    while places:
        depth = len(places) - 1
        own = next(places[-1], None)
        if own is None:
            places.pop()
            continue
        found[ranges[depth].letter] = own
        if depth + 1 == len(ranges):
            yield dict(found)
        else:
            places.append(iter(ranges[depth + 1].values(found)))


def inside(ranges: Sequence[Range], bound: Mapping[str, int]) -> bool:
    """Whether every letter has a value of its range."""
    return all(each.low.at(bound) <= bound[each.letter] <= each.high.at(bound) for each in ranges)


def box(ranges: Sequence[Range]) -> dict[str, tuple[int, int]]:
    """The least and the greatest value of each letter."""
    found: dict[str, tuple[int, int]] = {}
    for each in ranges:
        found[each.letter] = (each.low.bounds(found)[0], each.high.bounds(found)[1])
    return found
