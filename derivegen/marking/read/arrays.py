"""Matrices, lists and cases in a formula as a person typed it: tokens in; the rows of a matrix, or values under conditions, out."""

from __future__ import annotations

import re

from derivegen.formula.read.tokens import TYPED
from derivegen.formula.tree import (
    Bracket,
    Cases,
    Compare,
    Formula,
    Matrix,
)
from derivegen.marking.read.numerals import NumeralReader, signed_number
from derivegen.marking.read.typed_tokens import COMPARED
from derivegen.notation.spelling import Spelling

_ENTRY = r"[-−+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+−]?\d+)?"
_PRINTED = re.compile(
    rf"\[(?:\s*+\[)?(?:\s*+{_ENTRY}(?=[\s\]]))++(?:\s*+\]\s*+\[(?:\s*+{_ENTRY}(?=[\s\]]))++)*+\s*+\](?:\s*+\])?"
)


class ArrayReader(NumeralReader):
    """What has rows."""

    def environment(self) -> Formula:
        """The rows of a matrix."""
        rows: list[tuple[Formula, ...]] = []
        cells: list[Formula] = []
        while True:
            cells.append(self.sum())
            comma = self.take(",") and self.next.text != "\\\\" and not self.next.text.startswith("end ")
            if self.take("&") or comma:
                continue
            rows.append(tuple(cells))
            cells = []
            if not self.take("\\\\") or self.next.text.startswith("end "):
                break
        if not self.next.text.startswith("end "):
            raise self.fail("unexpected")
        self.skip()
        return _matrix(rows, self)

    def cases(self) -> Formula:
        """Values under conditions, the last one's maybe in words."""
        branches: list[tuple[Formula, Formula | None]] = []
        while not self.take("end cases"):
            value = self.sum()
            self.take(",")
            self.take("&")
            branches.append((value, None if self._in_words() else self._condition()))
            self.take("\\\\")
        return Cases(tuple(branches))

    def _in_words(self) -> bool:
        """Take words up to the end of a row."""
        start = self.at
        while self.next.kind == "string" or (self.next.kind == "name" and self._is_word(self.next.text)):
            self.skip()
        return self.at > start and self.next.text in ("\\\\", "end cases")

    def _is_word(self, text: str) -> bool:
        return len(text) > 1 and not self.names.resolve(Spelling(text))

    def _condition(self) -> Formula:
        left, sign = self.sum(), self.skip()
        if sign.text not in COMPARED:
            raise self.fail("unexpected", sign)
        return Compare(left, COMPARED[sign.text], self.sum())

    def _printed(self) -> Formula | None:
        """A print-out, the opening bracket already read: numbers with spaces between, row by row: [[0.1 -0.2] [0.3 0.4]]."""
        start = self.tokens[self.at - 1].at
        match = _PRINTED.match(self.source, start, self.tokens[-1].at)
        if match is None or not re.search(r"[\d.]\s+[-−+]?[\d.]|\]\s*\[", match[0]):
            return None
        rows = [re.findall(_ENTRY, row) for row in re.split(r"\]\s*,?\s*\[", match[0].strip("[] \n"))]
        if match[0].count("[") != match[0].count("]") or sum(map(len, rows)) > TYPED.tokens:
            return None
        while self.next.kind != "end" and self.next.at < match.end():
            self.at += 1
        return _matrix([tuple(map(signed_number, row)) for row in rows], self)

    def list(self) -> Formula:
        """[a, b; c, d], [[a, b], [c, d]]; with one entry a bracket."""
        printed = self._printed()
        if printed is not None:
            return printed
        inner = self.at > 1 and self.tokens[self.at - 2].text in ("[", ",")
        return self.entries(self.sum(), "]", inner)

    def entries(self, first: Formula, closing: str, inner: bool = False) -> Formula:
        """What follows the first entry of a list, up to its end."""
        rows, cells = list[tuple[Formula, ...]](), [first]
        while not self.take(closing):
            sign = self.skip()
            if sign.text == ";":
                rows.append(tuple(cells))
                cells = []
            elif sign.text != ",":
                raise self.fail("unexpected", sign)
            cells.append(self.sum())
        rows.append(tuple(cells))
        if len(rows) == 1 and all(isinstance(cell, Matrix) for cell in rows[0]):
            return _matrix([cell.rows[0] for cell in rows[0] if isinstance(cell, Matrix)], self)
        return Bracket(rows[0][0]) if len(rows) == 1 and len(rows[0]) == 1 and not inner else _matrix(rows, self)


def _matrix(rows: list[tuple[Formula, ...]], reader: ArrayReader) -> Formula:
    if len({len(row) for row in rows}) != 1:
        raise reader.fail("unexpected")
    return Matrix(tuple(rows))
