"""Products and sums of arrays as numpy code: pieces of code with an index letter for each axis go in, the code of what is made of them
comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from derivegen.calculus.code.lines import bare, held
from derivegen.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Piece:
    """Code whose value is an array with one axis for each letter, in that order. `operations` are (sign, operand) of which it is made from
    left to right, where each operand has all its axes."""

    code: str
    letters: tuple[str, ...] = ()
    operations: tuple[tuple[str, str], ...] = ()

    def along(self, order: Sequence[str]) -> str:
        """The code with its axes in this order, and one of length 1 for each letter it does not have; numpy adds those in front."""
        own = tuple(letter for letter in order if letter in self.letters)
        code = self.code
        if own != self.letters:
            places = tuple(self.letters.index(letter) for letter in own)
            code = f"{code}.T" if places == (1, 0) else f"{code}.transpose{places}"
        inner = list(order)[order.index(own[0]) :] if own else []
        if len(inner) == len(own):
            return code
        return f"{code}[{', '.join(':' if letter in own else 'None' for letter in inner)}]"


@dataclass
class Products:
    """Puts pieces together. `examples` are the letters that count examples and how far they run: their axes stand last; `ones` are the
    lengths of the vectors of ones that sums over them are products with."""

    examples: Mapping[str, int]
    ones: set[int] = field(default_factory=set)

    def stored(self, letters: tuple[str, ...]) -> tuple[str, ...]:
        """The axes of an array whose indices go by these letters, in their order: those of examples stand last already."""
        return letters

    def order(self, pieces: Sequence[Piece]) -> tuple[str, ...]:
        """All letters of the pieces, those of examples last."""
        found = dict.fromkeys(
            letter for piece in sorted(pieces, key=lambda p: -len(p.letters)) for letter in piece.letters
        )
        return tuple(sorted(found, key=self.examples.__contains__))

    def between(self, left: Piece, sign: str, right: Piece) -> Piece:
        """Two pieces with an operator between them, entry by entry."""
        order = self.order([left, right])
        return Piece(f"({left.along(order)} {sign} {right.along(order)})", order)

    def added(self, pieces: Sequence[Piece]) -> Piece:
        """The sum."""
        if len(pieces) == 1:
            return pieces[0]
        order = self.order(pieces)
        code = pieces[0].along(order)
        operations = [("", code)]
        for piece in pieces[1:]:
            own = piece.along(order)
            sign, operand = ("-", own.removeprefix("-")) if own.startswith("-") else ("+", own)
            code = f"{code} {sign} {operand}"
            operations.append((sign, operand))
        return Piece(f"({code})", order, tuple(operations) if pieces[0].letters == order else ())

    def multiplied(self, pieces: Sequence[Piece]) -> Piece:
        """The product, entry by entry; numbers are put together first, the small arrays before the large. All products of two vectors are a
        product of matrices with one term each, which takes half the time of `outer`."""
        numbers = [float(piece.code) for piece in pieces if _is_number(piece.code)]
        arrays = sorted((piece for piece in pieces if not _is_number(piece.code)), key=lambda piece: len(piece.letters))
        number = prod(numbers)
        if not arrays:
            return Piece(repr(number))
        order = self.order(arrays)
        if (
            number == 1.0
            and [piece.letters for piece in arrays] == [(letter,) for letter in order]
            and len(arrays) == 2
        ):
            return Piece(f"({held(arrays[0].code)}[:, None].dot({arrays[1].code}[None]))", order)
        codes = [piece.along(order) for piece in arrays]
        if number == -1.0:
            return Piece(f"-({' * '.join(codes)})" if len(codes) > 1 else f"-{codes[0]}", order)
        alike = all(piece.letters == order for piece in arrays)
        if number != 1.0:
            codes.insert(len(codes) if alike else 0, repr(number))
        operations = (("", codes[0]), *(("*", code) for code in codes[1:])) if alike else ()
        return Piece(codes[0] if len(codes) == 1 else f"({' * '.join(codes)})", order, operations)

    def contracted(self, factors: Sequence[Piece], sums: Sequence[str]) -> Piece:
        """The product summed over some letters: what does not have them stands outside; two arrays that share just one of them, and
        nothing else, are a product of matrices."""
        over = {letter for letter in sums if any(letter in factor.letters for factor in factors)}
        inside = [factor for factor in factors if over.intersection(factor.letters)]
        outside = [factor for factor in factors if not over.intersection(factor.letters)]
        if not over:
            return self.multiplied(factors)
        return self.multiplied([*outside, self._inner(inside, over)])

    def _inner(self, factors: Sequence[Piece], over: set[str]) -> Piece:
        if len(factors) == 2:
            left, right = factors
            if set(left.letters) & set(right.letters) == over and len(over) == 1 and max(map(_axes, factors)) < 3:
                return self._matrix_product(left, right, *over)
        whole = self.multiplied(factors)
        if over.issuperset(whole.letters):
            return Piece(f"{held(whole.code)}.sum()")
        if (
            len(whole.letters) == 2 and {whole.letters[1]} == over and self.examples.keys() >= over
        ):  # half the time of `sum`
            size = self.examples[whole.letters[1]]
            self.ones.add(size)
            return Piece(f"({held(whole.code)}.dot(ones_{size}))", whole.letters[:1])
        places = tuple(place for place, letter in enumerate(whole.letters) if letter in over)
        rest = tuple(letter for letter in whole.letters if letter not in over)
        return Piece(f"{held(whole.code)}.sum({places[0] if len(places) == 1 else places})", rest)

    def _matrix_product(self, left: Piece, right: Piece, letter: str) -> Piece:
        """left · right over one letter, examples behind. `dot` is `@` with 0.5 µs less to decide, of 1 for a small product."""
        rest = [tuple(each for each in piece.letters if each != letter) for piece in (left, right)]
        if rest[0] and rest[1] and self.order([Piece("", rest[0] + rest[1])]) != rest[0] + rest[1]:
            left, right, rest = right, left, rest[::-1]
        first, second = left.along((*rest[0], letter)), right.along((letter, *rest[1]))
        return Piece(f"({held(first)}.dot({bare(second)}))", rest[0] + rest[1])


def _is_number(code: str) -> bool:
    try:
        float(code)
    except ValueError:
        return False
    return True


def _axes(piece: Piece) -> int:
    return len(piece.letters)
