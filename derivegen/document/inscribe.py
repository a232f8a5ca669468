"""Putting a notation and numbers in: a composed document goes in, one whose formulas are all glyphs and digits comes out."""

from __future__ import annotations

from derivegen.calculus.evaluate import Trace
from derivegen.document.blocks import Document
from derivegen.formula.tree import Formula, Number, Quantity, Value, map_formulas, transform
from derivegen.notation.notation import Notation


def written(tree: Formula, notation: Notation, trace: Trace) -> Formula:
    """One formula as it is printed."""

    def change(part: Formula) -> Formula | None:
        if isinstance(part, Value):
            return Number(trace.text(part.name))
        return notation.symbol(part.name) if isinstance(part, Quantity) else None

    return transform(tree, change)


def inscribe(document: Document, notation: Notation, trace: Trace) -> Document:
    """The whole document as it is printed."""
    return map_formulas(document, lambda tree: written(tree, notation, trace))
