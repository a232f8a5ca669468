"""How members of a graph of one's own are written: a family and what stands in its places go in, the symbol comes out.

Places that count time stand above, in brackets: h^{(t−1)}_j. Where an index may have two digits, or is more than a letter, commas stand
between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derivegen.formula.places import Affine
from derivegen.formula.tree import Glyph, Indexed, Place
from derivegen.network.family import Family
from derivegen.network.names import parse
from derivegen.notation.glyphs import GREEK, own_name
from derivegen.records import replace

LAST_OF_ONE_DIGIT = 9


def indexed_symbol(family: Family, places: Sequence[str], marked: bool = False) -> Glyph:
    """The symbol of a member, or of all under these letters; `marked` with the number of its layer, since others are called like it."""
    whole, layer = family_symbol(family)
    above = [text for text, axis in zip(places, family.axes, strict=True) if axis.counts == "time"]
    below = [text for text, axis in zip(places, family.axes, strict=True) if axis.counts not in ("time", "example")]
    rows = [text for text, axis in zip(places, family.axes, strict=True) if axis.counts == "example"]
    last = max((axis.low + int(axis.size) - 1 for axis in family.axes), default=0)
    between = "," if last > LAST_OF_ONE_DIGIT or any(len(text) > 1 for text in below) else ""
    sub = ",".join(part for part in (whole.sub, between.join(below), *rows) if part)
    sup = (f"[{layer}]" if marked and layer else "") + (f"({','.join(above)})" if above else "")
    return replace(whole, sub=sub, sup=sup)


def family_symbol(family: Family) -> tuple[Glyph, str]:
    """The letter of a family without the indices of members, and which layer it is of, if of one: of wf[2] a w below which stands f."""
    parts = parse(family.stem or family.name)
    if parts is None or not parts.indices:
        return own_name(family.stem or family.name), ""
    head, _, tail = parts.base.partition("_")
    if len(head) == 2 and head not in GREEK:
        head, tail = head[0], head[1] + tail
    whole = own_name(head)
    return replace(whole, sub=whole.sub + tail), str(parts.indices[0])


def shared_letters(families: Iterable[Family]) -> frozenset[Glyph]:
    """The letters that families of several layers have."""
    found = [family_symbol(family)[0] for family in families if family.equations]
    return frozenset(each for each in found if found.count(each) > 1)


def place_text(place: Place) -> str:
    """What stands in a place: t, t-1, 2p+u-2, id(t)."""
    match place:
        case Indexed(base, places):
            return f"{base.partition('[')[0]}({','.join(map(place_text, places))})"
        case Affine():
            return str(place)
    return place
