"""Text set in columns of a terminal: words, lines of a derivation or cells go in, lines no wider than asked come out.

Marks around formulas (private-use characters) and accents take no room; GLUE is a space at which no line is broken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest

GLUE = "\u00a0"
WIDEST_LEFT = 24
"""Columns the left sides of a derivation may take before their = moves to the next line."""
REASONS = 46
"""The last column at which a derivation's reasons may begin."""
GAP = 3
LABEL = 4
"""Columns of the label before an entry, at the least."""
_MARKS = re.compile("[\U000f0000-\U0010fffd]")


def unmarked(text: str) -> str:
    """The text without the marks around its formulas."""
    return _MARKS.sub("", text)


def width(text: str) -> int:
    """How many columns a terminal gives a text."""
    return sum(map(_taken, text))


@lru_cache(maxsize=4096)
def _taken(character: str) -> int:
    """How many columns a character takes; asked of every character of a line as often as words are put to it."""
    if unicodedata.combining(character) or _MARKS.match(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, columns: int, right: bool = False) -> str:
    """The text with spaces behind it, or before it."""
    room = " " * (columns - width(text))
    return room + text if right else text + room


def wrapped(text: str, columns: int, hanging: str = "") -> list[str]:
    """The text in lines broken at spaces, all but the first indented; a word wider than a line stands alone."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1].strip(" ") else lines[-1] + word
        if lines[-1].strip(f" {GLUE}") and width(joined) > columns:
            lines.append(hanging + word)
        else:
            lines[-1] = joined
    return lines


def derivation(rows: Sequence[tuple[str, str, str, str]], columns: int) -> list[str]:
    """Lines (left, relation, right, reason) aligned at the relation, reasons in a column of their own or below their line."""
    left = max((width(row[0]) for row in rows if width(row[0]) <= WIDEST_LEFT), default=0)
    blocks = [(list(_aligned(row, left, columns)), row[3]) for row in rows]
    ends = [width(lines[-1]) for lines, _ in blocks if width(lines[-1]) + GAP <= REASONS]
    column = max(ends, default=left) + GAP
    return [line for lines, reason in blocks for line in _with_reason(lines, reason, column, columns)]


def _aligned(row: tuple[str, str, str, str], left: int, columns: int) -> Iterator[str]:
    """One line with what wraps of it indented behind its relation; a left side too wide for its column stands above."""
    start, relation, right, _ = row
    if width(start) > left:
        yield from wrapped(start, columns, "  ")
        start = ""
    start = padded(start, left, right=True).replace(" ", GLUE)
    yield from wrapped(f"{start} {relation} {right}", columns, " " * (left + 5))


def _with_reason(lines: list[str], reason: str, column: int, columns: int) -> Iterator[str]:
    if not reason:
        yield from lines
        return
    said = wrapped(reason if reason.startswith("(") else f"[{reason}]", columns - column, " ")
    beside = width(lines[-1]) + GAP <= column + 1
    yield from lines[:-1]
    yield padded(lines[-1], column) + said[0] if beside else lines[-1]
    yield from (" " * column + line for line in said[beside:])


def item(label: str, text: str, marks: str, columns: int) -> list[str]:
    """A text behind its label, its marks at the right end of the last line, or of one of their own."""
    start = padded(label, LABEL)
    others = " " * width(start)
    lines = [(others if n else start) + line for n, line in enumerate(wrapped(text, columns - width(start)))]
    if marks and width(lines[-1]) + GAP + width(marks) > columns:
        lines.append("")
    return [*lines[:-1], lines[-1] + padded(marks, columns - width(lines[-1]), right=True)] if marks else lines


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], heads: int, columns: int, colon: str = ":"
) -> list[str]:
    """Cells under their header, heads to the left and numbers to the right; where that is too wide, two halves that stand side by side
    one below the other, else a block for each row."""
    widths, half = _widths([header, *rows], columns), len(header) // 2
    if sum(widths) + 2 * (len(widths) - 1) > columns:
        if half and header[:half] == header[half:]:
            below = [row[half:] for row in rows if any(row[half:])]
            return table(header[:half], [*(row[:half] for row in rows), *below], heads, columns, colon)
        return _blocks(header, rows, heads, columns, colon)
    lines = list(_cells(header, widths, heads))
    lines.append("  ".join("─" * each for each in widths))
    for row in rows:
        lines += _cells(row, widths, heads)
    return [line.rstrip(" ") for line in lines]


def _widths(rows: Sequence[Sequence[str]], columns: int) -> list[int]:
    """The width of each column: of its widest cell, less where words can be wrapped until all fit."""
    widths = [max(map(width, cells)) for cells in zip(*rows, strict=True)]
    least = [max(width(word) for cell in cells for word in cell.split(" ")) for cells in zip(*rows, strict=True)]
    while sum(widths) + 2 * (len(widths) - 1) > columns:
        room = [(wide - narrow, place) for place, (wide, narrow) in enumerate(zip(widths, least, strict=True))]
        most, place = max(room)
        if most == 0:
            break
        widths[place] -= 1
    return widths


def _cells(row: Sequence[str], widths: Sequence[int], heads: int) -> Iterator[str]:
    cells = [wrapped(cell, each) for cell, each in zip(row, widths, strict=True)]
    for line in zip_longest(*cells, fillvalue=""):
        shown = (
            padded(piece, each, right=place >= heads)
            for place, (piece, each) in enumerate(zip(line, widths, strict=True))
        )
        yield "  ".join(shown)


def _blocks(header: Sequence[str], rows: Sequence[Sequence[str]], heads: int, columns: int, colon: str) -> list[str]:
    """Each row as a list of what its cells are, the colon as the language sets it."""
    lines: list[str] = []
    for row in rows:
        pairs = list(zip(header, row, strict=True))
        titles = [f"{name}{colon} {cell}" if name else cell for name, cell in pairs[:heads]]
        lines += wrapped("  ".join(titles), columns, "  ")
        lines += [
            line
            for name, cell in pairs[heads:]
            for line in wrapped(f"{GLUE}{GLUE}{name}{colon} {cell}", columns, "    ")
        ]
    return lines


def glued(formula: str, columns: int) -> str:
    """A short formula as one word; a long one breaks before its signs and behind its commas."""
    if width(formula) <= columns:
        return formula.replace(" ", GLUE)
    return re.sub(r"(?<![,;]) (?![+−·=≈<>])", GLUE, formula)


def spaced(lines: Iterable[str]) -> str:
    """The lines as text, what was glued spaced again."""
    return "\n".join(line.rstrip(" ") for line in lines).replace(GLUE, " ")
