"""Plain text for terminals: an inscribed document goes in, lines of at most 80 columns come out, aligned at their relation.

Every formula carries marks nobody sees until the text has been read back: a character that numbers it, in the order of the document, and
one that ends it. `unmarked` takes them away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

from derivegen.document.blocks import Picture, Prose, Row
from derivegen.errors import CheckFailed
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Formula
from derivegen.render import columns
from derivegen.render.columns import GLUE, LABEL, glued, spaced, unmarked
from derivegen.render.markdown import Found
from derivegen.render.pages import Asked, Page
from derivegen.render.written_blocks import (
    Dialect,
    WrittenDerivation,
    WrittenItem,
    WrittenLine,
    WrittenTable,
    written_blocks,
)

__all__ = ["formulas_in", "text_page", "unmarked"]

WIDTH = 80
SHORT = 34
"""Columns of a formula in a sentence that is not broken."""
SIDE = 58
"""Columns of a side, with its relation, that is not broken."""
FIRST, END, RELATED = 0xF0000, "\U00100000", "\U00100001"
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]|[^\\S \u00a0]|[\x00-\x1f\x7f-\x9f]")
_FORMULA = re.compile(f"[\U000f0000-\U000ffffd][^{END}]*{END}")
_MARKED = re.compile(rf"(?:(\S)\s+{RELATED})?([\U000f0000-\U000ffffd])(.*?){END}", re.S)


def escape(text: str) -> str:
    """People's text in a terminal: nothing that moves its cursor, and none of our marks."""
    return _PRIVATE.sub(" ", text.replace("\u202f", GLUE))


def write(asked: Asked) -> Page:
    """The text without its marks, with its formulas read back."""
    from derivegen.formula.read.line import line_form, read_line

    text, otherwise = text_page(asked), asked.otherwise
    found = formulas_in(text)
    return Page(unmarked(text), found, lambda formula, functions: read_line(formula, functions, otherwise), line_form)


def text_page(asked: Asked) -> str:
    """The text with its marks."""
    numbers, otherwise = count(FIRST), asked.otherwise

    def marked(tree: Formula, broken: bool = False) -> str:
        shown = plain(tree, otherwise)
        return chr(next(numbers)) + (glued(shown, SHORT) if broken else shown.replace(" ", GLUE)) + END

    def in_text(tree: Formula) -> str:
        return marked(tree, broken=True)

    def line(row: Row) -> WrittenLine:
        left = "" if row.left is None else marked(row.left, broken=True)
        return WrittenLine(left, RELATED + marked(row.right, broken=True), row.relation)

    def reason(prose: Prose) -> str:
        return dialect.prose(prose)

    def picture(block: Picture) -> str:
        return escape(block.figure.description)

    dialect = Dialect(escape, in_text, line, reason, _code, picture)
    values = {
        "document": asked.document,
        "colon": escape(asked.document.colon),
        "blocks": written_blocks(asked.document, dialect),
    }
    text = asked.templates.page("text/document.txt.jinja", escape, _FILTERS, **values)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n").replace(GLUE, " ") + "\n"


def _code(text: str) -> str:
    """A program's text, its line breaks kept."""
    return "\n".join(map(escape, text.split("\n")))


def _filled(text: str, first: str = "", others: str | None = None, width: int = WIDTH) -> str:
    """A paragraph with what stands before its first line and before the others."""
    others = " " * len(first) if others is None else others
    lines = columns.wrapped(text, width - len(first))
    return spaced((first if place == 0 else others) + line for place, line in enumerate(lines))


def _underlined(text: str, stroke: str) -> str:
    lines = columns.wrapped(text, WIDTH)
    return spaced([*lines, stroke * max(map(columns.width, lines))])


def _lines(rows: Sequence[WrittenLine], indent: str = "") -> str:
    """The lines of a derivation."""
    parts = [(row.left, row.relation, row.right, row.reason) for row in rows]
    return spaced(indent + line for line in columns.derivation(parts, WIDTH - len(indent)))


def _running(block: WrittenDerivation, indent: str = "") -> str:
    """Each statement in one line, as far as it has room, its mark before it and the reason behind it."""
    found: list[str] = []
    for statement in block.statements:
        mark = f"{statement[0].mark} " if statement[0].mark else ""
        sides = [f"{row.left} {row.relation} {row.right}".strip() for row in statement]
        short = [side.replace(" ", GLUE) if columns.width(side) < SIDE else side for side in sides]
        reason = "".join(f" {GLUE}{GLUE}[{row.reason}]" for row in statement if row.reason)
        found += columns.wrapped(mark + " ".join(short) + reason, WIDTH - len(indent), "    ")
    return spaced(indent + line for line in found)


def _in_columns(block: WrittenTable, colon: str, indent: str = "") -> str:
    """The cells of a table; a formula is not broken in one, where the lines of other cells stand beside it."""
    header, *rows = [[_FORMULA.sub(_whole, cell) for cell in row] for row in (block.header, *block.rows)]
    lines = columns.table(header, rows, block.heads, WIDTH - len(indent), colon)
    return spaced(indent + line for line in lines)


def _whole(formula: re.Match[str]) -> str:
    return formula[0].replace(" ", GLUE)


def _asked(item: WrittenItem) -> str:
    """An entry behind its label, its marks at the right, and the lines to write on."""
    lines = columns.item(f"{item.label} ", item.text, item.marks, WIDTH)
    ruled = " " * LABEL + "_" * (WIDTH - LABEL)
    return spaced([*lines, *("", ruled) * item.lines])


def _to_fill_in(fields: Sequence[tuple[str, str]]) -> str:
    """Fields of a head in one line, room to write behind those that are not known."""
    known = sum(columns.width(f"{name} {value}") for name, value in fields) + 3 * (len(fields) - 1)
    room = max((WIDTH - known) // max(sum(not value for _, value in fields), 1), 8)
    return "   ".join(f"{name} {value or '_' * room}" for name, value in fields)


def _indented(text: str, indent: str) -> str:
    return "\n".join((indent + line).rstrip() for line in text.split("\n"))


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "filled": _filled,
    "underlined": _underlined,
    "lines": _lines,
    "running": _running,
    "in_columns": _in_columns,
    "indented": _indented,
    "asked": _asked,
    "to_fill_in": _to_fill_in,
}


def formulas_in(text: str) -> list[Found]:
    """Every formula of a marked text in the order of the document, a line break in it being a space. Raises CheckFailed where one stands
    twice and differs, as a table's head may."""
    found: dict[str, Found] = {}
    for relation, number, formula in _MARKED.findall(text):
        read = (relation, " ".join(formula.split()))
        if found.setdefault(number, read) != read:
            raise CheckFailed(f"written twice, and not alike: {read[1]}")
    return [found[number] for number in sorted(found)]
