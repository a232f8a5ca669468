"""Matrix algebra read entry by entry: a derivation and a formula of arrays go in, scalar formulas in canonical names come out.

An array is a view of a family's members: w[1] is units × inputs, a vector a column, a weight that does not exist an entry 0. A product of
matrices is Σ_m A_im B_mj, ⊙ works entry by entry, a function too. Members under unit letters, w_jk, become members under numbers here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from itertools import product as cartesian

from derivegen.calculus.chain import Derivation
from derivegen.formula.arithmetic.value import FLOAT
from derivegen.formula.tree import (
    ONE,
    ZERO,
    Array,
    BigSum,
    Bracket,
    Call,
    Colour,
    Formula,
    Hadamard,
    Indexed,
    Matrix,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Quantity,
    Ratio,
    Strike,
    Sum,
    Transpose,
    Under,
    children,
    kinds,
    product,
    total,
    transform,
    walk,
)
from derivegen.network.family import PARAMETERS, Family
from derivegen.network.names import Name, derivative, parse, parse_derivative
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.records import dataclass, replace

Shape = tuple[int, int]
LETTERS = ("i", "j", "k", "m")
"""The letters units go by: j a unit of the layer in hand, k one below, i one above, m where a sum runs."""

SHORT = 64
"""Terms that a sum over units has at most where it is always written out."""


class WrongShapes(ValueError):
    """Arrays that cannot be added or multiplied, or a name that is no array's."""


def function_of(a: Family) -> str:
    """The function's name in f(z) and f′(z) of a layer."""
    if a.rule == "formula" or a.is_unknown:
        return a.letter or "f"
    own = ACTIVATIONS[a.rule].on_vectors or a.rule
    return own if own.isalpha() else "f"


