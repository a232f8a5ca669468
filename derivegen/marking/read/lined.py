"""A text in; its lines, the regions in which statements can stand, and how its numbers are written, out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from derivegen.marking.read.regions import Kind, Page, page
from derivegen.marking.read.statement import Statement, Unread
from derivegen.marking.read.tidied import has_points, has_thousands
from derivegen.notation.typed_names import Names

MOST_IN_LINE = 5_000
LARGE = 100
"""A given number from which on a network has thousands."""


def line_starts(lines: Sequence[str]) -> list[int]:
    """Where each line begins in the text that they make."""
    return [0, *accumulate(len(line) + 1 for line in lines)][:-1]


class LinedText:
    """A text of one kind, and what was found of it."""

    def __init__(self, text: str, names: Names, kind: Kind) -> None:
        self.text, self.names, self.kind = text, names, kind
        self.found: list[Statement | Unread] = []

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def starts(self) -> list[int]:
        return line_starts(self.lines)

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of a place, from 1."""
        line = bisect_right(self.starts, at) - 1
        return line + 1, at - self.starts[line] + 1

    def _page(self) -> Page:
        """The text's regions; lines that are too long are listed and left out."""
        text = self.text
        for number, line in enumerate(self.lines, 1):
            if len(line) > MOST_IN_LINE:
                self.found.append(Unread(number, MOST_IN_LINE + 1, line[:80], "long-line", {"most": str(MOST_IN_LINE)}))
        if self.found:
            text = "\n".join(" " * len(line) if len(line) > MOST_IN_LINE else line for line in self.lines)
        return page(text, self.kind)

    @cached_property
    def _has_points(self) -> bool:
        """Whether numbers have a decimal point, or commas only where thousands are set apart in a network of large numbers."""
        large = any(abs(float(each)) >= LARGE for each in self.names.graph.givens.values())
        return has_points(self.lines) or (large and has_thousands(self.text))

    def _comma(self, text: str, at: int) -> bool:
        """Whether numbers here have a decimal comma: no number of the text has a point, or none of a line with semicolons."""
        if not self._has_points:
            return True
        line, _ = self.place(at)
        typed = self.lines[line - 1]
        return ";" in typed and re.search(r"[0-9]\.[0-9]", typed) is None
