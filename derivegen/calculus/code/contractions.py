"""Products of arrays with any number of axes, summed over some of them, as numpy code: two at a time, the cheapest first, each a product of
matrices wherever there is one in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import prod
from string import ascii_letters

from derivegen.calculus.code.lines import held
from derivegen.calculus.code.pieces import Piece, Products
from derivegen.records import dataclass, field


@dataclass
class Contractions(Products):
    """Puts pieces together. `sizes` are how far the letters run just now, `prefer` the order in which axes are wanted."""

    sizes: dict[str, int] = field(default_factory=dict)
    prefer: tuple[str, ...] = ()

    def order(self, pieces: Sequence[Piece]) -> tuple[str, ...]:
        """All letters of the pieces, those that are wanted in an order in that, the others behind them."""
        found = dict.fromkeys(letter for piece in pieces for letter in piece.letters)
        return tuple(sorted(found, key=self._wanted))

    def _wanted(self, letter: str) -> int:
        return self.prefer.index(letter) if letter in self.prefer else len(self.prefer)

    def _inner(self, factors: Sequence[Piece], over: set[str]) -> Piece:
        left = [self._summed(piece, self._ending([piece], factors, over)) for piece in factors]
        while len(left) > 1:
            pair = min(combinations(left, 2), key=lambda pair: self._cost(*pair))
            ending = self._ending(pair, left, over)
            left = [piece for piece in left if piece is not pair[0] and piece is not pair[1]]
            left.append(self._pair(*pair, ending))
        return self._summed(left[0], over)

    @staticmethod
    def _ending(own: Sequence[Piece], every: Sequence[Piece], over: set[str]) -> set[str]:
        """The letters to be summed over that none of the other pieces has."""
        others = {letter for piece in every if not any(piece is each for each in own) for letter in piece.letters}
        return {letter for piece in own for letter in piece.letters if letter in over and letter not in others}

    def _cost(self, one: Piece, other: Piece) -> int:
        return self._size({*one.letters, *other.letters})

    def _size(self, letters: Sequence[str] | set[str]) -> int:
        return prod(self.sizes[letter] for letter in letters)

    def _summed(self, piece: Piece, over: set[str]) -> Piece:
        places = tuple(place for place, letter in enumerate(piece.letters) if letter in over)
        if not places:
            return piece
        rest = tuple(letter for letter in piece.letters if letter not in over)
        return Piece(f"{held(piece.code)}.sum({places[0] if len(places) == 1 else places})", rest)

    def _pair(self, one: Piece, other: Piece, over: set[str]) -> Piece:
        """The product of two arrays, summed over letters that both have."""
        both = [letter for letter in one.letters if letter in other.letters]
        summed = tuple(letter for letter in both if letter in over)
        if not summed:
            return self._summed(self.multiplied([one, other]), over)
        batch = self._in_order(letter for letter in both if letter not in over)
        left = self._in_order(letter for letter in one.letters if letter not in both)
        right = self._in_order(letter for letter in other.letters if letter not in both)
        if not left and not right:
            return self._by_entries(one, other, batch, summed)
        if not left or (right and min(map(self._wanted, right)) < min(map(self._wanted, left))):
            one, other, left, right = other, one, right, left
        product = self._in_batches if batch else self._as_matrices
        return Piece(product(one, other, (batch, left, summed, right)), batch + left + right)

    def _in_order(self, letters: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(letters, key=self._wanted))

    def _by_entries(self, one: Piece, other: Piece, batch: tuple[str, ...], summed: tuple[str, ...]) -> Piece:
        """Entry by entry, without an array of the products."""
        names = dict(zip((*batch, *summed), ascii_letters, strict=False))
        spelled = ["".join(names[letter] for letter in letters) for letters in (one.letters, other.letters, batch)]
        return Piece(f"einsum('{spelled[0]},{spelled[1]}->{spelled[2]}', {one.code}, {other.code})", batch)

    def _as_matrices(self, one: Piece, other: Piece, groups: tuple[tuple[str, ...], ...]) -> str:
        _, left, summed, right = groups
        first = self._flat(one, (left, summed))
        second = self._flat(other, (summed, right) if right else (summed,))
        code = f"{held(first)}.dot({second})"
        return code if len(left) == 1 and len(right) < 2 else f"{code}.reshape({self._shape((*left, *right))})"

    def _in_batches(self, one: Piece, other: Piece, groups: tuple[tuple[str, ...], ...]) -> str:
        batch, left, summed, right = groups
        spread = tuple((letter,) for letter in batch)
        first, second = self._flat(one, (*spread, left, summed)), self._flat(other, (*spread, summed, right))
        code = f"matmul({first}, {second})"
        return code if len(left) == len(right) == 1 else f"{code}.reshape({self._shape((*batch, *left, *right))})"

    def _flat(self, piece: Piece, groups: Sequence[tuple[str, ...]]) -> str:
        """The piece with an axis for each group of letters."""
        code = piece.along([letter for group in groups for letter in group])
        if all(len(group) == 1 for group in groups):
            return code
        return f"{held(code)}.reshape(({''.join(f'{self._size(group)}, ' for group in groups)}))"

    def _shape(self, letters: Sequence[str]) -> str:
        return f"({''.join(f'{self.sizes[letter]}, ' for letter in letters)})"
