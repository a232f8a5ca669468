"""A document's written blocks go in; the parts of its slides come out, and the definitions in the source that they are made of.

Everything said is defined once, in the order of the document, as a variable of the source; the slides take them by name. So what stands on
two slides (a title, a table's head) is still one thing, and is read back once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from derivegen.document.blocks import Block, Document, Paragraph, Picture, every
from derivegen.figures.drawing import lay_out
from derivegen.formula.print.plain import plain
from derivegen.formula.print.typst import quoted
from derivegen.formula.tree import Formula
from derivegen.records import dataclass, field, replace
from derivegen.render.slides_layout import BESIDE, TALLEST_FIGURE, WIDTH, Kind, Part
from derivegen.render.written_blocks import (
    Dialect,
    WrittenAlgorithm,
    WrittenBeside,
    WrittenBlock,
    WrittenBox,
    WrittenDefinitions,
    WrittenDerivation,
    WrittenFields,
    WrittenHeading,
    WrittenItems,
    WrittenLine,
    WrittenListing,
    WrittenPicture,
    WrittenTable,
    WrittenText,
    written_blocks,
)

READABLE = 1.1
"""What a figure is at least scaled by on a slide."""
LARGEST = 2.2
"""And at most."""
NARROWEST_TEXT, WIDEST_TEXT = 270.0, 340.0
"""Of what stands beside a figure, in points."""
LINES_OF_CODE = 13
LINES_RUNNING = 4
"""Of a statement that runs on, at most on a slide whatever comes."""
LONG = 280
"""Characters after which a paragraph ends with its sentence."""
_SENTENCES = re.compile(r"(?<=[.!?] )")


class Definition(NamedTuple):
    """A variable of the source: text, code, the lines of a derivation or the cells of a table. `runs`: the lines of a statement are set in
    one, as far as it has room."""

    name: str
    kind: str
    text: str = ""
    rows: Sequence[WrittenLine] | Sequence[Sequence[str]] = ()
    runs: bool = False


class SlideTable(NamedTuple):
    """A table with its head as its first row, and the name of its caption."""

    rows: tuple[tuple[str, ...], ...]
    caption: str
    heads: int
    wraps: int | None


@dataclass
class Deck:
    """The definitions so far and the parts that are made of them."""

    definitions: list[Definition] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    title: str = ""
    tables: dict[str, SlideTable] = field(default_factory=dict)
    left: dict[str, float] = field(default_factory=dict)
    """What the widest figure under a title leaves beside it."""

    def define(self, kind: str, **what: Any) -> str:
        """A new definition; its name."""
        name = f"part-{len(self.definitions)}"
        self.definitions.append(Definition(name, kind, **what))
        return name

    def text(self, text: str) -> str:
        return self.define("text", text=text)

    def put(self, call: str, kind: Kind = "other", **more: Any) -> None:
        self.parts.append(Part(self.title, call, kind, **more))


def deck_of(document: Document, dialect: Dialect) -> Deck:
    """The parts of a document in order."""
    deck = Deck()
    shorter = replace(document, blocks=tuple(piece for block in document.blocks for piece in _shorter(block)))
    for block, seen in zip(shorter.blocks, written_blocks(shorter, dialect), strict=True):
        before = len(deck.parts)
        _put(deck, seen)
        drawn = [place for place in range(before, len(deck.parts)) if deck.parts[place].kind == "picture"]
        pictures = [each for each in every((block,)) if isinstance(each, Picture)]
        for place, picture in zip(drawn, pictures, strict=True):
            deck.parts[place] = _drawn(deck.parts[place], picture)
            left = WIDTH - BESIDE - deck.parts[place].least
            deck.left[deck.title] = min(deck.left.get(deck.title, WIDEST_TEXT), left)
    return deck


def _drawn(part: Part, picture: Picture) -> Part:
    """A figure's part, with the width it needs."""
    return replace(part, least=READABLE * lay_out(picture.figure).width)


def _shorter(block: Block) -> Iterator[Block]:
    """A long paragraph as several, cut behind sentences; anything else as it is."""
    if not isinstance(block, Paragraph):
        yield block
        return
    runs = [piece for run in block.text for piece in (_SENTENCES.split(run) if isinstance(run, str) else [run])]
    gathered: list[str | Formula] = []
    length = 0
    for run in runs:
        gathered.append(run)
        length += len(run) if isinstance(run, str) else len(plain(run))
        if length > LONG and isinstance(run, str) and run.endswith((". ", "! ", "? ")):
            yield Paragraph(tuple(gathered))
            gathered, length = [], 0
    if gathered:
        yield Paragraph(tuple(gathered))


