"""Text in, tokens out, in three dialects: the formulas people type, and the LaTeX and Typst our own printers write. Limits come first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from derivegen.errors import InputError

Dialect = Literal["plain", "latex", "typst"]


class FormulaError(InputError):
    """A formula that cannot be read: what is wrong, and at which character (counted from 0)."""

    def __init__(self, message: str, position: int, text: str = "") -> None:
        super().__init__(message)
        self.message, self.position, self.text = message, position, text

    def caret(self) -> str:
        """The formula with a caret under the place."""
        return f"{self.text}\n{' ' * self.position}^"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a formula may be at most."""

    characters: int = 500
    tokens: int = 200
    depth: int = 40
    digits: int = 20
    number_exponent: int = 300
    exponent: int = 64


TYPED = Limits()
OWN = Limits(100_000, 50_000, 400, 400, 5000, 5000)
"""For text that our own printers wrote."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text: its kind, the text, and where it begins."""

    kind: Literal["number", "name", "command", "string", "sign", "end"]
    text: str
    at: int


_FOLDED = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "′": "'", "’": "'"})
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_PLAIN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)|(?P<sign>\*\*|<=|>=|[-+*/^(),<>=.])|(?P<space>\s+)"
)
_LATEX = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)|(?P<command>\\[A-Za-z]+|\\\\|\\.)|(?P<name>[^\W\d_])|(?P<sign>[-+*/^_(){}\[\],<>=|'&])|(?P<space>\s+|~)"
)
_TYPST = re.compile(
    r'(?P<number>\d+(?:\.\d+)?)|(?P<string>"(?:[^"\\]|\\.)*")|(?P<name>[^\W\d_](?:[A-Za-z]*(?:\.[a-z]+)*)|[^\W\d_])'
    r"|(?P<sign>[-−+*/^_(){}\[\],<>=|'&;:$#≈←≤≥≠∈∝∂])|(?P<space>\s+)"
)


def tokens(text: str, dialect: Dialect, limits: Limits) -> list[Token]:
    """The tokens of a text with an end token. Raises FormulaError beyond a limit or at a character that means nothing."""
    if len(text) > limits.characters:
        raise FormulaError(
            f"a formula may have {limits.characters} characters; this one has {len(text)}", limits.characters
        )
    found = list(_scan(text, dialect, limits))
    depth = 0
    for token in found:
        depth += token.text in ("(", "{", "[")
        depth -= token.text in (")", "}", "]")
        if depth > limits.depth:
            raise FormulaError(f"brackets nest deeper than {limits.depth}", token.at, text)
    return [*found, Token("end", "", len(text))]


def _scan(text: str, dialect: Dialect, limits: Limits) -> Iterator[Token]:
    pattern = {"plain": _PLAIN, "latex": _LATEX, "typst": _TYPST}[dialect]
    folded = fold(text) if dialect == "plain" else text
    at = count = 0
    while at < len(folded):
        match = pattern.match(folded, at)
        if match is None:
            raise FormulaError(f"{folded[at]!r} has no meaning in a formula", at, text)
        kind = match.lastgroup
        if kind != "space":
            count += 1
            if count > limits.tokens:
                raise FormulaError(f"a formula may have {limits.tokens} tokens", at, text)
            if kind == "number":
                _check_number(match[0], at, text, limits)
            yield Token(kind, match[0], at)  # type: ignore[arg-type]
        at = match.end()


def fold(text: str) -> str:
    """Look-alike signs as their ASCII, raised digits as powers, one character for one where positions must stay."""
    out = ""
    for character in text:
        if character in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻":
            out += character
        else:
            out += unicodedata.normalize("NFC", character).translate(_FOLDED)
    return re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: "^(" + m[0].translate(_RAISED) + ")", out)


def _check_number(text: str, at: int, whole: str, limits: Limits) -> None:
    mantissa, _, exponent = text.lower().partition("e")
    if sum(c.isdigit() for c in mantissa) > limits.digits:
        raise FormulaError(f"a number may have {limits.digits} digits", at, whole)
    if exponent and (len(exponent) > 5 or abs(int(exponent)) > limits.number_exponent):
        raise FormulaError(f"a number's power of ten may be at most ±{limits.number_exponent}", at, whole)
