"""From blocks to what a template sees: an inscribed document and a dialect go in; the same blocks come out with finished text in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Literal

from derivegen.document.blocks import (
    Algorithm,
    Beside,
    Block,
    Box,
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
from derivegen.formula.print.line_width import line_width
from derivegen.formula.tree import Formula, Hole, walk
from derivegen.records import dataclass, replace

ROOM, ACROSS = 24, 150
"""Millimetres a hand needs in a cell, and all cells of a row together have."""
FIELDS = 3
"""How many fields of a head stand in a line at most."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class WrittenHeading:
    """A section's title; `label` is what others refer to it by."""

    kind: ClassVar = "heading"
    level: int
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A paragraph or a remark; `wide`: a narrow screen may have to scroll it."""

    kind: Literal["paragraph", "note"]
    text: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """One line of a derivation. `long`: no reason can stand beside it; `rigid`: it cannot be broken; `see`: labels of sections it uses;
    `width`: its millimetres on paper."""

    left: str
    right: str
    relation: str = ""
    reason: str = ""
    mark: str = ""
    width: float = 0.0
    long: bool = False
    rigid: bool = False
    see: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenDerivation:
    """Lines that belong together, or a line for each statement."""

    kind: ClassVar = "derivation"
    rows: list[WrittenLine]
    wide: bool = False
    running: bool = False

    @property
    def statements(self) -> list[list[WrittenLine]]:
        """The lines of each statement."""
        found: list[list[WrittenLine]] = []
        for row in self.rows:
            if row.left or not found:
                found.append([])
            found[-1].append(row)
        return found


@dataclass(frozen=True, slots=True)
class WrittenBox:
    """A framed aside; `id` is what its title is named by."""

    kind: ClassVar = "box"
    title: str
    blocks: tuple[WrittenBlock, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class WrittenBeside:
    """A figure and what belongs beside it."""

    kind: ClassVar = "beside"
    blocks: tuple[WrittenBlock, ...]


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """Cells under a header; of a table to write in, `room` is how many millimetres wide an empty cell is."""

    kind: ClassVar = "table"
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    heads: int
    wraps: int | None
    to_write: bool
    room: int
    id: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class WrittenPicture:
    """A figure, `content` as the format puts it in."""

    kind: ClassVar = "picture"
    key: str
    caption: str
    content: str
    id: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class WrittenDefinitions:
    """Terms and what they mean."""

    kind: ClassVar = "definitions"
    entries: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class WrittenAlgorithm:
    """Pseudo-code: lines with how deep each is indented."""

    kind: ClassVar = "algorithm"
    title: str
    lines: tuple[tuple[int, str], ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class WrittenListing:
    """A program and what it printed."""

    kind: ClassVar = "listing"
    language: str
    caption: str
    code: str
    output: str


@dataclass(frozen=True, slots=True)
class WrittenItem:
    """One entry of a list."""

    label: str
    text: str
    marks: str
    lines: int
    wide: bool = False


@dataclass(frozen=True, slots=True)
class WrittenItems:
    """Labelled entries."""

    kind: ClassVar = "items"
    entries: tuple[WrittenItem, ...]


@dataclass(frozen=True, slots=True)
class WrittenFields:
    """Fields of a head, in lines."""

    kind: ClassVar = "fields"
    lines: tuple[Sequence[Pair], ...]


WrittenBlock = (
    WrittenHeading
    | WrittenText
    | WrittenDerivation
    | WrittenBox
    | WrittenBeside
    | WrittenTable
    | WrittenPicture
    | WrittenDefinitions
    | WrittenAlgorithm
    | WrittenListing
    | WrittenItems
    | WrittenFields
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a format writes the four things blocks are made of. `picture` answers what the template puts in for a figure;
    `reason` writes prose that stands beside a line, `code` a program's text."""

    text: Callable[[str], str]
    inline: Callable[[Formula], str]
    line: Callable[[Row], WrittenLine]
    reason: Callable[[Prose], str]
    code: Callable[[str], str]
    picture: Callable[[Picture], str]

    def prose(self, prose: Prose) -> str:
        """Runs of text and inline formulas as one string."""
        return "".join(self.inline(run) if isinstance(run, Formula) else self.text(run) for run in prose)


def written_blocks(document: Document, dialect: Dialect) -> tuple[WrittenBlock, ...]:
    """Every block as its template sees it."""
    return tuple(_block(block, dialect) for block in document.blocks)


def _block(block: Block, dialect: Dialect) -> WrittenBlock:
    prose = dialect.prose
    match block:
        case Heading(level, text):
            return WrittenHeading(level, prose(text))
        case Paragraph(text):
            return WrittenText("paragraph", prose(text))
        case Note(text):
            return WrittenText("note", prose(text))
        case Derivation(rows):
            return WrittenDerivation([_line(row, dialect) for row in rows], running=block.running)
        case Box(title, blocks):
            return WrittenBox(prose(title), tuple(_block(inner, dialect) for inner in blocks))
        case Beside(blocks):
            return WrittenBeside(tuple(_block(inner, dialect) for inner in blocks))
        case Table():
            return _table(block, dialect)
        case Picture():
            return WrittenPicture(block.key, prose(block.caption), dialect.picture(block))
        case Definitions(entries):
            return WrittenDefinitions(tuple((prose(term), prose(meaning)) for term, meaning in entries))
        case Algorithm(title, lines):
            return WrittenAlgorithm(prose(title), tuple((depth, prose(line)) for depth, line in lines))
        case Listing(caption, code, output, language):
            said = prose(caption)
            return WrittenListing(language, said, dialect.code(code.rstrip()), dialect.code(output.rstrip()))
        case Items(items):
            return WrittenItems(tuple(_item(item, dialect) for item in items))
        case Fields(fields):
            return WrittenFields(tuple(_evenly([(dialect.text(name), dialect.text(value)) for name, value in fields])))


def _line(row: Row, dialect: Dialect) -> WrittenLine:
    line = dialect.line(row)
    width = line_width(row.right) + (0.0 if row.left is None else line_width(row.left))
    return replace(line, reason=dialect.reason(row.reason), mark=dialect.text(row.mark), width=width)


def _table(block: Table, dialect: Dialect) -> WrittenTable:
    caption = dialect.prose(block.caption)  # first, as the formulas of a document are counted
    header = tuple(dialect.prose(cell) for cell in block.header)
    rows = tuple(tuple(dialect.prose(cell) for cell in row) for row in block.rows)
    room = min(ROOM, ACROSS // len(header))
    return WrittenTable(caption, header, rows, block.heads, block.wraps, block.to_write, room)


def _item(item: Item, dialect: Dialect) -> WrittenItem:
    marks = dialect.text(item.marks) if item.marks else ""
    return WrittenItem(dialect.text(item.label), dialect.prose(item.text), marks, item.lines)


def _evenly(fields: Sequence[Pair]) -> Iterator[Sequence[Pair]]:
    """The fields in as few lines as they need, about as many in each."""
    count = -(-len(fields) // FIELDS)
    each = -(-len(fields) // max(count, 1))
    return (fields[start : start + each] for start in range(0, len(fields), each or 1))


def is_sheet(document: Document) -> bool:
    """Whether anything in it is there to be written on, or stands at the foot of its pages: what else needs no rules for that."""
    if document.foot or any(isinstance(part, Hole) for _, tree in formulas(document) for part in walk(tree)):
        return True
    return any(isinstance(b, Items | Fields) or (isinstance(b, Table) and b.to_write) for b in every(document.blocks))
