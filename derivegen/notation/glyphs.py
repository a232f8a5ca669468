"""Symbols: a pattern or a name of somebody's own goes in, a glyph comes out; of a glyph, what is left of it when it is typed."""

from __future__ import annotations

import re

from derivegen.errors import InputError
from derivegen.formula.tree import Accent, Formula, Glyph
from derivegen.network.patterns import parts
from derivegen.records import replace

_GREEK_NAMES = "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega"
GREEK = dict(zip(_GREEK_NAMES.split(" "), "αβγδεζηθκλμνξπρστφχψω", strict=True))


def glyph(pattern: str) -> Glyph:
    """A filled pattern as a glyph. Raises InputError if it is none."""
    found = parts(pattern)
    if found is None:
        raise InputError(
            f"notation: {pattern!r} is not a letter or word with at most one _{{…}} and one ^{{…}}; put what stands lowered or raised "
            "into one pair of braces"
        )
    accents: dict[str, Accent] = {"hat": "hat", "bar": "bar"}
    return Glyph(GREEK.get(found.letter, found.letter), found.sub, found.sup, accents.get(found.accent))


def own_name(name: str) -> Glyph:
    """A name of `[graph]` as a symbol: digits at the end become a subscript, Greek names letters."""
    match = re.fullmatch(r"(.*?)_?(\d*)", name)
    assert match is not None
    base = match[1] or name
    if "_" in base and not base.startswith("_"):
        head, _, tail = base.partition("_")
        return Glyph(GREEK.get(head, head), (tail + match[2]).replace("_", ","))
    return Glyph(GREEK.get(base, base), match[2] if match[1] else "")


def typed(symbol: Formula) -> tuple[str, ...]:
    """What is left of a symbol when it is typed: no parentheses around an index, an accent as a word."""
    assert isinstance(symbol, Glyph)
    return symbol.base + (symbol.accent or ""), symbol.sup.strip("()"), symbol.sub


_ACCENTS: tuple[Accent, ...] = ("hat", "bar")


def kept_letter(base: str) -> Glyph:
    """The letter of what an optimizer works out: m, v with a hat."""
    for accent in _ACCENTS:
        if base.endswith(accent):
            return replace(kept_letter(base.removesuffix(accent)), accent=accent)
    return Glyph(GREEK.get(base, base))
