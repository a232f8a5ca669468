"""Putting a notation and numbers in: a composed document goes in, one whose formulas are all glyphs and digits comes out, its numbers
with the decimal sign of its language.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from derivegen.document.blocks import Beside, Block, Box, Document, Picture
from derivegen.formula.tree import (
    Array,
    BigSum,
    Colour,
    Extreme,
    Formula,
    Indexed,
    Negative,
    Number,
    Quantity,
    Value,
    map_formulas,
    printed_number,
    transform,
)
from derivegen.network.names import is_delta
from derivegen.notation.notation import Notation
from derivegen.records import replace


class Texts(Protocol):
    """What knows how numbers are printed: a trace."""

    def text(self, name: str, more: int = 0) -> str:
        """The number of that name as it is printed, with so many digits more than usual."""


class Told(NamedTuple):
    """Texts as a function tells them, by name, or by name and digits as `with_digits` writes them."""

    tell: Callable[[str], str]

    def text(self, name: str, more: int = 0) -> str:
        """The number of that name as it is printed."""
        return self.tell(with_digits(name, more))


def with_digits(name: str, more: int) -> str:
    """One word for a number and how many further digits it is printed with."""
    return f"{name}~{more}" if more else name


def written(tree: Formula, notation: Notation, trace: Texts, decimal: str = ".") -> Formula:
    """One formula as it is printed."""

    def change(part: Formula) -> Formula | None:
        if isinstance(part, Value):
            return printed_number(trace.text(part.name, part.more).replace(".", decimal))
        if isinstance(part, Number):
            return Number(part.text.replace(".", decimal))
        if notation.entry.delta_sign < 0 and _is_delta(part):
            return Negative(notation.write(part))  # composed as the derivative itself
        if isinstance(part, Array):
            return notation.array(part.name)
        if isinstance(part, BigSum) and notation.limits(part) != part:
            return transform(notation.limits(part), change)
        if isinstance(part, Extreme):
            return transform(notation.extreme(part), change)
        if isinstance(part, Indexed):
            return notation.letters(part)
        return notation.symbol(part.name) if isinstance(part, Quantity) else None

    return transform(tree, change)


def _is_delta(part: Formula) -> bool:
    """Whether a leaf is a δ, of a unit or of a layer."""
    name = part.base if isinstance(part, Indexed) else part.name if isinstance(part, Quantity | Array) else ""
    return is_delta(name)


def inscribe(document: Document, notation: Notation, trace: Texts, decimal: str = ".") -> Document:
    """The whole document as it is printed."""
    inscribed = map_formulas(document, lambda tree: written(tree, notation, trace, decimal))
    return inscribed if document.style == "light" else _uncoloured(inscribed)


def _uncoloured(document: Document) -> Document:
    """The document without colour, in its formulas and figures."""

    def black(part: Formula) -> Formula | None:
        return transform(part.body, black) if isinstance(part, Colour) else None

    def plain(block: Block) -> Block:
        if isinstance(block, Box | Beside):
            return replace(block, blocks=tuple(map(plain, block.blocks)))
        return replace(block, style="print") if isinstance(block, Picture) else block

    blocks = tuple(map(plain, document.blocks))
    return map_formulas(replace(document, blocks=blocks), lambda tree: transform(tree, black))
