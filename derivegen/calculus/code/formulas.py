"""Formulas under index letters as numpy code: a formula goes in, and what the arrays in it are called; the code of an array with an axis
for each letter comes out. Only identifiers, numbers and operators of our own are ever printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod

from derivegen.calculus.code.lines import bare, held
from derivegen.calculus.code.pieces import Piece, Products
from derivegen.errors import Symbolic
from derivegen.formula.arithmetic.value import called, constant
from derivegen.formula.tree import (
    BigSum,
    Bracket,
    Call,
    Cases,
    Compare,
    Formula,
    Indexed,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Sum,
)
from derivegen.records import dataclass, field

_COMPARED = {"<": "<", ">": ">", "≤": "<=", "≥": ">=", "=": "==", "≠": "!="}


@dataclass
class FormulaCode:
    """Prints formulas; `variable` says what an array is called, `functions` are those that were needed, `seams` how far apart the sides
    are of each comparison that was printed."""

    variable: Callable[[str], str]
    products: Products
    functions: set[str] = field(default_factory=set)
    seams: dict[str, None] = field(default_factory=dict)

    def piece(self, tree: Formula) -> Piece:
        """The code of a formula under index letters. Raises Symbolic where it has no number."""
        match tree:
            case Indexed():
                return self.leaf(tree)
            case Number(text):
                return Piece(repr(float(text)))
            case Bracket(body):
                return self.piece(body)
            case Negative() | Product():
                return self.products.contracted(list(self.factors(tree)), [])
            case Sum(terms):
                return self.products.added([self.piece(term) for term in terms])
            case Ratio(Number(top), Number(bottom)):
                return Piece(repr(float(top) / float(bottom)))
            case Ratio(top, bottom):
                return self.products.between(self.piece(top), "/", self.piece(bottom))
            case Power(base, exponent):
                raised = self.piece(base)
                return Piece(f"({held(raised.code)} ** {_exponent(exponent)})", raised.letters)
            case BigSum():
                return self.big_sum(tree)
            case Call():
                return self._call(tree)
            case Cases(branches):
                return self._cases(branches)
            case Compare(left, relation, right):
                sides = self.piece(left), self.piece(right)
                apart = sides[0] if sides[1].code == "0.0" else self.products.between(sides[0], "-", sides[1])
                self.seams[bare(apart.code)] = None
                return self.products.between(sides[0], _COMPARED[relation], sides[1])
        raise Symbolic(f"no number for {type(tree).__name__}")

    def leaf(self, leaf: Indexed) -> Piece:
        """The code of the members of a family."""
        return Piece(self.variable(leaf.base), self.products.stored(leaf.letters))

    def factors(self, tree: Formula) -> Iterator[Piece]:
        """The factors of a product, however it is written."""
        match tree:
            case Product(factors):
                for factor in factors:
                    yield from self.factors(factor)
            case Negative(body):
                yield Piece("-1.0")
                yield from self.factors(body)
            case Bracket(body):
                yield from self.factors(body)
            case Number("1"):
                return
            case _:
                yield self.piece(tree)

    def big_sum(self, tree: BigSum) -> Piece:
        """The code of a sum over letters. Raises Symbolic of one that ends at a letter."""
        body: Formula = tree
        sizes: dict[str, int] = {}
        while isinstance(body, BigSum) and isinstance(body.index, Quantity) and isinstance(body.high, Number):
            sizes[body.index.name] = int(body.high.text)
            body = body.body
        factors = list(self.factors(body))
        if isinstance(body, BigSum):
            raise Symbolic("a sum over a symbolic number of rows")
        found = self.products.contracted(factors, list(sizes))
        there = {each for factor in factors for each in factor.letters}
        alike = prod(size for letter, size in sizes.items() if letter not in there)
        return found if there.issuperset(sizes) else self.products.multiplied([Piece(repr(float(alike))), found])

    def _call(self, tree: Call) -> Piece:
        from derivegen.formula.arithmetic.arrays import ARRAYS, WHOLE

        name = called(tree)
        if name not in ARRAYS.functions and name not in WHOLE:
            raise Symbolic(f"the unknown function {tree.function}")
        self.functions.add(name)
        pieces = [self.piece(argument) for argument in tree.arguments]
        order = self.products.order(pieces)
        arguments = [bare(piece.along(order)) for piece in pieces]
        return Piece(f"{name}({', '.join(arguments)})", order)

    def _cases(self, branches: Sequence[tuple[Formula, Formula | None]]) -> Piece:
        pieces = [(self.piece(then), None if when is None else self.piece(when)) for then, when in branches]
        order = self.products.order([piece for pair in pieces for piece in pair if piece is not None])
        code = "nan"
        for then, when in reversed(pieces):
            code = then.along(order) if when is None else f"where({when.along(order)}, {then.along(order)}, {code})"
        return Piece(code, order)


def _exponent(tree: Formula) -> str:
    n = constant(tree)
    return str(int(n)) if n.denominator == 1 else repr(float(n))