# from blocks to parts


def _put(deck: Deck, block: WrittenBlock) -> None:
    match block:
        case WrittenHeading():
            deck.title = deck.text(block.text)
        case WrittenText("paragraph", text):
            deck.put(f"prose({deck.text(text)})", "prose")
        case WrittenText("note", text):
            deck.put(f"remark({deck.text(text)})")
        case WrittenDerivation():
            _derivation(deck, block)
        case WrittenBox():
            _box(deck, block)
        case WrittenBeside():
            for inner in block.blocks:  # what is narrow beside its figure has the whole width here
                _put(deck, replace(inner, running=True) if isinstance(inner, WrittenDerivation) else inner)
        case WrittenTable():
            _table(deck, block)
        case WrittenPicture():
            caption, content = deck.text(block.caption), deck.text(block.content)
            deck.put(f"figured({content}, {caption}, {TALLEST_FIGURE}pt)", "picture", item=content)
        case WrittenDefinitions():
            for term, meaning in block.entries:
                first = deck.text(term)
                deck.put(f"entry({first}, {deck.text(meaning)})")
        case WrittenAlgorithm():
            _algorithm(deck, block)
        case WrittenListing():
            _listing(deck, block)
        case WrittenItems():
            _items(deck, block)
        case WrittenFields():
            for line in block.lines:
                known = (f"({deck.text(name)}, {deck.text(value) if value else 'none'})" for name, value in line)
                deck.put(f"fields({', '.join(known)})", "prose")


def _derivation(deck: Deck, block: WrittenDerivation) -> None:
    """A part for each line, those of a statement one run; a statement that runs on is a part of a few lines."""
    rows = [replace(row, rigid="mat(" in row.right) for row in block.rows]
    name = deck.define("lines", rows=rows, runs=block.running)
    run = ""
    for first, end in _together(rows, block.running):
        begins = bool(rows[first].left) or first == 0
        run = f"{name}.{first}" if begins else run
        item = ", ".join(f"{name}.at({place})" for place in range(first, end))
        deck.put("lines(%s)", "line", item=item, run=run, begins=begins, ends=end == len(rows))


def _together(rows: Sequence[WrittenLine], running: bool) -> Iterator[tuple[int, int]]:
    """From where to where lines go on a slide together."""
    first = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or not running or rows[place].left or place - first == LINES_RUNNING:
            yield first, place
            first = place


def _box(deck: Deck, block: WrittenBox) -> None:
    """Its title stands over its slides."""
    before, deck.title = deck.title, deck.text(block.title)
    for inner in block.blocks:
        _put(deck, inner)
    deck.title = before


def _table(deck: Deck, block: WrittenTable) -> None:
    caption = deck.text(block.caption)
    cells = (block.header, *block.rows)
    name = deck.define("cells", rows=cells)
    deck.tables[name] = SlideTable(cells, caption, block.heads, block.wraps)
    deck.put(name, "table", ends=True)


def _algorithm(deck: Deck, block: WrittenAlgorithm) -> None:
    before, deck.title = deck.title, deck.text(block.title)
    for number, (depth, line) in enumerate(block.lines, 1):
        deck.put(f"counted([{number}], {depth}, {deck.text(line)})")
    deck.title = before


def _listing(deck: Deck, block: WrittenListing) -> None:
    deck.put(f"prose({deck.text(block.caption)})", "prose")
    for command, code in (("program", block.code), ("printed", block.output)):
        for piece in _pieces(code.split("\n") if code else []):
            text = quoted("\n".join(piece).strip("\n"))
            deck.put(f"{command}({deck.define('code', text=text)})", ends=True)


def _pieces(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    """A program in pieces of a slide, cut at a blank line where there is one in the second half."""
    while lines:
        end = min(len(lines), LINES_OF_CODE)
        blank = [n for n in range(LINES_OF_CODE // 2, end) if not lines[n].strip()]
        end = blank[-1] + 1 if blank and end < len(lines) else end
        yield lines[:end]
        lines = lines[end:]


def _items(deck: Deck, block: WrittenItems) -> None:
    last = len(block.entries) - 1
    for place, entry in enumerate(block.entries):
        said = ", ".join(map(deck.text, (entry.label, entry.text, entry.marks)))
        deck.put(f"item({said}, {entry.lines})", ends=place == last)
