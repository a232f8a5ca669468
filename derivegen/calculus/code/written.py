"""Products and sums of arrays as one writes them in a program to be read: x @ W.T + b, np.outer(delta, x), np.sum(delta, axis=0).

Examples stand first, a row each, and where every layer is one unit there are no axes for units at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_letters

from derivegen.calculus.code.contractions import Contractions
from derivegen.calculus.code.lines import held
from derivegen.calculus.code.pieces import Piece, Products
from derivegen.records import dataclass


@dataclass
class WrittenProducts(Products):
    """Puts pieces together for readers; `units` says whether units have axes."""

    units: bool = True

    def stored(self, letters: tuple[str, ...]) -> tuple[str, ...]:
        """The axes of an array whose indices go by these letters: a row for each example."""
        return self._examples_first([letter for letter in letters if self.units or letter in self.examples])

    def order(self, pieces: Sequence[Piece]) -> tuple[str, ...]:
        """All letters of the pieces, those of examples first."""
        return self._examples_first(list(dict.fromkeys(letter for piece in pieces for letter in piece.letters)))

    def _examples_first(self, letters: Sequence[str]) -> tuple[str, ...]:
        return tuple(sorted(letters, key=lambda letter: letter not in self.examples))

    def multiplied(self, pieces: Sequence[Piece]) -> Piece:
        """The product, entry by entry, a minus in front."""
        arrays = [piece for piece in pieces if piece.code not in ("1.0", "-1.0")]
        minus = "-" * (sum(piece.code == "-1.0" for piece in pieces) % 2)
        order = self.order(arrays)
        if len(arrays) == 2 and [piece.letters for piece in arrays] == [(letter,) for letter in order]:
            return Piece(f"{minus}np.outer({arrays[0].code}, {arrays[1].code})", order)
        codes = [piece.along(order) for piece in arrays]
        return Piece(minus + (codes[0] if len(codes) == 1 else " * ".join(map(as_factor, codes))), order)

    def _inner(self, factors: Sequence[Piece], over: set[str]) -> Piece:
        letters = [set(piece.letters) for piece in factors]
        if len(factors) == 2 and letters[0] & letters[1] == over and len(over) == 1 and letters[0] | letters[1] != over:
            return self._matrix_product(factors[0], factors[1], *over)
        whole = self.multiplied(factors)
        if over.issuperset(whole.letters):
            return Piece(f"np.sum({whole.code})")
        places = [place for place, letter in enumerate(whole.letters) if letter in over]
        rest = tuple(letter for letter in whole.letters if letter not in over)
        return Piece(f"np.sum({whole.code}, axis={places[0] if len(places) == 1 else tuple(places)})", rest)

    def _matrix_product(self, left: Piece, right: Piece, letter: str) -> Piece:
        """left @ right over one letter, examples in front; a vector stands behind a matrix."""
        rest = [tuple(each for each in piece.letters if each != letter) for piece in (left, right)]
        if not rest[0] or self._examples_first(rest[0] + rest[1]) != rest[0] + rest[1]:
            left, right, rest = right, left, rest[::-1]
        first, second = left.along((*rest[0], letter)), right.along((letter, *rest[1]))
        return Piece(f"{first} @ {second}", rest[0] + rest[1])


class WrittenContractions(Contractions):
    """Puts pieces under index letters together for readers: a product of matrices with `@`, any other with `einsum` under the network's own
    letters."""

    def multiplied(self, pieces: Sequence[Piece]) -> Piece:
        """The product, entry by entry; of two vectors the outer one."""
        order = self.order(pieces)
        if len(pieces) == 2 and len(order) == 2 and [piece.letters for piece in pieces] == [(each,) for each in order]:
            return Piece(f"outer({pieces[0].code}, {pieces[1].code})", order)
        return super().multiplied(pieces)

    def _summed(self, piece: Piece, over: set[str]) -> Piece:
        if piece.letters and over.issuperset(piece.letters):
            return Piece(f"{held(piece.code)}.sum()")
        return super()._summed(piece, over)

    def _pair(self, one: Piece, other: Piece, over: set[str]) -> Piece:
        both = {letter for letter in one.letters if letter in other.letters}
        summed = both.intersection(over)
        if not summed:
            return super()._pair(one, other, over)
        order = self._in_order(letter for letter in (*one.letters, *other.letters) if letter not in summed)
        order = tuple(dict.fromkeys(order))
        if len(both) == len(summed) == 1 and max(len(one.letters), len(other.letters)) < 3:
            if order and order[0] not in one.letters:
                one, other = other, one
            first = one.along([*(each for each in order if each in one.letters), *summed])
            second = other.along([*summed, *(each for each in order if each in other.letters)])
            return Piece(f"({first} @ {second})", order)
        return Piece(f"einsum('{self._spelled(one, other, order)}', {one.code}, {other.code})", order)

    @staticmethod
    def _spelled(one: Piece, other: Piece, order: Sequence[str]) -> str:
        """What `einsum` is told: the letters of the network where each is one."""
        every = tuple(dict.fromkeys((*one.letters, *other.letters)))
        free = (letter for letter in ascii_letters if letter not in every)
        names = {letter: letter if letter in ascii_letters else next(free) for letter in every}
        left, right, rest = (
            "".join(names[each] for each in letters) for letters in (one.letters, other.letters, order)
        )
        return f"{left},{right}->{rest}"


def as_factor(code: str) -> str:
    """In brackets where it is a product of matrices, which a product entry by entry would tear apart."""
    return f"({code})" if " @ " in code else code
