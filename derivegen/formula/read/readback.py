"""What our own printers wrote, read back: LaTeX, MathML or Typst mathematics in, a tree of glyphs and numbers out.

`normal` is the form in which two trees are compared: `normal(read(print(tree))) == normal(tree)` for every tree the printers take.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.formula.read.latex import read_latex
from derivegen.formula.read.mathml import read_mathml
from derivegen.formula.read.typst import read_typst
from derivegen.formula.tree import (
    Bracket,
    Colour,
    Formula,
    Negative,
    Number,
    Product,
    Strike,
    Sum,
    Under,
    Words,
    transform,
)

__all__ = ["normal", "read_latex", "read_mathml", "read_typst"]


def normal(tree: Formula) -> Formula:
    """The form trees are compared in: decoration, brackets and dots dropped, decimal commas as points, nested sums and products opened,
    minus signs in front."""

    def change(part: Formula) -> Formula | None:
        match part:
            case Colour(body, _) | Strike(body) | Under(body, _) | Bracket(body):
                return normal(body)
            case Number(text) if text.startswith("-"):
                return Negative(Number(text[1:].replace(",", ".")))
            case Number(text) if "," in text:
                return Number(text.replace(",", "."))
            case Negative(body):
                return _negated(normal(body))
            case Product(factors):
                return _product([normal(factor) for factor in factors])
            case Sum(terms):
                return _sum([normal(term) for term in terms])
            case Words():
                return Words("")
        return None

    return transform(tree, change)


def _negated(body: Formula) -> Formula:
    return body.body if isinstance(body, Negative) else Negative(body)


def _product(factors: list[Formula]) -> Formula:
    """Factors in order, their signs gathered: −x · y, x · (−y) and −(x · y) are one."""
    odd = sum(isinstance(factor, Negative) for factor in factors) % 2
    flat = tuple(_opened([factor.body if isinstance(factor, Negative) else factor for factor in factors], Product))
    return Negative(Product(flat)) if odd else Product(flat)


def _sum(terms: list[Formula]) -> Formula:
    return Sum(tuple(_opened(terms, Sum)))


def _opened(parts: list[Formula], kind: type[Product] | type[Sum]) -> Iterator[Formula]:
    """The parts, those of the same kind opened."""
    for part in parts:
        if isinstance(part, Product) and kind is Product:
            yield from part.factors
        elif isinstance(part, Sum) and kind is Sum:
            yield from part.terms
        else:
            yield part
