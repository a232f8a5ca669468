"""How long a formula is on paper: a written tree goes in, millimetres at the size of the text come out, rather too many than too few."""

from __future__ import annotations

from derivegen.formula.functions import form, shown
from derivegen.formula.tree import (
    BigSum,
    Bracket,
    Call,
    Cases,
    Formula,
    Glyph,
    Hadamard,
    Hole,
    Matrix,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Ratio,
    Sum,
    Transpose,
    children,
)

DIGIT, LETTER, WORD, CAPITAL, INDEX, SIGN, PARENTHESES, COLUMN = 1.9, 2.3, 2.1, 3.6, 1.5, 4.4, 2.8, 3.2
HOLE = 21.0


def line_width(tree: Formula) -> float:
    """Millimetres from end to end."""
    match tree:
        case Number(text):
            return DIGIT * len(text)
        case Glyph():
            return _glyph(tree)
        case Hole():
            return HOLE
        case Matrix(rows):
            columns = [max(map(line_width, column)) for column in zip(*rows, strict=True)]
            return sum(columns) + COLUMN * (len(columns) - 1) + PARENTHESES
        case Sum(terms):
            return sum(map(line_width, terms)) + SIGN * (len(terms) - 1)
        case Product(factors) | Hadamard(factors):
            gap = 0.8 if isinstance(tree, Product) and not tree.dotted else SIGN
            return sum(map(_factor, factors)) + gap * (len(factors) - 1)
        case Ratio(top, bottom) | Partial(top, bottom):
            return max(line_width(top), line_width(bottom)) + LETTER
        case Power(base, exponent):
            return _factor(base) + 0.75 * line_width(exponent)
        case Transpose(body):
            return line_width(body) + PARENTHESES + INDEX
        case Call(function, arguments, primes):
            name = LETTER if len(shown(function)) == 1 and form(tree) == "call" else WORD * len(function)
            return name + primes + PARENTHESES + sum(map(line_width, arguments))
        case Cases(branches):
            values = max(line_width(value) for value, _ in branches)
            return values + max(line_width(when) if when else 9 * WORD for _, when in branches) + 9
        case BigSum(body, _, _, _):
            return line_width(body) + 2 * SIGN
        case Negative(body) | Bracket(body):
            return line_width(body) + PARENTHESES
    return sum(map(line_width, children(tree)))


def _glyph(tree: Glyph) -> float:
    base = WORD * len(tree.base) if len(tree.base) > 1 else CAPITAL if tree.base.isupper() else LETTER
    return base + INDEX * max(len(tree.sub), len(tree.sup)) + tree.primes


def _factor(tree: Formula) -> float:
    return line_width(tree) + (PARENTHESES if isinstance(tree, Sum | Negative) else 0)