@dataclass(frozen=True)
class Arrays:
    """The arrays of one derivation and what formulas of them are, entry by entry; here those of layers."""

    chain: Derivation

    # the arrays themselves

    def size(self, name: str) -> Shape:
        """Rows and columns of an array. Raises WrongShapes if there is none of that name."""
        pair = parse_derivative(name)
        if pair is None:
            return self._size(self._parts(name))
        below = self._size(self._parts(pair[1]))
        return below if pair[0].startswith("loss") else (self._size(self._parts(pair[0]))[0], below[0])

    def member(self, name: str, row: int, column: int) -> Formula:
        """One entry of an array, counted from 1; 0 where there is no such quantity."""
        pair = parse_derivative(name)
        if pair is None:
            return self._entry(self._parts(name), row, column)
        of, by = pair
        if not of.startswith("loss"):
            return self._local(self._entry_name(self._parts(of), row, 1), self._entry_name(self._parts(by), column, 1))
        mark = "".join(of.partition("@")[1:])
        parts = self._parts(by if self.chain.graph.kind_of(by) in PARAMETERS else by.removesuffix(mark) + mark)
        entry = self._entry(parts, row, column)
        return Quantity(derivative(of, entry.name.removesuffix(mark))) if isinstance(entry, Quantity) else ZERO

    def _parts(self, name: str) -> Name:
        parts = parse(name)
        if parts is None or parts.base not in ("w", "b", "theta", "z", "a", "delta", "mask", "x", "t"):
            raise WrongShapes(f"{name!r} is no array")
        if len(parts.indices) != (parts.base not in ("x", "t")):
            raise WrongShapes(f"{name!r} is no array")
        return parts

    def _size(self, parts: Name) -> Shape:
        graph = self.chain.graph
        if parts.base in ("x", "t"):
            return (graph.n_inputs if parts.base == "x" else graph.n_outputs, 1)
        layer = graph.layer(parts.indices[0])
        return (layer.units, layer.fan_in if parts.base in ("w", "mask") else 1)

    def fan_in(self, layer: int) -> int:
        """How many units feed a layer."""
        return self.chain.graph.layer(layer).fan_in

    def _entry_name(self, parts: Name, row: int, column: int) -> str:
        if parts.base == "b" and self.chain.graph.layer(parts.indices[0]).offsets == "shared":
            return str(parts)
        own = (row, column) if parts.base in ("w", "mask") else (row,)
        return str(replace(parts, indices=(*parts.indices, *own)))

    def _entry(self, parts: Name, row: int, column: int) -> Formula:
        name = self._entry_name(parts, row, column)
        exists = name.removesuffix("'").replace("delta", "z").replace("mask", "w")
        there = self.chain.graph.locate(exists) is not None
        if parts.base == "mask":
            return ONE if there else ZERO
        if not there and parts.base != "w":
            raise WrongShapes(f"{name!r} is no quantity")
        return Quantity(name) if there else ZERO

    def _local(self, of: str, by: str) -> Formula:
        """∂of/∂by over one link, 0 where there is none."""
        return Quantity(derivative(of, by)) if self.chain.local(of, by) is not None else ZERO

    # formulas of arrays

    def shape(self, tree: Formula) -> Shape | None:
        """Rows and columns of a formula; None if it is a single number. Raises WrongShapes where arrays do not fit together."""
        match tree:
            case Array(name):
                return self.size(name)
            case Matrix(rows):
                return (len(rows), len(rows[0]))
            case Transpose(body):
                inner = self._shaped(body)
                return (inner[1], inner[0])
            case Hadamard(factors):
                return self._alike([self._shaped(factor) for factor in factors])
            case Sum(terms):
                return self._alike([self.shape(term) for term in terms])
            case Ratio(top, bottom):  # entry by entry, as programs have it: 1 / (1 + exp(-z))
                return self._alike([self.shape(top), self.shape(bottom)])
            case Power(base, _):
                return self.shape(base)
            case Negative(body) | Bracket(body) | Colour(body, _) | Strike(body) | Under(body, _):
                return self.shape(body)
            case BigSum(body, _, _, _) | Call(_, (body,), _):
                return self.shape(body)
            case Call(_, arguments, _):
                return self._alike([self.shape(argument) for argument in arguments])
            case Product(factors):
                return self._multiplied([s for s in map(self.shape, factors) if s is not None])
        return None

    def _shaped(self, tree: Formula) -> Shape:
        found = self.shape(tree)
        if found is None:
            raise WrongShapes("a single number stands where an array is needed")
        return found

    @staticmethod
    def _alike(shapes: Sequence[Shape | None]) -> Shape | None:
        """The one shape of all; a single number stands beside each entry, as in 1 − a."""
        found = {shape for shape in shapes if shape is not None}
        if len(found) > 1:
            raise WrongShapes(f"arrays of shapes {shapes} side by side")
        return next(iter(found), None)

    @staticmethod
    def _multiplied(shapes: Sequence[Shape]) -> Shape | None:
        for left, right in pairwise(shapes):
            if left[1] != right[0]:
                raise WrongShapes(f"arrays of shapes {left} and {right} multiplied")
        return (shapes[0][0], shapes[-1][1]) if shapes else None

    def entry(self, tree: Formula, row: int, column: int) -> Formula:
        """One entry of a formula of arrays, counted from 1, as a formula of numbers; a number alone is itself."""
        match tree:
            case Array(name):
                return self.member(name, row, column)
            case Matrix(rows):
                return rows[row - 1][column - 1]
            case Transpose(body):
                return self.entry(body, column, row)
            case Hadamard(factors):
                return _times([self.entry(factor, row, column) for factor in factors])
            case Sum(terms):
                return total(*(self.entry(term, row, column) for term in terms))
            case Negative(body):
                return Negative(self.entry(body, row, column))
            case Ratio(top, bottom):
                return Ratio(self.entry(top, row, column), self.entry(bottom, row, column))
            case Power(base, exponent):
                return Power(self.entry(base, row, column), exponent)
            case Bracket(body) | Colour(body, _) | Strike(body) | Under(body, _):
                return self.entry(body, row, column)
            case BigSum(body, index, low, high):
                return BigSum(self.entry(body, row, column), index, low, high)
            case Call(_, (body,), _) if self.shape(body) is not None:
                return self._called(tree, row, column)
            case Call(function, arguments, primes) if len(arguments) > 1:
                return Call(function, tuple(self.entry(argument, row, column) for argument in arguments), primes)
            case Product(factors):
                return self._product(factors, row, column)
        return tree

    def _product(self, factors: Sequence[Formula], row: int, column: int) -> Formula:
        """Numbers in front, then Σ_m over what the matrices share."""
        numbers = [factor for factor in factors if self.shape(factor) is None]
        arrays = [factor for factor in factors if self.shape(factor) is not None]
        return _times([*numbers, self._matrices(arrays, row, column)]) if arrays else Product(tuple(factors), False)

    def _matrices(self, arrays: Sequence[Formula], row: int, column: int) -> Formula:
        if len(arrays) == 1:
            return self.entry(arrays[0], row, column)
        *before, last = arrays
        shared = self._shaped(last)[0]
        pairs = ((self._matrices(before, row, m), self.entry(last, m, column)) for m in range(1, shared + 1))
        return total(*(_times(pair) for pair in pairs if ZERO not in pair))

    def _called(self, tree: Call, row: int, column: int) -> Formula:
        """f(z) and f′(z): f applied to each entry; f′ each unit's own slope."""
        body = tree.arguments[0]
        if not tree.primes and tree.function in FLOAT.functions:
            return Call(tree.function, (self.entry(body, row, column),))
        return self.own_function(tree, body, row, column)

    def own_function(self, tree: Call, body: Formula, row: int, column: int) -> Formula:
        """A layer's own function, or its slope; it has a meaning on the layer's z alone."""
        parts = self._parts(body.name) if isinstance(body, Array) else None
        if parts is None or parts.base != "z":
            raise WrongShapes(f"{tree.function} of something that is no z")
        activation = self.chain.graph.layer(parts.indices[0]).a
        if tree.function != function_of(activation) or (tree.primes and activation.is_coupled):
            raise WrongShapes(f"{tree.function} is not the function of layer {parts.indices[0]}")
        z = self._entry_name(parts, row, 1)
        a = z.replace("z", "a", 1)
        if tree.primes:
            return Quantity(derivative(a, z))
        formula = self.chain.graph[a].formula
        assert formula is not None
        return formula

    def expand(self, tree: Formula) -> Matrix:
        """The formula as one matrix of formulas of numbers."""
        height, width = self._shaped(tree)
        return Matrix(tuple(tuple(self.entry(tree, j, k) for k in range(1, width + 1)) for j in range(1, height + 1)))

    def written_out(self, tree: Formula) -> Formula:
        """The formula with every array, transposed or not, and every slope f′(z) as the matrix of its entries."""

        def change(part: Formula) -> Formula | None:
            slopes = isinstance(part, Call) and part.primes and isinstance(part.arguments[0], Array)
            flat = isinstance(part, Transpose) and isinstance(part.body, Array)
            return self.expand(part) if isinstance(part, Array) or slopes or flat else None

        return transform(tree, change)

    # members under unit letters, some of which may be numbers

    def settings(self, *trees: Formula, most: int) -> Iterator[dict[str, int]]:
        """The first few choices of the free unit letters. Raises WrongShapes where one letter counts two things."""
        free: dict[str, int] = {}
        for tree in trees:
            self._ranges(tree, free, {})
        choices = cartesian(*(range(1, size + 1) for size in free.values()))
        return (dict(zip(free, choice, strict=True)) for choice in islice(choices, most))

    def _ranges(self, tree: Formula, free: dict[str, int], bound: Mapping[str, int]) -> None:
        """Note how far each letter runs, those under a sum sign held to its limit."""
        if isinstance(tree, BigSum) and isinstance(tree.index, Quantity) and isinstance(tree.high, Number):
            bound = {**bound, tree.index.name: int(tree.high.text)}
        if isinstance(tree, Indexed):
            for letter, size in zip(map(str, tree.places), self.size(tree.base), strict=False):
                if letter.isdigit():
                    continue
                if bound.get(letter, free.get(letter, size)) != size:
                    raise WrongShapes(f"{letter} counts two things")
                if letter not in bound:
                    free[letter] = size
        for part in children(tree):
            self._ranges(part, free, bound)

    def at(self, tree: Formula, letters: Mapping[str, int], keep: bool = False) -> Formula | None:
        """The formula at these numbers for its letters; None where it speaks of a weight that does not exist. With `keep` a long sum of
        products of whole arrays stays a sum under its own letter."""
        missing = False

        def change(part: Formula) -> Formula | None:
            nonlocal missing
            match part:
                case Indexed(base, places):
                    own = tuple(map(str, places))
                    numbers = (int(letter) if letter.isdigit() else letters[letter] for letter in own)
                    row, column = (*numbers, 1)[:2]
                    return self.member(base, row, column)
                case BigSum(body, Quantity(letter), low, Number(high) as end) if letter in LETTERS:
                    if keep and int(high) > SHORT and (kept := self._kept(body, letter, letters)) is not None:
                        return BigSum(kept, part.index, low, end)
                    terms = (self.at(body, {**letters, letter: n}) for n in range(1, int(high) + 1))
                    return total(*(term for term in terms if term is not None))
                case Partial(of, by):
                    upper, lower = self.at(of, letters), self.at(by, letters)
                    if not (isinstance(upper, Quantity) and isinstance(lower, Quantity)):
                        missing = True
                        return ZERO
                    return self._derivative(upper.name, lower.name)
                case Call(_, (Indexed(base, places),), 1):
                    z = self.at(part.arguments[0], letters)
                    assert isinstance(z, Quantity)
                    return self._called(Call(part.function, (Array(base),), 1), letters[str(places[0])], 1)
            return None

        found = transform(tree, change)
        return None if missing else found

    def _kept(self, body: Formula, letter: str, letters: Mapping[str, int]) -> Formula | None:
        """What is summed over a letter, with numbers for the others; None unless it is a product of members, of which none is missing."""
        own: list[Formula] = []
        for factor in body.factors if isinstance(body, Product) else (body,):
            if not isinstance(factor, Indexed) or self._is_masked(factor.base):
                return None
            places = map(str, factor.places)
            own.append(replace(factor, places=tuple(at if at == letter else str(letters.get(at, at)) for at in places)))
        return product(*own, dotted=False)

    def _is_masked(self, name: str) -> bool:
        """Whether members of an array may be missing, or it is no array of its own."""
        parts = self._parts(name)
        own = replace(parts, base="z" if parts.base == "delta" else parts.base, row=None)
        family = self.chain.graph.families.get(str(own))
        return family is None or family.mask is not None

    def _derivative(self, of: str, by: str) -> Formula:
        """∂of/∂by; of a row's own loss the row stands once in the name."""
        base, at, row = of.partition("@")
        return Quantity(derivative(of, by.removesuffix(at + row))) if base == "loss" else self._local(of, by)


def _times(factors: Sequence[Formula]) -> Formula:
    """The product of numbers side by side; 0 if one of them is."""
    return ZERO if ZERO in factors else product(*(f for f in factors if f != ONE), dotted=False)


def has_arrays(tree: Formula) -> bool:
    """Whether a formula is made of arrays."""
    return not kinds(tree).isdisjoint((Array, Matrix))


def has_letters(tree: Formula) -> bool:
    """Whether members under unit letters stand in a formula."""
    return any(isinstance(part, Indexed) for part in walk(tree))
