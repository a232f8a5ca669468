"""The signs of a page with their places, and its horizontal strokes, in; its lines of text out, with what is raised, lowered or stands in a
fraction as it is typed: w_{1}, x^{2}, \\frac{a}{b}.

Only what the places say for certain is put into a line: smaller signs right behind a letter above or below its line, signs above and
below a stroke as wide as they are. For everything else that is not on the line stands ▯, and it is counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

UNKNOWN = "▯"
SAME = 0.13
"""Of a size, how far from a line a sign is still on it."""
SMALLER, TWICE_SMALLER = 0.88, 0.62
NARROW, WIDE = 0.25, 1.2
"""Gaps, in sizes, that are a space, and that set columns apart."""
LONG = 12
"""Signs of a run, behind which its end is not known well enough to see a space."""
ADVANCE = 0.52
"""How wide a sign is taken to be, in sizes, where only its beginning is known; and some that are narrower or wider in every font."""
WIDTHS = {**dict.fromkeys(".,:;'|!()[]ijlt ", 0.28), **dict.fromkeys("mwMW", 0.8), **dict.fromkeys("—…", 1.0)}
_CALCULATES = re.compile(r"[=≈:]|\d[.,]\d")
"""What a line of working has; the labels of a figure stand anywhere."""
_PRIMES = re.compile(r"['′’]+")
_ACCENTS = {"ˆ": "\\hat", "^": "\\hat", "̂": "\\hat", "˜": "\\tilde", "~": "\\tilde", "¯": "\\bar", "ˉ": "\\bar"}


class RunOfSigns(NamedTuple):
    """A run of signs: where it begins, its line, its size; where it ends, if that is known, as of a fraction put into a line."""

    text: str
    x: float
    y: float
    size: float
    to: float | None = None

    @property
    def whole(self) -> bool:
        """Whether it is a fraction."""
        return self.to is not None

    @property
    def end(self) -> float:
        """About where it ends."""
        if self.to is not None:
            return self.to
        return self.x + self.size * sum(WIDTHS.get(sign, ADVANCE) for sign in self.text.strip())


class Edge(NamedTuple):
    """A vertical stroke, as between the cells of a table."""

    x: float
    low: float
    high: float


class Stroke(NamedTuple):
    """A horizontal stroke."""

    start: float
    end: float
    y: float


def typed_lines(
    marks: Sequence[RunOfSigns], strokes: Sequence[Stroke], edges: Sequence[Edge] = ()
) -> tuple[list[str], int]:
    """The lines of a page from its top down, and in how many places something could not be put into them."""
    lines = [_cells(row, [stroke for stroke in strokes if _crosses(stroke, row)], edges) for row in _rows(marks)]
    shown = [line if _CALCULATES.search(line) else line.replace(UNKNOWN, " ") for line in lines]
    return shown, sum(line.count(UNKNOWN) for line in shown)


def _rows(marks: Sequence[RunOfSigns]) -> Iterator[list[RunOfSigns]]:
    """What overlaps from above to below belongs to one line of the page."""
    row, bottom = list[RunOfSigns](), 0.0
    for mark in sorted(marks, key=lambda mark: -(mark.y + 0.65 * mark.size)):
        if row and mark.y + 0.65 * mark.size < bottom:
            yield row
            row = []
        low = mark.y - 0.15 * mark.size
        bottom = min(bottom, low) if row else low
        row.append(mark)
    if row:
        yield row


def _crosses(stroke: Stroke, row: Sequence[RunOfSigns]) -> bool:
    return min(mark.y for mark in row) < stroke.y < max(mark.y for mark in row)


def _cells(marks: Sequence[RunOfSigns], strokes: Sequence[Stroke], edges: Sequence[Edge]) -> str:
    """One line; of a table with strokes between its cells each for itself."""
    middle = sum(mark.y for mark in marks) / len(marks)
    here = sorted({edge.x for edge in edges if edge.low <= middle <= edge.high})
    bounds = [x for place, x in enumerate(here) if not place or x - here[place - 1] > 1]
    cells = [[mark for mark in marks if low <= mark.x < high] for low, high in pairwise((-1e9, *bounds, 1e9))]
    filled = [cell for cell in cells if cell]
    if len(filled) < 2:
        return _line(marks, strokes)
    return f"| {' | '.join(_line(cell, strokes) for cell in filled)} |"


def _line(marks: Sequence[RunOfSigns], strokes: Sequence[Stroke]) -> str:
    """One line, its fractions first."""
    size = max(mark.size for mark in marks)
    left = list(marks)
    for stroke in sorted(strokes, key=lambda stroke: stroke.end - stroke.start):
        above = [mark for mark in left if _is_at(mark, stroke) and -0.1 * size < mark.y - stroke.y < 1.6 * size]
        below = [mark for mark in left if _is_at(mark, stroke) and 0.3 * size < stroke.y - mark.y < 1.8 * size]
        if above and below and _is_as_wide(stroke, above, below):
            text = f"\\frac{{{_on_line(above)}}}{{{_on_line(below)}}}"
            left = [mark for mark in left if mark not in above and mark not in below]
            left.append(RunOfSigns(text, stroke.start, stroke.y - 0.25 * size, size, stroke.end))
    return _on_line(left)


def _is_at(mark: RunOfSigns, stroke: Stroke) -> bool:
    return stroke.start - 0.2 * mark.size <= mark.x <= stroke.end


def _is_as_wide(stroke: Stroke, above: Sequence[RunOfSigns], below: Sequence[RunOfSigns]) -> bool:
    """Whether the wider of two parts begins where the stroke does, as in a fraction and in no cell of a table."""
    first = min((*above, *below), key=lambda mark: mark.x)
    return first.x - stroke.start <= 0.3 * first.size


def _base(marks: Sequence[RunOfSigns]) -> tuple[float, float]:
    """The line most signs of the largest size stand on, and that size."""
    size = max(mark.size for mark in marks)
    counted = Counter[float]()
    for mark in marks:
        if mark.size > SMALLER * size:
            near = next((y for y in counted if abs(y - mark.y) <= SAME * size), mark.y)
            counted[near] += len(mark.text.strip()) + any(sign in mark.text for sign in "=≈") * 5
    return counted.most_common(1)[0][0], size


def _on_line(marks: Sequence[RunOfSigns]) -> str:
    """The signs from left to right, raised and lowered ones behind the letter they belong to."""
    line, size = _base(marks)
    made = _Made(size)
    for mark in sorted(marks, key=lambda mark: mark.x):
        shift = (mark.y - line) / size
        sign = mark.text.strip()
        if sign in _ACCENTS and shift > -SAME:
            made.accent(mark, _ACCENTS[sign])
        elif sign and made.raised and mark.size <= TWICE_SMALLER * size and shift > -SAME:
            made.beside(mark, True)  # of an exponent what is lowered in it
        elif sign and (mark.whole or abs(shift) <= SAME):
            made.plain(mark)
        elif sign and mark.size <= SMALLER * size and abs(shift) < 0.75:
            made.beside(mark, shift > 0)
        elif sign:
            made.apart()
    return made.whole()


class _Made:
    """A line as it is put together."""

    def __init__(self, size: float) -> None:
        self.size, self.text, self.last = size, "", None
        self.end, self.over = -1e9, ""
        self.raised, self.lowered = list[RunOfSigns](), list[RunOfSigns]()

    text: str
    last: RunOfSigns | None

    def plain(self, mark: RunOfSigns) -> None:
        """A sign on the line."""
        self._settle()
        shown, gap = _readable(mark.text), self._gap(mark)
        if self.over:
            shown, self.over = f"{self.over}{{{shown.strip()[:1]}}}{shown.strip()[1:]}", ""
        self.text += gap + (shown.strip() if gap else shown.rstrip())
        self.last, self.end = mark, mark.end

    def accent(self, mark: RunOfSigns, command: str) -> None:
        """A hat: on the letter below it, which comes before or behind."""
        last = self.last
        start = last.end - ADVANCE * last.size if last is not None and not last.whole else -1e9
        if last is not None and abs(mark.x - start) < 0.45 * self.size and self.text[-1:].isalpha():
            self.text = f"{self.text[:-1]}{command}{{{self.text[-1]}}}"
        else:
            self.over = command

    def beside(self, mark: RunOfSigns, raised: bool) -> None:
        """A raised or lowered sign."""
        (self.raised if raised else self.lowered).append(mark)
        self.end = max(self.end, mark.end)

    def apart(self) -> None:
        """A sign that is not on the line and of which nothing says where it belongs."""
        self._settle()
        if not self.text.endswith(UNKNOWN):
            self.text += f" {UNKNOWN}"

    def whole(self) -> str:
        """The line."""
        self._settle()
        return self.text.strip()

    def _settle(self) -> None:
        """Put what is raised and lowered behind the letter it stands at; ▯ where that is no letter."""
        if not self.raised and not self.lowered:
            return
        raised, lowered = ("" if not marks else _on_line(marks) for marks in (self.raised, self.lowered))
        self.raised, self.lowered = [], []
        last, exponent = self.text.rstrip("'")[-1:], _PRIMES.sub("", raised)
        if not (last.isalpha() or last in ")]}" or (last.isdigit() and not lowered)):
            self.text += "" if self.text.endswith(UNKNOWN) else f" {UNKNOWN}"
            return
        self.text += f"_{{{lowered.strip()}}}" if lowered else ""
        self.text += f"^{{{exponent.strip()}}}" if exponent.strip() else ""
        self.text += "'" * sum(map(len, _PRIMES.findall(raised)))

    def _gap(self, mark: RunOfSigns) -> str:
        """The space before a mark: of the width seen, as far as it is known."""
        if self.last is None:
            return ""
        gap = (mark.x - self.end) / self.size
        if mark.text.startswith("\u00ad"):
            return ""
        if len(self.last.text) > LONG and gap < WIDE:
            return "" if mark.text[:1] in ",.;:)" else " "
        first = mark.text[:1]
        words = first.isalpha() and self.text[-1:].isalpha() and max(len(self.last.text), len(mark.text.strip())) > 1
        in_number = re.search(r"[\d.,]$", self.text) is not None and re.match(r"[\d.,]", mark.text) is not None
        return "    " if gap > WIDE else " " if words or (gap > NARROW and not in_number) else ""


def _readable(text: str) -> str:
    """The signs; ▯ for those of which a font does not say what they are, and for strokes through the sign behind them."""
    shown = "".join(UNKNOWN if _is_unknown(sign) else sign for sign in text.replace("\n", " "))
    return re.sub(r"\s?\u00ad(?=\S)", "-", shown)


def _is_unknown(sign: str) -> bool:
    return sign == "\u0338" or sign == "\ufffd" or unicodedata.category(sign) in ("Co", "Cc", "Cn")
