"""A PDF in; its text out: what is printed, what was typed into its fields and what was typed on top of it, each where it stands.

A PDF has signs and places, no formulas: `set_lines` puts together what the places say for certain. A page without letters is a picture,
and is said to be one. Scripts of a PDF are not run.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from derivegen.exercise.pages.fields import VARIANT
from derivegen.interop.handin.pages import lost, told
from derivegen.interop.handin.refusal import Refused
from derivegen.interop.handin.set_lines import Edge, RunOfSigns, Stroke, typed_lines
from derivegen.marking.read.content import Content
from derivegen.notation.vocabulary import QUESTION_WORDS, alternatives

MOST_PAGES = 100
MOST_MARKS = 200_000
_SHOWING = (b"Tj", b"TJ", b"'", b'"')
_NAMED = re.compile(rf"(?:(?:q|{alternatives(QUESTION_WORDS)})[ _.-]?)?\d{{1,2}}[a-z]?|.*\[.*\].*|.*/.*", re.I)
_FONT_SIZE = re.compile(r"([\d.]+)\s+Tf")
_THIN = 2.0


def read(data: bytes) -> Content:
    """What stands on the pages. Raises Refused."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").addHandler(
        logging.NullHandler()
    )  # what it mends in a file is of no interest to a teacher
    if b"%PDF" not in data[:2000]:
        raise Refused("damaged")
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not _opens(reader):
        raise Refused("password")
    if len(reader.pages) > MOST_PAGES:
        raise Refused("many-pages", str(MOST_PAGES))
    counted, pages, named, left = Counter[str](), list[str](), list[str](), MOST_MARKS
    own = _own_form(reader)
    for page in reader.pages:
        seen = _Seen(page)
        left -= len(seen.marks)
        if left < 0:
            raise Refused("grows", f"{MOST_MARKS} signs")
        named += seen.named
        if own:
            continue
        lines, unclear = typed_lines(seen.marks, seen.strokes, seen.edges)
        counted["set-apart"] += unclear
        counted["pictures"] += seen.pictures if seen.marks else 0
        counted["no-letters"] += not seen.marks
        pages.append("\n".join(lines))
    if not any(page.strip() for page in pages) and not named and not own:
        raise Refused("only-pictures" if any(_has_picture(page) for page in reader.pages) else "empty-file")
    return Content("\n\n".join([*own, *pages, *named]), "text", lost=lost(counted))


def _own_form(reader: Any) -> tuple[str, ...]:
    """What tells the variant of our own form, whose pages are all print, unless somebody wrote on them beside the fields."""
    found = [each.get_object() for page in reader.pages for each in _annotations(page)]
    if any(each.get("/Subtype") not in ("/Widget", "/Link", "/Popup") for each in found):
        return ()
    return tuple(f"{VARIANT}: {each['/V']}" for each in found if each.get("/T") == VARIANT and each.get("/V"))


def _annotations(page: Any) -> Sequence[Any]:
    """What lies on a page."""
    found = page.get("/Annots")
    return () if found is None else found.get_object()


def _opens(reader: Any) -> bool:
    """Whether the password that keeps others from reading is empty, as of files that only forbid to change them."""
    try:
        return bool(reader.decrypt(""))
    except Exception:  # a cipher that is not there, a key that is none
        return False


def _has_picture(page: Any) -> bool:
    """Whether there is a picture on a page."""
    resources = page.get("/Resources")
    found = resources.get_object().get("/XObject") if resources is not None else None
    return bool(
        found is not None and any(each.get_object().get("/Subtype") == "/Image" for each in found.get_object().values())
    )


