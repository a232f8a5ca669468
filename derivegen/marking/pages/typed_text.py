"""What people typed goes in; what a page shows of it comes out: short in a sentence, or its line with a caret under the place."""

from __future__ import annotations

import unicodedata

from derivegen.marking.findings import Place

COLUMNS = 72
"""Of a line that is shown; of a longer one the part around the place."""
MOST_LETTERS = 40
"""Of a number, a name or a file in a sentence."""


def short(text: str) -> str:
    """People's text in a sentence: no more of it than fits, nothing that cannot be seen."""
    shown = "".join(map(_visible, text[:100])).strip()
    return shown if len(shown) <= MOST_LETTERS else f"{shown[: MOST_LETTERS - 1]}…"


def excerpt(place: Place) -> str:
    """The line as typed with a caret under its place, behind the number of the line. No line of it can begin like the end of a listing."""
    source, column = "".join(map(_visible, place.source)), max(place.column, 1)
    start = max(0, min(column - 1 - COLUMNS // 2, len(source) - COLUMNS))
    shown = ("…" if start else "") + source[start : start + COLUMNS] + ("…" if start + COLUMNS < len(source) else "")
    number = str(place.line)
    before = ("…" if start else "") + source[start : column - 1]
    return f"{number} | {shown}\n{' ' * len(number)} | {' ' * _width(before)}^"


def _visible(character: str) -> str:
    return " " if unicodedata.category(character)[0] in "CZ" else character


def _width(text: str) -> int:
    """How many columns a terminal gives a text."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(bool(unicodedata.combining(each)) for each in text)
