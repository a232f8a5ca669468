"""Text in, tokens out, in five dialects: what people type, without indices and with them, and our own printers' LaTeX, Typst and lines of
Unicode. Limits come first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from derivegen.errors import InputError

Dialect = Literal["plain", "indexed", "latex", "typst", "line"]


class FormulaError(InputError):
    """A formula that cannot be read: what is wrong, at which character (counted from 0), and what would mend it, where that is known."""

    def __init__(self, message: str, position: int, text: str = "", mend: str = "") -> None:
        super().__init__(message)
        self.message, self.position, self.text, self.mend = message, position, text, mend


class Limits(NamedTuple):
    """What a formula may be at most."""

    characters: int = 500
    tokens: int = 200
    depth: int = 40
    digits: int = 20
    number_exponent: int = 300
    exponent: int = 64


TYPED = Limits()
OWN = Limits(100_000, 50_000, 90, 400, 5000, 5000)
"""For text that our own printers wrote; the depth is what the readers' recursion bears."""


class Token(NamedTuple):  # of which a page makes more than of anything else
    """A piece of text: its kind, the text, and where it begins."""

    kind: Literal["number", "name", "command", "string", "raised", "lowered", "sign", "end"]
    text: str
    at: int


_FOLDED = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "′": "'", "’": "'"})
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))
_LETTER = "A-Za-zΑ-Ωα-ω"
_PLAIN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>[{_LETTER}_][{_LETTER}0-9_]*)|(?P<sign>\*\*|<=|>=|[-+*/^(),<>=.])|(?P<space>\s+)"
)
_INDEXED = re.compile(_PLAIN.pattern.replace("<>=.]", r"<>=.\[\]]"))
_LATEX = re.compile(
    r"(?P<number>[0-9]+(?:(?:\.|\{,\})[0-9]+)?)|(?P<command>\\(?:left|right)\||\\[A-Za-z]+|\\\\|\\.)|(?P<name>[^\W\d_])"
    r"|(?P<sign>[-+*/^_(){}\[\],<>=|'&.:;!?])|(?P<space>\s+|~)"
)
_TYPST = re.compile(
    r'(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<string>"(?:[^"\\]|\\.)*")|(?P<name>[∇…]|[^\W\d_](?:[A-Za-z]*(?:\.[a-z]+)*))'
    r"|(?P<sign>\\;|[-−+*/^_(){}\[\],<>=|'&;:$#≈←≤≥≠∈∝∂.!?])|(?P<space>\s+)"
)
_LINE = re.compile(
    r"(?P<number>[0-9]+(?:[.,][0-9]+)?(?:·10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?)|(?P<command>d/d(?=\(|[^\W\d_])|Σ_\{|\^\{|_\{)"
    r"|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻]+)|(?P<lowered>[₀-₉₍₎₊₋]+)|(?P<name>(?:∇|[^\W\d_ᵀ²³¹⁰⁴-⁹₀-₉])(?:[A-Za-z0-9]|_[A-Za-z0-9]{2,})*)"
    r"|(?P<sign>[-−+*/^_(){}\[\],<>=|&:;≈←≤≥≠∈∝∂.!?·⊙√…′ᵀ¦\u0302\u0304])|(?P<space>\s+)"
)


def tokens(text: str, dialect: Dialect, limits: Limits) -> list[Token]:
    """The tokens of a text with an end token. Raises FormulaError beyond a limit or at a character that means nothing."""
    if len(text) > limits.characters:
        message = f"a formula may have {limits.characters} characters; this one has {len(text)}"
        raise FormulaError(message, limits.characters, text[: limits.characters])
    found: list[Token] = []
    depth = 0
    for token in _scan(text, dialect, limits):
        depth += (token.text in ("(", "{", "[")) - (token.text in (")", "}", "]"))
        if depth > limits.depth:
            raise FormulaError(f"brackets nest deeper than {limits.depth}", token.at, text)
        if len(found) == limits.tokens:
            message = f"a formula may have {limits.tokens} names, numbers and signs; this one has more"
            raise FormulaError(message, token.at, text)
        found.append(token)
    return [*found, Token("end", "", len(text))]


def _scan(text: str, dialect: Dialect, limits: Limits) -> Iterator[Token]:
    pattern = {"plain": _PLAIN, "indexed": _INDEXED, "latex": _LATEX, "typst": _TYPST, "line": _LINE}[dialect]
    folded, origin = _fold(text) if dialect in ("plain", "indexed") else (text, range(len(text)))
    at = 0
    while at < len(folded):
        match = pattern.match(folded, at)
        if match is None:
            raise FormulaError(f"{_named(text[origin[at]])} has no meaning in a formula", origin[at], text)
        if match.lastgroup == "number":
            _check_number(match[0], origin[at], text, limits)
        if match.lastgroup != "space":
            yield Token(match.lastgroup, match[0], origin[at])  # type: ignore[arg-type]
        at = match.end()


def _named(character: str) -> str:
    """The character in quotes; one that may look like another or like nothing, with its name."""
    name = "" if character.isascii() else unicodedata.name(character, "")
    return f"{character!r} ({name})" if name else repr(character)


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """Look-alikes as their ASCII or Greek, raised digits as powers; and for each character of that, where it stood in the text."""
    if text.isascii():
        return text, range(len(text))
    folded, origin = "", list[int]()
    for at, character in enumerate(text):
        piece = _RAISED.get(character) or _plain_form(character)
        if character in _RAISED:
            opens = at == 0 or text[at - 1] not in _RAISED
            closes = at + 1 == len(text) or text[at + 1] not in _RAISED
            piece = "^(" * opens + piece + ")" * closes
        folded += piece
        origin += [at] * len(piece)
    return folded, origin


def _plain_form(character: str) -> str:
    """A letter, digit or sign set in another font or width is the plain one; raised, lowered and circled ones are not."""
    styled = unicodedata.decomposition(character).startswith(("<font>", "<wide>", "<compat>", "03", "00"))
    if styled and (character.isalnum() or "！" <= character <= "～"):
        character = unicodedata.normalize("NFKC", character)
    return character.translate(_FOLDED)


def _check_number(text: str, at: int, whole: str, limits: Limits) -> None:
    mantissa, _, exponent = text.lower().partition("e")
    if sum(c.isdigit() for c in mantissa) > limits.digits:
        raise FormulaError(f"a number may have {limits.digits} digits", at, whole)
    if exponent and (len(exponent) > 5 or abs(int(exponent)) > limits.number_exponent):
        raise FormulaError(f"a number's power of ten may be at most ±{limits.number_exponent}", at, whole)
