"""A chain in; the same chain out, with the working that somebody has put in brackets behind a result as a side of its own:
z = 0.3 (0.4*0.5 + 0.1) is z = 0.3 = 0.4*0.5 + 0.1. A product stays what it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.read.tokens import Token
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.shown import shown
from derivegen.marking.read.chains import Chain
from derivegen.marking.read.pieces import is_calculated
from derivegen.marking.read.reader import TypedReader
from derivegen.marking.read.unreadable import Unreadable
from derivegen.notation.typed_names import Names
from derivegen.records import replace

_OPENING, _CLOSING = ("(", "["), (")", "]")


def with_working_apart(chain: Chain, text: str, names: Names) -> Chain:
    """The chain with such working as its last side."""
    side = chain.sides[-1]
    opens = 1 + (bool(side) and side[0].text == "-")
    if len(side) < opens + 5 or side[opens].text not in _OPENING or side[-1].text not in _CLOSING:
        return chain
    inner, place = side[opens + 1 : -1], side[opens].at
    if not text[place - 1].isspace() or not _is_calculation(inner) or not _closes_last(side[opens:]):
        return chain
    try:
        result = shown(TypedReader(text, side[:opens], names, place).whole())
        worked = float(value(TypedReader(text, inner, names, side[-1].at).whole(), float, FLOAT))
    except (Unreadable, *NO_NUMBER):
        return chain
    if result is None or not result.meets(worked):
        return chain
    relation = Token("sign", "=", place)
    sides, ends = [*chain.sides[:-1], side[:opens], inner], [*chain.ends[:-1], place, side[-1].at]
    return replace(chain, sides=sides, relations=[*chain.relations, relation], ends=ends)


def _is_calculation(tokens: Sequence[Token]) -> bool:
    """Whether there are numbers alone, with a sign between."""
    return all(map(is_calculated, tokens)) and any(token.text in ("+", "-", "*", "/", "^") for token in tokens[1:])


def _closes_last(tokens: Sequence[Token]) -> bool:
    """Whether the first bracket is closed by the last token."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if not depth:
            return place == len(tokens) - 1
    return False
