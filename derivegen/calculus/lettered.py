"""Formulas under the index letters of a graph of one's own, held to its members: formulas go in; the numbers their letters may be, and what
the formulas are there in canonical names, come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product as cartesian
from math import prod
from typing import NamedTuple

from derivegen.calculus.chain import Derivation
from derivegen.calculus.matrix import Arrays, Shape, WrongShapes
from derivegen.formula.places import Range, inside
from derivegen.formula.tree import (
    ZERO,
    Array,
    BigSum,
    Call,
    Extreme,
    Formula,
    Indexed,
    Partial,
    Quantity,
    children,
    transform,
)
from derivegen.network.family import Family, Index
from derivegen.network.graph import Graph
from derivegen.network.instance import instance
from derivegen.network.names import derivative, parse, parse_derivative
from derivegen.records import dataclass, replace


def _domain(graph: Graph, trees: Sequence[Formula]) -> tuple[Range, ...]:
    """Where the equation holds whose two sides these are, or the rule of derivatives by what is computed: it says nothing of a given start.
    Nothing where they are no equation of the graph."""
    for each in trees:
        if isinstance(each, Indexed) and each.base in graph.families:
            for equation in graph.families[each.base].equations:
                if equation.places == each.places and equation.formula in trees:
                    return equation.domain
    left = trees[0]
    if isinstance(left, Indexed) and parse_derivative(left.base) is not None:
        for equation in _family(graph, left.base).equations:
            if equation.formula is not None and equation.places == left.places:
                return equation.domain
    return ()


def _note(tree: Formula, graph: Graph, free: dict[str, tuple[int, int]], bound: frozenset[str]) -> None:
    """How far each letter runs that no sum runs over, by the places it stands in alone."""
    match tree:
        case BigSum(_, Quantity(letter), _, _):
            bound = bound | {letter}
        case Extreme(_, ranges, _):
            bound = bound | {each.letter for each in ranges}
        case Indexed(base, places):
            for place, axis in zip(places, _family(graph, base).axes, strict=True):
                if isinstance(place, str) and place not in bound:
                    low, high = free.get(place, (axis.low, axis.low + int(axis.size) - 1))
                    free[place] = max(low, axis.low), min(high, axis.low + int(axis.size) - 1)
    for part in children(tree):
        _note(part, graph, free, bound)


def _family(graph: Graph, base: str) -> Family:
    pair = parse_derivative(base)
    return graph.families[pair[1] if pair is not None else base]


@dataclass(frozen=True)
class _Adjoints(Mapping[str, Family]):
    """The families of a graph, and those of the derivatives by them."""

    graph: Graph

    def __getitem__(self, name: str) -> Family:
        pair, family = parse_derivative(name), _family(self.graph, name)
        if pair is None:
            return family
        return replace(family, name=derivative(pair[0], family.stem or family.name), stem="", outside=True)

    def __iter__(self) -> Iterator[str]:
        return iter(self.graph.families)

    def __len__(self) -> int:
        return len(self.graph.families)


class MemberArray(NamedTuple):
    """An array of a graph of one's own: a family with numbers for its first letters, a row for each value of the next, a column for each of
    the last."""

    family: Family
    first: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        sizes = [int(axis.size) for axis in self.family.axes[len(self.first) :]]
        return (sizes[0], sizes[1] if len(sizes) > 1 else 1)

    def entry(self, row: int, column: int) -> str | None:
        """The name of an entry, counted from 1; None where there is no such member."""
        own = self.family.axes[len(self.first) :]
        indices = tuple(axis.low + at - 1 for axis, at in zip(own, (row, column), strict=False))
        found = (*self.first, *indices)
        return self.family.member(found) if self.family.exists(found) else None


def slice_of(graph: Graph, name: str) -> MemberArray | None:
    """The array of that name, U or h[2], of the second layer's family u[2] too; None if it has not one or two letters left."""
    parts = parse(name)
    if parts is None or parts.row is not None or parts.primed:
        return None
    for cut in range(len(parts.indices) + 1):
        family = graph.families.get(str(replace(parts, indices=parts.indices[:cut])))
        if family is not None:
            first = parts.indices[cut:]
            within = all(axis.holds(index) for axis, index in zip(family.axes, first, strict=False))
            return MemberArray(family, first) if within and 1 <= len(family.axes) - len(first) <= 2 else None
    return None


