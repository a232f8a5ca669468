"""How wide the pieces of a page are: written blocks go in; they come out knowing whether a narrow screen may have to scroll them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivegen.records import replace
from derivegen.render.written_blocks import (
    WrittenAlgorithm,
    WrittenBeside,
    WrittenBlock,
    WrittenBox,
    WrittenDerivation,
    WrittenItems,
    WrittenPicture,
    WrittenTable,
    WrittenText,
)

NARROW, LONG = 26, 58
"""How many characters a telephone shows in a line, and a page beside a reason."""
_STACKED = re.compile(r"<(mfrac|mtable)\b[^>]*>(?:(?!<(?:mfrac|mtable)\b).)*?</\1>", re.S)
_SPACE = re.compile(r'<mspace width="([\d.]+)em"[^>]*/>')
_NUMBER = re.compile(r"<mn>\d+\.\d+</mn>|(?<!</mi>)(?<!</mn>)(?<!</mrow>)(?<!</mover>)<mn>[\d,]+</mn>")
"""A number that is no index and no exponent."""
NUMBER = "x" * 7
"""So wide counts each of them, and signs and parentheses count for nothing: the pages of all students are laid out alike."""
_UNSEEN = re.compile(r"<[^>]*>|[()−\u2061\u2062]|&[a-z0-9#]+(?=;)")
MATH = re.compile(r"<math[^>]*>(?P<body>.*?)</math>", re.S)


def measured(blocks: Sequence[WrittenBlock], before: str = "b") -> tuple[WrittenBlock, ...]:
    """The blocks, each that is referred to with an id of its own, and with whether a narrow screen may have to scroll it."""
    return tuple(_measure(block, f"{before}{place}") for place, block in enumerate(blocks, 1))


def _measure(block: WrittenBlock, name: str) -> WrittenBlock:
    match block:
        case WrittenText():
            return replace(block, wide=_has_wide(block.text))
        case WrittenItems():
            return WrittenItems(tuple(replace(entry, wide=_has_wide(entry.text)) for entry in block.entries))
        case WrittenDerivation():
            breadths = [breadth(row.left) + breadth(row.right) for row in block.rows]
            rows = [replace(row, long=wide > LONG) for row, wide in zip(block.rows, breadths, strict=True)]
            return replace(block, rows=rows, wide=any(wide > NARROW for wide in breadths))
        case WrittenTable():
            columns = zip(block.header, *block.rows, strict=True)
            return replace(block, id=name, wide=sum(max(map(breadth, column)) + 2 for column in columns) > NARROW)
        case WrittenPicture():
            width = re.search(r"--width:([\d.]+)", block.content)
            return replace(block, id=name, wide=width is not None and float(width[1]) > 300)
        case WrittenBox():
            return replace(block, id=name, blocks=measured(block.blocks, f"{name}-"))
        case WrittenBeside():
            return replace(block, blocks=measured(block.blocks, f"{name}-"))
        case WrittenAlgorithm():
            return replace(block, id=name)
    return block


def _has_wide(text: str) -> bool:
    """Whether a formula in a text may be wider than a narrow screen."""
    return any(breadth(formula["body"]) > NARROW for formula in MATH.finditer(text))


def breadth(text: str) -> int:
    """How many characters wide a piece of a page is about: of a fraction one part counts, of a matrix its widest row."""
    text = _SPACE.sub(lambda space: "x" * round(2 * float(space[1])), text)
    text = _NUMBER.sub(NUMBER, text)
    while stacked := _STACKED.search(text):
        text = text[: stacked.start()] + "x" * _widest(stacked) + text[stacked.end() :]
    return len(_UNSEEN.sub("", text))


def _widest(stacked: re.Match[str]) -> int:
    if stacked[1] == "mfrac":
        return len(_UNSEEN.sub("", stacked[0])) // 2 + 1
    rows = stacked[0].split("</mtr>")
    return max(len(_UNSEEN.sub("", row)) + 2 * row.count("</mtd>") for row in rows)
