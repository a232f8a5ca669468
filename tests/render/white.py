"""A PDF's source goes in; how much of each page is empty at its foot comes out, measured from the page as a picture."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import typst

DOTS = 18.0
"""Pixels to the inch: a line of text is three high."""
INK = 245
"""Lighter is the ground of a box, or nothing."""
TOP, FOOT = 19 / 25.4, 17 / 25.4
"""Inches of the margins above and below the text."""


def empty(source: str) -> list[float]:
    """For each page the share of its text area that is empty below the last ink."""
    made = typst.Compiler(ignore_system_fonts=True).compile(source.encode(), format="png", ppi=DOTS)
    return [_below(page) for page in (made if isinstance(made, list) else [made])]


def _below(png: bytes) -> float:
    rows = list(_rows(png))
    top, foot = round(TOP * DOTS), len(rows) - round(FOOT * DOTS)
    inked = [place for place in range(top, foot) if min(rows[place]) < INK]
    return (foot - 1 - max(inked, default=top)) / (foot - top)


def _rows(png: bytes) -> Iterator[bytes]:
    """The rows of a PNG of 8 bits a channel, the filters of its lines undone (PNG 1.2, 6)."""
    width, _, depth, colour = struct.unpack(">IIBB", png[16:26])
    step = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    assert depth == 8
    data, place = bytearray(), 8
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += 12 + length
    raw, wide = zlib.decompress(bytes(data)), width * step
    before = bytes(wide)
    for start in range(0, len(raw), wide + 1):
        line = bytearray(raw[start + 1 : start + 1 + wide])
        kind = raw[start]
        for n in range(wide) if kind else ():
            left = line[n - step] if n >= step else 0
            corner = before[n - step] if n >= step else 0
            line[n] = (line[n] + _guess(kind, left, before[n], corner)) & 255
        before = bytes(line)
        yield before


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    near = left + up - corner
    return min((left, up, corner), key=lambda each: abs(near - each))