@dataclass(frozen=True)
class LetteredArrays(Arrays):
    """The arrays of a graph with index letters: slices of its families."""

    def size(self, name: str) -> Shape:
        """Rows and columns of an array. Raises WrongShapes if there is none of that name."""
        pair = parse_derivative(name)
        return self._slice(name if pair is None else pair[1]).shape

    def member(self, name: str, row: int, column: int) -> Formula:
        """One entry of an array, counted from 1; 0 where there is no such quantity."""
        pair = parse_derivative(name)
        own = self._slice(name if pair is None else pair[1]).entry(row, column)
        return ZERO if own is None else Quantity(own if pair is None else self.chain.name_of(own))

    def _slice(self, name: str) -> MemberArray:
        found = slice_of(self.chain.graph, name)
        if found is None:
            raise WrongShapes(f"{name!r} is no array")
        return found

    def own_function(self, tree: Call, body: Formula, row: int, column: int) -> Formula:
        """f′(z) of a family: the slope of the one that is this function of it, member by member."""
        own = self._slice(body.name) if isinstance(body, Array) else None
        links = self.chain.links[own.family.name] if own is not None else ()
        same = (each for each in links if each.rule == tree.function and each.leaf.places == each.equation.places)
        child = next(same, None)
        z = None if own is None else own.entry(row, column)
        if own is None or child is None or z is None:
            raise WrongShapes(f"{tree.function} is no function of this array")
        return Quantity(derivative(child.child + z.removeprefix(own.family.name), z))

    def settings(self, *trees: Formula, most: int) -> Iterator[dict[str, int]]:
        """So many choices of numbers for the free letters, from all over their ranges; of a line that defines a family, where it does: h[0]
        may be given, and h[t] = ½ only from 1 on."""
        graph = self.chain.graph
        free: dict[str, tuple[int, int]] = {}
        for tree in trees:
            _note(tree, graph, free, frozenset())
        every: Iterator[dict[str, int]] = (
            dict(zip(free, c, strict=True)) for c in cartesian(*(range(a, b + 1) for a, b in free.values()))
        )
        count, domain = prod(high - low + 1 for low, high in free.values()), _domain(graph, trees)
        if domain:
            own = [choice for choice in every if inside(domain, choice)]
            every, count = iter(own), len(own)
        apart = max(1, count // most)
        for number, choice in enumerate(every):
            if number % apart == 0 or number + 1 == count:
                yield choice

    def at(self, tree: Formula, letters: Mapping[str, int], keep: bool = False) -> Formula:
        """The formula at these numbers for its letters; 0 where nothing is left of it."""
        bound: Mapping[str, Index] = {**letters}
        found = instance(tree, bound, _Adjoints(self.chain.graph))
        return ZERO if found is None else transform(found, self._named)

    def _named(self, part: Formula) -> Formula | None:
        """A derivative of one member by another under its name; 0 where the one does not hang on the other."""
        if not isinstance(part, Partial):
            return None
        of, by = part.of, part.by
        if not isinstance(of, Quantity) or not isinstance(by, Quantity):
            return ZERO
        if of.name == self.chain.root:
            return Quantity(self.chain.name_of(by.name))
        return ZERO if self.chain.local(of.name, by.name) is None else Quantity(derivative(of.name, by.name))


def arrays_of(chain: Derivation) -> Arrays:
    """The arrays of a network: of layers, or of families under index letters."""
    return Arrays(chain) if chain.graph.layered else LetteredArrays(chain)
