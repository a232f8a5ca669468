"""Products and sums of arrays as one writes them in a program to be read: x @ W.T + b, np.outer(delta, x), np.sum(delta, axis=0).

Examples stand first, a row each, and where every layer is one unit there are no axes for units at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivegen.calculus.code.pieces import Piece, Products


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


def as_factor(code: str) -> str:
    """In brackets where it is a product of matrices, which a product entry by entry would tear apart."""
    return f"({code})" if " @ " in code else code
