"""Typst mathematics that `typst` wrote, read back: text in, a tree of glyphs and numbers out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derivegen.formula.reading import OPERATORS, Reader
from derivegen.formula.tokens import Token
from derivegen.formula.tree import BigSum, Call, Cases, Formula, Glyph, Matrix, Number, Partial, Ratio, Slope, Words
from derivegen.formula.typst import FUNCTIONS, WORDS

_CALLS = {written: name for name, written in FUNCTIONS.items() if not written.startswith("op")}
_SKIPPED = ("quad",)
_OPENING = ("(", "lr")


def unquoted(token: Token) -> str:
    """The text of a string or a letter."""
    return token.text[1:-1].replace('\\"', '"').replace("\\\\", "\\") if token.kind == "string" else token.text


class TypstReader(Reader):
    """The Typst dialect."""

    def __init__(self, text: str, functions: frozenset[str]) -> None:
        super().__init__(text, "typst", functions, _SKIPPED)

    def dot(self) -> bool:
        return self.take("dot.op")

    def begins(self) -> bool:
        if self.next.text in ("times", "dot.op"):
            return False
        return self.next.kind in ("number", "name", "string") or self.next.text in ("(", "#")

    def group(self) -> Formula:
        self.expect("(")
        tree = self.compare()
        self.expect(")")
        return tree

    def raw(self) -> str:
        """An index in parentheses as text."""
        self.expect("(")
        text = self.attached()
        self.expect(")")
        return text

    def attached(self) -> str:
        """An index up to the comma or parenthesis that ends it; a comma inside parentheses does not."""
        depth, text = 0, ""
        while depth or self.next.text not in (")", ","):
            token = self.skip()
            depth += (token.text == "(") - (token.text == ")")
            text += unquoted(token)
        return text

    def atom(self) -> Formula:
        token = self.skip()
        if token.kind == "number":
            return self._number(token.text)
        if token.text == "(":
            return self.bracket()
        if token.text == "#":
            return self.coloured()
        if token.text == "sum":
            return self.big_sum()
        if token.text in _CALLS and self.called(_OPENING):
            return self.call(_CALLS[token.text])
        if token.text in TYPST_ATOMS:
            return TYPST_ATOMS[token.text](self)
        if token.kind == "string" and len(unquoted(token)) > 1 and not self._indexed():
            return Words("")
        if token.kind in ("name", "string"):
            return self.symbol(Glyph(unquoted(token)))
        raise self.fail(f"{token.text!r} cannot begin a factor", token)
