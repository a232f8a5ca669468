"""Putting a notation and numbers in: a composed document goes in, one whose formulas are all glyphs and digits comes out, its numbers
with the decimal sign of its language.
"""

from __future__ import annotations

from derivegen.calculus.evaluate import Trace
from derivegen.document.blocks import Document
from derivegen.formula.tree import (
    Array,
    BigSum,
    Formula,
    Indexed,
    Negative,
    Number,
    Quantity,
    Value,
    map_formulas,
    transform,
)
from derivegen.notation.notation import Notation


def written(tree: Formula, notation: Notation, trace: Trace, decimal: str = ".") -> Formula:
    """One formula as it is printed."""

    def change(part: Formula) -> Formula | None:
        if isinstance(part, Value):
            return Number(trace.text(part.name).replace(".", decimal))
        if isinstance(part, Number):
            return Number(part.text.replace(".", decimal))
        if notation.entry.delta_sign < 0 and _is_delta(part):
            return Negative(notation.write(part))  # composed as the derivative itself
        if isinstance(part, Array):
            return notation.array(part.name)
        if isinstance(part, BigSum) and notation.limits(part) != part:
            return transform(notation.limits(part), change)
        if isinstance(part, Indexed):
            return notation.letters(part)
        return notation.symbol(part.name) if isinstance(part, Quantity) else None

    return transform(tree, change)


def _is_delta(part: Formula) -> bool:
    """Whether a leaf is a δ, of a unit or of a layer."""
    name = part.base if isinstance(part, Indexed) else part.name if isinstance(part, Quantity | Array) else ""
    return name.startswith("delta[")


def inscribe(document: Document, notation: Notation, trace: Trace, decimal: str = ".") -> Document:
    """The whole document as it is printed."""
    return map_formulas(document, lambda tree: written(tree, notation, trace, decimal))
