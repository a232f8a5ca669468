"""From blocks to what a template sees: an inscribed document and a dialect go in, plain dictionaries of finished strings come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from derivegen.document.blocks import (
    Algorithm,
    Block,
    Box,
    Curves,
    Definitions,
    Derivation,
    Document,
    Fields,
    Heading,
    Item,
    Items,
    Listing,
    Note,
    Paragraph,
    Picture,
    Prose,
    Row,
    Table,
    every,
)
from derivegen.document.verify.text import formulas
from derivegen.formula.tree import Formula, Hole, walk

View = dict[str, Any]
ROOM, ACROSS = 24, 150
"""Millimetres a hand needs in a cell, and all cells of a row together have."""
FIELDS = 3
"""How many fields of a head stand in a line at most."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a format writes the four things blocks are made of. `picture` and `curves` answer what the template puts in for a figure;
    `reason` writes prose that stands beside a line, `code` a program's text."""

    text: Callable[[str], str]
    inline: Callable[[Formula], str]
    line: Callable[[Row], View]
    reason: Callable[[Prose], str]
    code: Callable[[str], str]
    picture: Callable[[Picture], str]
    curves: Callable[[Curves], str]

    def prose(self, prose: Prose) -> str:
        """Runs of text and inline formulas as one string."""
        return "".join(self.inline(run) if isinstance(run, Formula) else self.text(run) for run in prose)


def view(document: Document, dialect: Dialect) -> list[View]:
    """Every block as its template sees it."""
    return [_block(block, dialect) for block in document.blocks]


def _block(block: Block, dialect: Dialect) -> View:
    prose = dialect.prose
    match block:
        case Heading(level, text):
            return {"kind": "heading", "level": level, "text": prose(text)}
        case Paragraph(text):
            return {"kind": "paragraph", "text": prose(text)}
        case Note(text):
            return {"kind": "note", "text": prose(text)}
        case Derivation(rows):
            return {
                "kind": "derivation",
                "rows": [dialect.line(row) | {"reason": dialect.reason(row.reason)} for row in rows],
            }
        case Box(title, blocks):
            return {"kind": "box", "title": prose(title), "blocks": [_block(inner, dialect) for inner in blocks]}
        case Table():
            caption = prose(block.caption)  # first, as the formulas of a document are counted
            header = [prose(cell) for cell in block.header]
            cells = [[prose(cell) for cell in row] for row in block.rows]
            return {
                "kind": "table",
                "caption": caption,
                "header": header,
                "rows": cells,
                "heads": block.heads,
                "wraps": block.wraps,
                "to_write": block.to_write,
                "room": min(ROOM, ACROSS // len(header)),
            }
        case Picture():
            return {
                "kind": "picture",
                "key": block.key,
                "caption": prose(block.caption),
                "content": dialect.picture(block),
            }
        case Curves():
            return {
                "kind": "picture",
                "key": block.key,
                "caption": prose(block.caption),
                "content": dialect.curves(block),
            }
        case Definitions(entries):
            return {"kind": "definitions", "entries": [(prose(term), prose(meaning)) for term, meaning in entries]}
        case Algorithm(title, lines):
            return {
                "kind": "algorithm",
                "title": prose(title),
                "lines": [(depth, prose(line)) for depth, line in lines],
            }
        case Listing(caption, code, output, language):
            return {
                "kind": "listing",
                "language": language,
                "caption": prose(caption),
                "code": dialect.code(code.rstrip()),
                "output": dialect.code(output.rstrip()),
            }
        case Items(entries):
            return {"kind": "items", "entries": [_item(item, dialect) for item in entries]}
        case Fields(fields):
            written = [(dialect.text(name), dialect.text(value)) for name, value in fields]
            return {"kind": "fields", "lines": list(_evenly(written))}


def _item(item: Item, dialect: Dialect) -> View:
    marks = dialect.text(item.marks) if item.marks else ""
    return {"label": dialect.text(item.label), "text": dialect.prose(item.text), "marks": marks, "lines": item.lines}


def _evenly(fields: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    """The fields in as few lines as they need, about as many in each."""
    count = -(-len(fields) // FIELDS)
    each = -(-len(fields) // max(count, 1))
    return (fields[start : start + each] for start in range(0, len(fields), each or 1))


def is_sheet(document: Document) -> bool:
    """Whether anything in it is there to be written on, or stands at the foot of its pages: what else needs no rules for that."""
    if document.foot or any(isinstance(part, Hole) for _, tree in formulas(document) for part in walk(tree)):
        return True
    return any(isinstance(b, Items | Fields) or (isinstance(b, Table) and b.to_write) for b in every(document.blocks))
