"""Formulas under index letters with places, ranges and extremes as numpy code: a formula and how far its letters run go in; the code of an
array with an axis for each of its letters comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from derivegen.calculus.code.contractions import Contractions
from derivegen.calculus.code.formulas import FormulaCode
from derivegen.calculus.code.lines import held
from derivegen.calculus.code.pieces import Piece
from derivegen.calculus.code.spots import At, Extent, Spot, reads, spot, with_ranges
from derivegen.formula.arithmetic.value import called
from derivegen.formula.places import Affine, Box, Range, affine, whole
from derivegen.formula.ranges import affine_in
from derivegen.formula.tree import (
    BigSum,
    Bracket,
    Call,
    Extreme,
    Formula,
    Indexed,
    Negative,
    Place,
    Product,
    Quantity,
    Wins,
)
from derivegen.network.family import Families
from derivegen.on_use import numpy
from derivegen.records import dataclass, field

SINGLE = "single_"


@dataclass
class IndexFormulas(FormulaCode):
    """Prints formulas whose letters run through `within`; `at` is the code of those that a loop around counts. `constants` are arrays of
    zeros and ones that were needed, by variable, `single` functions that single numbers were put into."""

    families: Families = field(default_factory=dict)
    extents: Mapping[str, Extent] = field(default_factory=dict)
    within: Box = field(default_factory=dict)
    at: At = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    single: set[str] = field(default_factory=set)
    hoisted: Mapping[Formula, tuple[str, tuple[str, ...], Box]] = field(default_factory=dict)

    @contextmanager
    def under(self, within: Box, at: At | None = None, prefer: Sequence[str] | None = None) -> Iterator[None]:
        """Inside, letters run so far."""
        products = self.products
        assert isinstance(products, Contractions)
        before = self.within, self.at, products.sizes, products.prefer
        self.within, self.at = within, self.at if at is None else at
        products.sizes = {letter: high - low + 1 for letter, (low, high) in within.items()}
        products.prefer = products.prefer if prefer is None else tuple(prefer)
        yield
        self.within, self.at, products.sizes, products.prefer = before

    def piece(self, tree: Formula) -> Piece:
        """The code of a formula. Raises Symbolic where it has no number."""
        if self.hoisted and tree in self.hoisted:
            variable, letters, within = self.hoisted[tree]
            return self.taken(variable, letters, within)
        match tree:
            case Quantity(name) if name in self.at:
                return Piece(f"float({self.at[name]})")
            case Quantity(name) if name in self.within:
                low, high = self.within[name]
                return Piece(f"arange({float(low)}, {float(high + 1)})", (name,))
            case Extreme(body, ranges, function):
                return self._greatest(body, ranges, function)
            case Wins(body, ranges, function):
                piece = self._candidates(body, ranges, function)
                return Piece(f"first_{function}({piece.code}, {_axes(piece, ranges)})", piece.letters)
        return super().piece(tree)

    def _call(self, tree: Call) -> Piece:
        """A function of a whole layer needs an array; of a single number it goes by another name."""
        from derivegen.formula.arithmetic.arrays import WHOLE

        piece, name = super()._call(tree), called(tree)
        if piece.letters or name not in WHOLE:
            return piece
        self.single.add(name)
        return Piece(f"{SINGLE}{piece.code}")

    # members

    def spot(self, base: str, places: Sequence[Place]) -> Spot:
        """Where the members of a family stand in its array."""
        return spot(self.extents[base], places, self.within, self.at, self._whole_numbers)

    def leaf(self, leaf: Indexed) -> Piece:
        """The code of the members of a family."""
        found = self.spot(leaf.base, leaf.places)
        return Piece(found.of(self.variable(leaf.base)), found.letters)

    def _whole_numbers(self, leaf: Indexed) -> Piece:
        piece = self.leaf(leaf)
        if not piece.letters:
            return Piece(f"int({piece.code})")
        return Piece(f"{held(piece.code)}.astype(int)", piece.letters)

    # sums and extremes

    def big_sum(self, tree: BigSum) -> Piece:
        """The code of a sum over letters, whose bounds may be others."""
        body: Formula = tree
        ranges: list[Range] = []
        while isinstance(body, BigSum) and isinstance(body.index, Quantity):
            ranges.append(Range(body.index.name, affine_in(body.low), affine_in(body.high)))
            body = body.body
        with self.under(with_ranges(self.within, ranges)):
            factors = [*self.factors(body), *self.masks(ranges, body)]
            there = {letter for factor in factors for letter in factor.letters}
            factors += (self._ones(each.letter) for each in ranges if each.letter not in there)
            return self.products.contracted(factors, [each.letter for each in ranges])

    def _ones(self, letter: str) -> Piece:
        low, high = self.within[letter]
        return Piece(f"ones({high - low + 1})", (letter,))

    def _greatest(self, body: Formula, ranges: Sequence[Range], function: str) -> Piece:
        piece = self._candidates(body, ranges, function)
        gone = {each.letter for each in ranges}
        rest = tuple(letter for letter in piece.letters if letter not in gone)
        return Piece(f"over_{function}({piece.code}, {_axes(piece, ranges)})", rest)

    def _candidates(self, body: Formula, ranges: Sequence[Range], function: str) -> Piece:
        """The body for all letters of the ranges; what is not there can not win."""
        with self.under(with_ranges(self.within, ranges)):
            piece = self.piece(body)
            there = [*self.masks(ranges), *self._present(body)]
            if not there:
                return piece
            order = self.products.order([piece, *there])
            allowed = " & ".join(each.along(order) for each in there)
            return Piece(f"where({allowed}, {piece.along(order)}, never_{function})", order)

    # what is there

    def masks(self, ranges: Sequence[Range], body: Formula | None = None) -> Iterator[Piece]:
        """For each range whose ends are no numbers, where its letter is in it; none that a factor which is 0 elsewhere makes needless."""
        for each in ranges:
            if (each.low.terms or each.high.terms) and not (body is not None and self._is_nothing_beyond(each, body)):
                letters = tuple(dict.fromkeys((*each.low.letters, *each.high.letters, each.letter)))
                yield self._constant(letters, partial(_inside, each, affine(each.letter)))

    def _is_nothing_beyond(self, each: Range, body: Formula) -> bool:
        """Whether a member of a family that is told to be there in just this range is a factor of the body."""
        match body:
            case Product(factors):
                return any(self._is_nothing_beyond(each, factor) for factor in factors)
            case Negative(inner) | Bracket(inner):
                return self._is_nothing_beyond(each, inner)
            case Indexed(base, places):
                return any(
                    equation.places == places and each in equation.domain for equation in self.families[base].parts
                )
        return False

    def _present(self, body: Formula) -> Iterator[Piece]:
        """For each leaf that may be read beyond its ranges, where it is not."""
        for leaf, within in reads(body, self.within):
            for place, own in zip(leaf.places, self.extents[leaf.base].own, strict=True):
                if not isinstance(place, Indexed) and not _is_between(affine(place).bounds(within), own):
                    each = Range("", *map(whole, own))
                    yield self._constant(affine(place).letters, partial(_inside, each, affine(place)))

    def differing(self, one: str, other: str) -> Piece:
        """Where two letters are not the same."""
        return self._constant((one, other), lambda value: value(affine(one)) != value(affine(other)))

    def _constant(self, letters: tuple[str, ...], holds: Callable[[Callable[[Affine], Any]], Any]) -> Piece:
        """An array of truths about letters, made once."""
        ends = [self.within[letter] for letter in letters]
        grid = dict(zip(letters, numpy.ix_(*(numpy.arange(low, high + 1) for low, high in ends)), strict=True))
        truth = holds(lambda at: sum((by * grid[letter] for letter, by in at.terms), numpy.int64(at.shift)))
        shape = tuple(high - low + 1 for low, high in ends)
        truth = numpy.ascontiguousarray(numpy.broadcast_to(truth, shape))
        same = (name for name, other in self.constants.items() if numpy.array_equal(other, truth))
        variable = next(same, f"where_{len(self.constants) + 1}")
        self.constants[variable] = truth
        return self.taken(variable, letters, self.within)

    def taken(self, variable: str, letters: tuple[str, ...], within: Box) -> Piece:
        """An array over letters, at those that a loop counts."""
        if not any(letter in self.at for letter in letters):
            return Piece(variable, letters)
        index = [f"{self.at[each]}{-within[each][0]:+d}" if each in self.at else ":" for each in letters]
        return Piece(f"{variable}[{', '.join(index)}]", tuple(each for each in letters if each not in self.at))


def _axes(piece: Piece, ranges: Sequence[Range]) -> str:
    return f"({''.join(f'{piece.letters.index(each.letter)}, ' for each in ranges)})"


def _inside(each: Range, place: Affine, value: Callable[[Affine], Any]) -> Any:
    """Whether a place is in a range."""
    return (value(each.low) <= value(place)) & (value(place) <= value(each.high))


def _is_between(ends: tuple[int, int], own: tuple[int, int]) -> bool:
    return own[0] <= ends[0] and ends[1] <= own[1]