class _Seen:
    """The signs and strokes of a page, while pypdf goes through it; what was typed into it."""

    def __init__(self, page: Any) -> None:
        self.marks, self.strokes, self.edges = list[RunOfSigns](), list[Stroke](), list[Edge]()
        self.named, self.pictures = list[str](), 0
        self.at: tuple[float, float] = (0.0, 0.0)
        self.shown: list[tuple[float, float]] = []
        page.extract_text(visitor_text=self.text, visitor_operand_before=self.operator)
        for each in _annotations(page):
            self.annotation(each.get_object())

    def operator(self, operator: bytes, operands: Sequence[Any], cm: Sequence[float], tm: Sequence[float]) -> None:
        """Strokes, and where text is shown."""
        if operator in _SHOWING:
            self.shown.append(_place(tm, cm))
        elif operator == b"m":
            self.at = _point(operands, cm)
        elif operator == b"l":
            end = _point(operands, cm)
            self.stroke(self.at, end)
            self.at = end
        elif operator == b"re" and len(operands) == 4:
            x, y, width, height = map(float, operands)
            start, end = _point((x, y), cm), _point((x + width, y + height), cm)
            self.stroke(start, end)
            if abs(start[0] - end[0]) > _THIN and abs(start[1] - end[1]) > _THIN:  # a box, drawn or filled: its sides
                self.stroke(start, (start[0], end[1]))
                self.stroke((end[0], start[1]), end)

    def stroke(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Keep a stroke from left to right, or from above to below."""
        if abs(start[1] - end[1]) < _THIN < abs(start[0] - end[0]):
            self.strokes.append(Stroke(min(start[0], end[0]), max(start[0], end[0]), (start[1] + end[1]) / 2))
        elif abs(start[0] - end[0]) < _THIN < abs(start[1] - end[1]):
            self.edges.append(Edge((start[0] + end[0]) / 2, min(start[1], end[1]), max(start[1], end[1])))

    def text(self, text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float | None) -> None:
        """A run of signs."""
        shown, self.shown = self.shown, []
        if not text.strip():
            return
        scale = abs((tm[0] * tm[3] - tm[1] * tm[2]) * (cm[0] * cm[3] - cm[1] * cm[2])) ** 0.5
        high = abs(float(size or 1.0)) * (scale or 1.0)
        x, y = _place(tm, cm)
        lines, words = _by_line(shown, high), text.split()
        if len(lines) == len(words) > 1:
            self.marks += [RunOfSigns(word, at[0], at[1], high) for word, at in zip(words, lines, strict=True)]
        elif len(lines) > 1:
            self.marks += [RunOfSigns("▯", x, y, high)] if len(words) < 4 else self.flowing(text, x, y, high)
        else:
            self.marks.append(RunOfSigns(text, x, y, high))

    def flowing(self, text: str, x: float, y: float, high: float) -> list[RunOfSigns]:
        """Lines of prose in one run."""
        return [
            RunOfSigns(line, x, y - place * 1.2 * high, high) for place, line in enumerate(text.strip().split("\n"))
        ]

    def annotation(self, found: Any) -> None:
        """What somebody typed into a field or on top of the page."""
        kind = found.get("/Subtype")
        if kind == "/FreeText":
            self.typed(str(found.get("/Contents", "")), found)
        elif kind == "/Widget":
            field = found if "/T" in found or "/V" in found else found.get("/Parent", found).get_object()
            value = found.get("/V", field.get("/V"))
            value = None if value is None else value.get_object() if hasattr(value, "get_object") else value
            if isinstance(value, str) and not value.startswith("/") and value.strip():
                name = str(field.get("/T", "")).strip()
                if _NAMED.fullmatch(name):
                    self.named.append(told(name, value))
                elif name != VARIANT:
                    self.typed(value, found)
        elif kind in ("/Ink", "/Stamp"):
            self.pictures += 1

    def typed(self, text: str, found: Any) -> None:
        """Text in a rectangle."""
        left, low, _, top = sorted_rectangle([float(each) for each in found["/Rect"]])
        lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
        told = _FONT_SIZE.search(str(found.get("/DA", "")))
        high = float(told[1]) if told is not None and float(told[1]) > 1 else min(12.0, 0.7 * (top - low))
        middle = (top + low) / 2 + 0.6 * high * (len(lines) - 1) - 0.3 * high
        near = min((mark.y for mark in self.marks if mark.x < left), key=lambda y: abs(y - middle), default=middle)
        first = near if len(lines) == 1 and abs(near - middle) < 0.6 * high else middle
        self.marks += [
            RunOfSigns(f" {line}", left, first - 1.2 * high * place, high) for place, line in enumerate(lines)
        ]


def sorted_rectangle(corners: Sequence[float]) -> tuple[float, float, float, float]:
    """Left, bottom, right and top, whichever corners are named."""
    first, second, third, fourth = corners
    return min(first, third), min(second, fourth), max(first, third), max(second, fourth)


def _point(operands: Sequence[Any], cm: Sequence[float]) -> tuple[float, float]:
    x, y = float(operands[0]), float(operands[1])
    return x * cm[0] + y * cm[2] + cm[4], x * cm[1] + y * cm[3] + cm[5]


def _place(tm: Sequence[float], cm: Sequence[float]) -> tuple[float, float]:
    return _point((tm[4], tm[5]), cm)


def _by_line(shown: Sequence[tuple[float, float]], high: float) -> list[tuple[float, float]]:
    """Where each run of pieces on one line begins."""
    found = list[tuple[float, float]]()
    for at in shown:
        if not found or abs(found[-1][1] - at[1]) > 0.1 * high:
            found.append(at)
    return found
