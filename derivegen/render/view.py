"""From blocks to what a template sees: an inscribed document and a dialect go in, plain dictionaries of finished strings come out."""

from __future__ import annotations

from collections.abc import Callable
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
    Heading,
    Listing,
    Note,
    Paragraph,
    Picture,
    Prose,
    Row,
    Table,
)
from derivegen.formula.tree import Formula

View = dict[str, Any]


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
        case Listing(caption, code, output):
            return {
                "kind": "listing",
                "caption": prose(caption),
                "code": dialect.code(code.rstrip()),
                "output": dialect.code(output.rstrip()),
            }
