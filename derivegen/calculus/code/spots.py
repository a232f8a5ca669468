"""Where members stand in arrays: places under index letters go in; the code of the slice, the window or the entries they are, and a letter
for each of its axes, come out.

A family is one array with an axis for each of its indices, longer than the family where members beyond its ranges are read, which are 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from derivegen.calculus.code.pieces import Piece
from derivegen.formula.places import Affine, Box, Range, affine
from derivegen.formula.ranges import affine_in
from derivegen.formula.tree import BigSum, Extreme, Formula, Indexed, Place, Quantity, Wins, children
from derivegen.network.family import Families, Family
from derivegen.records import dataclass

At = Mapping[str, str]
"""The code of a letter's value, of letters that a loop around counts."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The array of a family: the index of its first and its last entry along each axis, and those of the first and last members."""

    low: tuple[int, ...]
    high: tuple[int, ...]
    own: tuple[tuple[int, int], ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many entries there are along each axis."""
        return tuple(high - low + 1 for low, high in zip(self.low, self.high, strict=True))

    @property
    def padded(self) -> bool:
        """Whether there are entries that are no members."""
        return tuple(zip(self.low, self.high, strict=True)) != self.own

    @property
    def margins(self) -> tuple[tuple[int, int], ...]:
        """How many entries stand before and behind the members along each axis."""
        ends = zip(self.low, self.high, self.own, strict=True)
        return tuple((first - low, high - last) for low, high, (first, last) in ends)

    @property
    def members(self) -> str:
        """The code of the slice that has the members alone; nothing where that is all."""
        cuts = (f"{first - low}:{last - low + 1}" for low, (first, last) in zip(self.low, self.own, strict=True))
        return f"[{', '.join(cuts)}]" if self.padded else ""


def extents(families: Families) -> dict[str, Extent]:
    """The arrays of all families."""
    own = {name: _own(family) for name, family in families.items()}
    low = {name: [first for first, _ in each] for name, each in own.items()}
    high = {name: [last for _, last in each] for name, each in own.items()}
    for family in families.values():
        for equation in family.parts:
            for leaf, within in reads(equation.formula, equation.box) if equation.formula is not None else ():
                if families[leaf.base].outside:
                    for axis, place in enumerate(leaf.places):
                        if not isinstance(place, Indexed):
                            least, most = affine(place).bounds(within)
                            low[leaf.base][axis] = min(low[leaf.base][axis], least)
                            high[leaf.base][axis] = max(high[leaf.base][axis], most)
    return {name: Extent(tuple(low[name]), tuple(high[name]), own[name]) for name in families}


def _own(family: Family) -> tuple[tuple[int, int], ...]:
    return tuple((axis.low, axis.low + int(axis.size) - 1) for axis in family.axes)


def reads(tree: Formula, within: Box) -> Iterator[tuple[Indexed, Box]]:
    """The leaves of a formula, each with how far the letters run there."""
    ranges: Sequence[Range] = ()
    match tree:
        case Indexed():
            yield tree, within
        case BigSum(_, Quantity(letter), low, high):
            ranges = [Range(letter, affine_in(low), affine_in(high))]
        case Extreme(_, many, _) | Wins(_, many, _):
            ranges = many
    inner = with_ranges(within, ranges)
    for part in children(tree):
        yield from reads(part, inner)


def with_ranges(within: Box, ranges: Sequence[Range]) -> dict[str, tuple[int, int]]:
    """How far letters run, those of further ranges too, whose bounds may use the others."""
    found = dict(within)
    for each in ranges:
        found[each.letter] = (each.low.bounds(found)[0], each.high.bounds(found)[1])
    return found


@dataclass(frozen=True, slots=True)
class Spot:
    """The code of a part of an array, to be put behind its variable, with a letter for each axis; `window` are the arguments of `view`
    where it is no slice, `entries` says that it is a list of entries, in which one may stand twice. Where two choices of the letters may
    reach the same entry, `apart` are those of them that do not once the others are fixed."""

    letters: tuple[str, ...]
    index: str = ""
    window: str = ""
    entries: bool = False
    apart: tuple[str, ...] | None = None

    def of(self, variable: str) -> str:
        """The code of that part of an array."""
        return f"view({variable}, {self.window})" if self.window else variable + self.index


@dataclass(frozen=True, slots=True)
class _Part:
    """One place of an index: the code of what a loop around decides of it, its other letters, what is added."""

    code: str
    terms: tuple[tuple[str, int], ...]
    shift: int

    def at(self, more: int) -> str:
        """The code of the place with that much added."""
        number = self.shift + more
        return f"{self.code}{number:+d}" if self.code and number else self.code or str(number)


def spot(extent: Extent, places: Sequence[Place], within: Box, at: At, looked_up: Callable[[Indexed], Piece]) -> Spot:
    """The members of a family at these places, for all values of their letters."""
    if any(isinstance(place, Indexed) for place in places):
        return _entries(extent, places, within, at, looked_up)
    parts = [_part(affine(place), low, at) for place, low in zip(places, extent.low, strict=True)]  # type: ignore[arg-type]
    letters = tuple(dict.fromkeys(letter for part in parts for letter, _ in part.terms))
    counts = [letter for part in parts for letter, _ in part.terms]
    if len(counts) > len(letters) or any(len(part.terms) > 1 or any(by < 0 for _, by in part.terms) for part in parts):
        return _window(parts, letters, within)
    found = [_slice(part, size, within) for part, size in zip(parts, extent.shape, strict=True)]
    while found and found[-1] == ":":
        found.pop()
    return Spot(letters, f"[{', '.join(found)}]" if found else "")


def _part(place: Affine, low: int, at: At) -> _Part:
    fixed = [(at[letter], by) for letter, by in place.terms if letter in at]
    code = "".join(f"{by:+d}*{name}" if abs(by) != 1 else f"{'-' if by < 0 else '+'}{name}" for name, by in fixed)
    return _Part(code.removeprefix("+"), tuple(term for term in place.terms if term[0] not in at), place.shift - low)


def _slice(part: _Part, size: int, within: Box) -> str:
    if not part.terms:
        return part.at(0)
    ((letter, by),) = part.terms
    first, last = within[letter]
    if not part.code and by == 1 and first + part.shift == 0 and last - first + 1 == size:
        return ":"
    return f"{part.at(by * first)}:{part.at(by * last + 1)}" + (f":{by}" if by != 1 else "")


def _window(parts: Sequence[_Part], letters: tuple[str, ...], within: Box) -> Spot:
    """A view: windows, diagonals, what runs backwards."""
    starts = [part.at(sum(by * within[letter][0] for letter, by in part.terms)) for part in parts]
    steps = tuple(tuple(dict(part.terms).get(letter, 0) for part in parts) for letter in letters)
    sizes = tuple(within[letter][1] - within[letter][0] + 1 for letter in letters)
    apart = None if all(_distinct(part.terms, within) for part in parts) else _widest(parts, within)
    return Spot(letters, window=f"({''.join(f'{start}, ' for start in starts)}), {steps}, {sizes}", apart=apart)


def _distinct(terms: Sequence[tuple[str, int]], within: Box) -> bool:
    """Whether no two choices of the letters come to the same place: each step is longer than all smaller ones together."""
    reached = 0
    for letter, by in sorted(terms, key=lambda term: abs(term[1])):
        if abs(by) <= reached:
            return False
        reached += abs(by) * (within[letter][1] - within[letter][0])
    return True


def _widest(parts: Sequence[_Part], within: Box) -> tuple[str, ...]:
    """Of each place the letter that runs farthest."""
    most = (
        max(part.terms, key=lambda term: within[term[0]][1] - within[term[0]][0])[0] for part in parts if part.terms
    )
    return tuple(dict.fromkeys(most))


def _entries(
    extent: Extent, places: Sequence[Place], within: Box, at: At, looked_up: Callable[[Indexed], Piece]
) -> Spot:
    """Members some of whose places are looked up."""
    found: list[Piece] = []
    for place, low in zip(places, extent.low, strict=True):
        if isinstance(place, Indexed):
            piece = looked_up(place)
            found.append(Piece(f"{piece.code} - {low}" if low else piece.code, piece.letters))
        else:
            found.append(_counted(_part(affine(place), low, at), within))
    letters = tuple(dict.fromkeys(letter for piece in found for letter in piece.letters))
    if sum(len(piece.letters) for piece in found) == len(letters) and _alone(places, extent, within):
        index = [
            piece.code if isinstance(place, Indexed) else "slice(None)"
            for place, piece in zip(places, found, strict=True)
        ]
        return Spot(letters, f"[{', '.join(index)}]", entries=True)
    index = [Piece(f"({piece.code})", piece.letters).along(letters) for piece in found]
    return Spot(letters, f"[{', '.join(index)}]", entries=True)


def _alone(places: Sequence[Place], extent: Extent, within: Box) -> bool:
    """Whether one place is looked up, and the others are letters that run through all there is."""
    others = [
        (place, low, high)
        for place, low, high in zip(places, extent.low, extent.high, strict=True)
        if not isinstance(place, Indexed)
    ]
    return len(others) == len(places) - 1 and all(
        isinstance(place, str) and within.get(place) == (low, high) for place, low, high in others
    )


def _counted(part: _Part, within: Box) -> Piece:
    """The places that a letter comes to, as an array of whole numbers."""
    if not part.terms:
        return Piece(part.at(0))
    found = Piece(part.at(0))
    for letter, by in part.terms:
        first, last = within[letter]
        each = Piece(f"{by}*arange({first}, {last + 1})", (letter,))
        order = (*found.letters, letter)
        found = Piece(f"{found.along(order)} + {each.along(order)}", order)
    return found
