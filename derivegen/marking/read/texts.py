"""A student's text in; all that it states out, in its order: chains of equalities, answers in tables, places that could not be read."""

from __future__ import annotations

from derivegen.marking.read.answers import Answer
from derivegen.marking.read.cells import with_units
from derivegen.marking.read.grids import answers
from derivegen.marking.read.regions import Kind
from derivegen.marking.read.statement import Statement, Unread
from derivegen.marking.read.statements import MOST_CHARACTERS, MOST_LINES, read_working
from derivegen.notation.typed_names import Names

Stated = Statement | Unread | Answer


def stated_in(text: str, names: Names, kind: Kind) -> tuple[Stated, ...]:
    """Everything the text states. Never raises."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if kind in ("notebook", "latex") or len(text) > MOST_CHARACTERS or text.count("\n") > MOST_LINES:
        return read_working(text, names, kind)
    lines = with_units(text.split("\n"))
    tables, taken = answers(lines, names)
    if not taken:
        return read_working("\n".join(lines), names, kind)
    rest = "\n".join(" " * len(line) if number in taken else line for number, line in enumerate(lines, 1))
    found: list[Stated] = [*read_working(rest, names, kind), *tables]
    return tuple(sorted(found, key=lambda one: one.line))
