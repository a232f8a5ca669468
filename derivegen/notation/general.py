"""Symbols under index letters: a name such as w[l][j][k] and a notation's patterns go in, the symbol of the whole kind comes out.

l counts the layers as the notation does (its weights w[l][j][k] enter layer l, whatever number they carry themselves), j and k count
units, r rows; where a notation runs through its symbols the running number is n. A layer may be given by its canonical number: w[2][j][k].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from derivegen.network.patterns import PLACE

_NAME = re.compile(
    r"(?P<base>w|b|theta|z|a|x|t|delta)(?P<indices>(?:\[(?:[a-z](?:[+-]\d+)?|\d+)\])*)(?P<row>@r)?(?P<prime>'?)"
)


class General(NamedTuple):
    """The parts of such a name: the kind its pattern stands under, what its placeholders stand for."""

    kind: str
    places: Mapping[str, str | int]
    row: bool
    primed: bool


def parse_general(name: str) -> General | None:
    """The parts of a name under index letters; None if it is none."""
    match = _NAME.fullmatch(name)
    if match is None or not re.search("[a-z]", match["indices"]):
        return None
    base, letters = match["base"], re.findall(r"\[([^\]]+)\]", match["indices"])
    layer = letters.pop(0) if base not in ("x", "t") else ""
    kind = "shared b" if base == "b" and not letters else base
    number = int(layer) if layer.isdigit() else layer
    places = {"l": number, "j": letters[0] if letters else "", "k": letters[-1] if letters else "", "n": "n"}
    return General(kind, places, bool(match["row"]), bool(match["prime"]))


def moved(letter: str, by: int) -> str:
    """l moved by a whole number: l, l+1; l−1 moved by 1 is l again."""
    base, offset = letter[:1], int(letter[1:] or 0) + by
    return f"{base}{offset:+d}" if base and offset else base


def layer_shift(patterns: Mapping[str, str]) -> int:
    """What a notation adds to the number of a unit's layer: 1 where it counts the inputs as layer 1."""
    return next((int(plus or 0) for letter, _, plus in PLACE.findall(patterns["z"]) if letter == "l"), 0)
