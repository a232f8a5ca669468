"""How members of a graph of one's own are written: a family and what stands in its places go in, the symbol comes out.

Places that count time stand above, in brackets: h^{(t−1)}_j. Where an index may have two digits, or is more than a letter, commas stand
between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derivegen.formula.places import Affine
from derivegen.formula.tree import Glyph, Indexed, Place
from derivegen.network.family import Family
from derivegen.notation.glyphs import own_name

LAST_OF_ONE_DIGIT = 9


def indexed_symbol(family: Family, places: Sequence[str]) -> Glyph:
    """The symbol of a member, or of all under these letters."""
    whole = own_name(family.name)
    above = [text for text, axis in zip(places, family.axes, strict=True) if axis.counts == "time"]
    below = [text for text, axis in zip(places, family.axes, strict=True) if axis.counts != "time"]
    last = max((axis.low + int(axis.size) - 1 for axis in family.axes), default=0)
    between = "," if last > LAST_OF_ONE_DIGIT or any(len(text) > 1 for text in below) else ""
    sub = ",".join(part for part in (whole.sub, between.join(below)) if part)
    return replace(whole, sub=sub, sup=f"({','.join(above)})" if above else "")


def place_text(place: Place) -> str:
    """What stands in a place: t, t-1, 2p+u-2, id(t)."""
    match place:
        case Indexed(base, places):
            return f"{base}({','.join(map(place_text, places))})"
        case Affine():
            return str(place)
    return place
