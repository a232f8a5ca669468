"""Reading by writing: a symbol as typed goes in; the members and arrays that one notation or another writes like that come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from math import prod

from derivegen.errors import InputError
from derivegen.formula.tree import Glyph
from derivegen.network.family import Axis, Family, Index
from derivegen.network.graph import Graph
from derivegen.network.tables.notations import NOTATIONS
from derivegen.notation.arrays import array_symbol
from derivegen.notation.habits import HABIT, habits
from derivegen.notation.notation import Notation
from derivegen.notation.spelling import Spelling, base_of, compared_by, digits_as, symbol_of, ways
from derivegen.records import dataclass, replace

MOST_KEPT = 2**14
MOST_ROWS = 64
"""Rows whose arrays have names of their own."""


@dataclass(frozen=True)
class WrittenNames:
    """How one graph's quantities are written in the chosen notation, in those of the table and by habit."""

    graph: Graph
    notation: Notation

    @cached_property
    def letters(self) -> frozenset[str]:
        """The letters and words any symbol begins with, in lower case: most words of a text are none of them."""
        notations = (
            *self.chosen,
            *self.others,
        )  # the chosen one is asked first: later ones leave out what it writes alike
        bases = {base for notation in notations for base, folded in self._families(notation) if folded}
        singles = {base for notation in notations for base, folded in self._singles(notation) if folded}
        written = (symbol for notation in notations for symbol, _ in _written_arrays(notation, self.arrays))
        arrays = {symbol.base.lower() for symbol in written}
        return frozenset({*bases, *singles, *arrays, "loss", "rate"})

    @cached_property
    def chosen(self) -> tuple[Notation, ...]:
        return (self.notation,)

    @cached_property
    def others(self) -> tuple[Notation, ...]:
        """The notations of the table and of habit; a `[graph]` has names of its own."""
        if not self.graph.layered:
            return ()
        chosen = self.notation.entry
        table = [entry for entry in NOTATIONS.values() if entry.patterns != chosen.patterns and not entry.asked]
        return tuple(Notation(self.graph, entry) for entry in (*table, *habits(chosen)))

    @cached_property
    def indexed(self) -> tuple[Notation, ...]:
        return tuple(notation for notation in self.others if notation.entry.name == "indexed")

    def readings(self, notations: tuple[Notation, ...], typed: Spelling) -> set[str]:
        """The readings in these notations together, the strictest comparison that finds any deciding."""
        symbol = Glyph(typed.base, typed.sub, typed.sup)
        for folded in (False, True):
            wanted = compared_by(symbol, folded)
            looks = [look for notation in notations for look in self._looks(notation, typed, folded)]
            for tolerance in range(3):
                found = {name for name, look in looks if wanted[tolerance] & compared_by(look, folded)[tolerance]}
                if not found and not folded and (tolerance < 2 or self.graph.lettered) and not typed.row:
                    found = {
                        name for notation in notations for name in self._array(notation, wanted[tolerance], tolerance)
                    }
                if folded and len(typed.base) == 1 and typed.base.islower():  # l counts layers, e is Euler's number
                    found = {name for name in found if self.graph.kind_of(name) != "loss"}
                if found:
                    return found
        return set()

    def _looks(self, notation: Notation, typed: Spelling, folded: bool) -> Iterator[tuple[str, Glyph]]:
        """The members the digits may mean, in every way they may be typed in this notation."""
        base = (typed.base.lower() if folded else typed.base, folded)
        if base not in self._families(notation) and base not in self._singles(notation):
            return
        for name, symbol in dict(self._candidates(notation, typed, folded)).items():
            yield from (
                (name, look) for look in ways(symbol, typed, name.partition("@")[2], self.graph.kind_of(name) != "loss")
            )

    def _array(self, notation: Notation, wanted: frozenset[object], tolerance: int) -> Iterator[str]:
        known = self._array_keys(notation)
        for key in wanted:
            yield from known.get((tolerance, key), ())

    def _candidates(self, notation: Notation, typed: Spelling, folded: bool) -> Iterator[tuple[str, Glyph]]:
        """Members that the digits of the symbol may mean, each as it is written."""
        base = typed.base.lower() if folded else typed.base
        for name in self._singles(notation).get((base, folded), ()):
            yield name, symbol_of(notation, name)
        first = notation.entry.first_row
        for family, prefix in self._families(notation).get((base, folded), ()):
            for indices in self._members(family, typed, first):
                name = prefix + family.member(indices)[len(prefix and "z") :]
                yield name, symbol_of(notation, name)

    def _members(self, family: Family, typed: Spelling, first: int) -> tuple[tuple[Index, ...], ...]:
        """The indices of members that the symbol's digits may mean; kept for a while, since every notation asks."""
        key = (family.name, typed.sub, typed.sup, typed.row, first)
        if key not in self._asked:
            if len(self._asked) > MOST_KEPT:
                self._asked.clear()
            found = dict.fromkeys(self._indices(family, typed, first))
            self._asked[key] = tuple(indices for indices in found if _inside(family, indices))
        return self._asked[key]

    @cached_property
    def _asked(self) -> dict[tuple[str, str, str, str, int], tuple[tuple[Index, ...], ...]]:
        return {}

    def _indices(self, family: Family, typed: Spelling, first: int) -> Iterator[tuple[Index, ...]]:
        """The indices that neighbouring digits of the symbol may be: of units in either order or as their running number, then the row; of
        a graph of one's own, times first, as they stand above."""
        if family.equations:
            yield from _of_places(family, typed)
            return
        units = [axis for axis in family.axes if axis.counts == "unit"]
        rows = [axis for axis in family.axes if axis.counts == "example"]
        count = sum(map(_is_free, units))
        for pieces in digits_as(typed, count + sum(map(_is_free, rows))):
            for order in {pieces, pieces[::-1]}:  # a row may stand above, in front of the unit
                row = tuple(_placed(rows, [n - first + 1 for n in order[count:]]))
                yield (*_placed(units, order[:count]), *row)
        if rows and typed.row:
            behind = int(typed.row) if typed.row.isdigit() else typed.row
            for pieces in digits_as(typed, count):
                yield (*_placed(units, pieces), behind)
        for pieces in digits_as(typed, 1 + sum(map(_is_free, rows))):
            for counted in self._by_number.get((family.name, pieces[0]), ()):
                yield (*counted, *_placed(rows, [n - first + 1 for n in pieces[1:]]))

    @cached_property
    def _by_number(self) -> Mapping[tuple[str, int | str], tuple[tuple[Index, ...], ...]]:
        """Unit indices by family and running number; the numbering is the same in every notation."""
        return {key: (units,) for key, units in self.notation.running.counted()}

    def _families(self, notation: Notation) -> Mapping[tuple[str, bool], list[tuple[Family, str]]]:
        """The families, and as deltas those of weighted sums, by the letters of their members and again by these in lower case; without
        those that a notation tried before writes alike."""
        found: dict[tuple[str, bool], list[tuple[Family, str]]] = self._by_base.setdefault(id(notation), {})
        if found:
            return found
        for family in self.graph.families.values():
            for prefix in ("", "delta") if family.kind == "pre-activation" else ("",):
                symbols = tuple(symbol_of(notation, name) for name in _ends(family, prefix))
                look = (family.name, prefix, notation.entry.first_row, symbols)
                if not symbols or (look in self._seen and notation is not self.notation):
                    continue
                self._seen.add(look)
                base = base_of(symbols[0])
                for key in ((base, False), (base.lower(), True)):
                    found.setdefault(key, []).append((family, prefix))
        return found

    @cached_property
    def _seen(self) -> set[tuple[object, ...]]:
        return set()

    @cached_property
    def _by_base(self) -> dict[int, dict[tuple[str, bool], list[tuple[Family, str]]]]:
        return {}

    def _singles(self, notation: Notation) -> Mapping[tuple[str, bool], list[str]]:
        """The learning rate, and quantities with a symbol of their own, by their letters."""
        found: dict[tuple[str, bool], list[str]] = self._by_letter.setdefault(id(notation), {})
        names = notation.entry.symbols if found or not self.graph.has_rate else (*notation.entry.symbols, "rate")
        for name in () if found else names:
            base = base_of(symbol_of(notation, name))
            for key in ((base, False), (base.lower(), True)):
                found.setdefault(key, []).append(name)
        return found

    @cached_property
    def _by_letter(self) -> dict[int, dict[tuple[str, bool], list[str]]]:
        return {}

    @cached_property
    def arrays(self) -> Mapping[str, str]:
        """The arrays there are, by their canonical names."""
        if self.graph.lettered:
            return {name: name for family in self.graph.families.values() for name in _slices(family)}
        of_rows, others = ["x", "t"], list[str]()
        for layer in self.graph.stack:
            others += [family.name for family in layer.parameters]
            of_rows += [layer.z.name, layer.a.name, f"delta[{layer.number}]"]
        rows = self.graph.network.rows
        shown = range(1, min(rows, MOST_ROWS) + 1) if isinstance(rows, int) and rows > 1 else ()
        found = (*others, *of_rows, *(f"{name}@{row}" for name in of_rows for row in shown))
        return {name: name for name in found} if self.graph.layered else {}

    def _array_keys(self, notation: Notation) -> Mapping[tuple[int, object], list[str]]:
        """The arrays by how strictly they are compared and by what."""
        if id(notation) not in self._arrays_written:
            found = self._arrays_written[id(notation)] = {}
            for symbol, name in _written_arrays(notation, () if notation.entry.name == HABIT else self.arrays):
                for tolerance, keys in enumerate(compared_by(symbol, False)):
                    for key in keys:
                        found.setdefault((tolerance, key), []).append(name)
        return self._arrays_written[id(notation)]

    @cached_property
    def _arrays_written(self) -> dict[int, dict[tuple[int, object], list[str]]]:
        return {}


