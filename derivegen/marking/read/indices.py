"""Indices with a comma and no braces, a1,2: tokens in; the same with each such index as one number, as a decimal comma has it, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from derivegen.formula.functions import TYPED
from derivegen.formula.read.tokens import Token
from derivegen.notation.spelling import Spelling
from derivegen.notation.typed_names import Names

_INDEX = re.compile(r"\d{1,3}(?:,\d{1,3}){1,3}(?![\w,]|\.\d)")
_RELATED = re.compile(r"['′]?\s*(?:[=≈≡←]|\\approx)")
_SLOPE = re.compile(r"[d∂δ](?=[^\W\d_])")
_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")


def joined(tokens: Sequence[Token], text: str, names: Names) -> list[Token]:
    """The tokens; the numbers of an index that somebody has written with commas, h2,1 and a_1,2, as one. A comma in a list, and one between
    the arguments of a function that takes several, max(z1,0), is none of an index."""
    found, lists, end = list[Token](), list[bool](), 0
    for token in tokens:
        if token.at < end:
            continue
        if token.text in _OPENING:
            several = bool(found) and found[-1].text in TYPED and TYPED[found[-1].text].arity[1] > 1
            lists.append(several or token.text == "[")
        elif token.text in _CLOSING and lists:
            lists.pop()
        if token.kind != "number" or not _is_below(token, found):
            found.append(token)
        elif lists and lists[-1]:
            found += _apart(token)
        else:
            index = _index(token, found, text, names)
            found.append(Token("number", index, token.at) if index else token)
            end = token.at + len(index)
    return found


def _is_below(token: Token, found: Sequence[Token]) -> bool:
    """Whether a number touches the letters before it, or an underscore behind them."""
    name = _named(found)
    return name.kind == "name" and name.at + len(name.text) + (name is not found[-1]) == token.at


def _named(found: Sequence[Token]) -> Token:
    if not found:
        return Token("end", "", 0)
    return found[-2] if found[-1].text == "_" and len(found) > 1 else found[-1]


def _apart(token: Token) -> Iterator[Token]:
    """The numbers that a decimal comma would join."""
    at = token.at
    for place, part in enumerate(token.text.split(",")):
        if place:
            yield Token("sign", ",", at - 1)
        yield Token("number", part, at)
        at += len(part) + 1


def _index(token: Token, found: Sequence[Token], text: str, names: Names) -> str:
    """The index that begins with a number, where it makes a name of the letters before it or stands before a relation, since no number of
    its own does; "" where there is none."""
    match = _INDEX.match(text, token.at)
    if match is None:
        return ""
    name = _named(found).text
    known = any(names.resolve(Spelling(base, match[0])) for base in (name, _SLOPE.sub("", name, count=1)))
    return match[0] if known or _RELATED.match(text, match.end()) else ""