def _slices(family: Family) -> Iterator[str]:
    """The arrays of a family with index letters: those of all members, and those that are left where its first indices have numbers; each
    has one or two letters."""
    if family.stem or any(axis.counts == "example" for axis in family.axes):
        return  # the rows of these have names, their arrays have none
    for left in (2, 1):
        before = family.axes[: len(family.axes) - left]
        if len(before) + left == len(family.axes) and prod(int(axis.size) for axis in before) <= MOST_ROWS:
            for first in product(*(axis.range() for axis in before)):
                yield family.name + "".join(f"[{index}]" for index in first)


def _written_arrays(notation: Notation, names: Iterable[str]) -> Iterator[tuple[Glyph, str]]:
    for name in names:
        try:
            symbol = array_symbol(notation, name)
        except InputError:
            continue
        if isinstance(symbol, Glyph):
            yield replace(symbol, bold=False), name


def _ends(family: Family, prefix: str) -> tuple[str, ...]:
    """The names of a family's first and last member."""
    first = next(family.members(), None)
    if first is None:
        return ()
    last = tuple(axis.range()[-1] for axis in family.axes)
    ends = (first, last) if family.exists(last) else (first,)
    return tuple(prefix + family.member(indices)[len(prefix and "z") :] for indices in ends)


def _of_places(family: Family, typed: Spelling) -> Iterator[tuple[Index, ...]]:
    """The indices of a member that the digits may be: those that count time stand above or first, the others in their order; an index
    that leaves no choice may be left out."""
    axes = list(family.axes)
    above = [place for place, axis in enumerate(axes) if axis.counts == "time"]
    written = (*above, *(place for place in range(len(axes)) if place not in above))
    for order in {written, tuple(range(len(axes)))}:
        for shown in ([*order], [place for place in order if _is_free(axes[place])]):
            for numbers in digits_as(typed, len(shown)):
                found = dict(zip(shown, numbers, strict=True))
                yield tuple(found.get(place, axis.low) for place, axis in enumerate(axes))


def _inside(family: Family, indices: tuple[Index, ...]) -> bool:
    return all(axis.holds(i) for axis, i in zip(family.axes, indices, strict=True)) and family.exists(indices)


def _is_free(axis: Axis) -> bool:
    return isinstance(axis.size, int) and axis.size != 1


def _placed(axes: list[Axis], numbers: Iterable[int]) -> Iterator[Index]:
    """The numbers at the axes that leave a choice; 1, or the letter of a symbolic range, at the others."""
    left = iter(numbers)
    for axis in axes:
        yield next(left) if _is_free(axis) else 1 if axis.size == 1 else axis.letter
