"""Slides of 16:9: an inscribed document goes in, a Typst source comes out with one idea a slide, none fuller than a slide can be.

Everything said is defined once, in the order of the document, as variables of the source; Typst measures them; the slides then take them
by name. So what stands on two slides (a title, a table's head) is still one thing, and is read back once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from derivegen.document.blocks import Block, Paragraph, Picture
from derivegen.figures.drawing import lay_out
from derivegen.formula.print.plain import plain
from derivegen.formula.print.typst import quoted
from derivegen.formula.read.readback import read_typst
from derivegen.formula.tree import Formula
from derivegen.render.pages import Asked, Page
from derivegen.render.slides_layout import (
    BESIDE,
    GAP,
    HEIGHT,
    TALLEST_FIGURE,
    WIDTH,
    Kind,
    Part,
    Slide,
    slides,
    widened,
)
from derivegen.render.typst_page import dialect, escape, formulas_in, pdf
from derivegen.render.written_blocks import (
    WrittenAlgorithm,
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
NARROWEST_TEXT, WIDEST_TEXT = 270.0, 340.0
"""Of what stands beside a figure, in points."""
LINES_OF_CODE = 13
LONG = 280
"""Characters after which a paragraph ends with its sentence."""
_SENTENCES = re.compile(r"(?<=[.!?] )")


@dataclass(frozen=True, slots=True)
class Definition:
    """A variable of the source: text, code, the lines of a derivation or the cells of a table."""

    name: str
    kind: str
    text: str = ""
    rows: Sequence[WrittenLine] | Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Cells:
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
    tables: dict[str, Cells] = field(default_factory=dict)
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


def write(asked: Asked) -> Page:
    """The source, with its formulas read back."""
    text = slides_page(asked)
    return Page(text, formulas_in(text), lambda formula: read_typst(formula, asked.functions))


def slides_page(asked: Asked) -> str:
    """The source of the slides."""
    deck, document = Deck(), asked.document
    written = replace(dialect(asked.press.spoken, asked.otherwise, f"{WIDTH - 100}pt"), code=str)
    shorter = replace(document, blocks=tuple(piece for block in document.blocks for piece in _shorter(block)))
    for block, seen in zip(shorter.blocks, written_blocks(shorter, written), strict=True):
        _put(deck, seen)
        if isinstance(block, Picture):
            wide = READABLE * lay_out(block.figure).width
            deck.left[deck.title] = min(deck.left.get(deck.title, WIDEST_TEXT), WIDTH - BESIDE - wide)

    def page(measured: Sequence[str], slides: Sequence[Slide], opening: Sequence[str] = ()) -> str:
        values = {"document": document, "definitions": deck.definitions, "height": HEIGHT, "gap": GAP}
        values |= {"measured": measured, "slides": slides, "opening": opening}
        filters = {"quoted": quoted}
        return asked.templates.page("slides/document.typ.jinja", escape, filters, **values)

    made = slides(list(_sized(deck, page)))
    opening = made[:1] if not made[0].title and made[0].short else []
    return page((), made[len(opening) :], [call for slide in opening for call in slide.calls])


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
        case WrittenTable():
            _table(deck, block)
        case WrittenPicture():
            caption = deck.text(block.caption)
            deck.put(f"figured({deck.text(block.content)}, {caption}, {TALLEST_FIGURE}pt)", "picture")
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
    """A part for each line; those of a statement are one run."""
    rows = [replace(row, rigid="mat(" in row.right) for row in block.rows]
    name = deck.define("lines", rows=rows)
    run = ""
    for place, row in enumerate(rows):
        begins = bool(row.left) or place == 0
        run = f"{name}.{place}" if begins else run
        ends = place == len(rows) - 1
        deck.put("lines(%s)", "line", item=f"{name}.at({place})", run=run, begins=begins, ends=ends)


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
    deck.tables[name] = Cells(cells, caption, block.heads, block.wraps)
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


# sizes


def _sized(deck: Deck, page: Any) -> Iterator[Part]:
    """The parts with their heights, tables row by row, those too high for a slide shrunk."""
    parts = [replace(part, left=deck.left.get(part.title, 0.0)) for part in deck.parts]
    asked = list(dict.fromkeys(call for part in parts for call in _asked(part, deck)))
    sizes = dict(zip(asked, _measured(page(asked, ())), strict=True))
    for part in parts:
        if part.call in deck.tables:
            yield from _tables(part, deck, sizes)
        else:
            yield _beside(_fitted(part, sizes[_alone(part)][1]), sizes)


def _asked(part: Part, deck: Deck) -> Iterator[str]:
    """What is measured of a part: its cells, or itself, and how it stands beside the figure of its title."""
    if part.call in deck.tables:
        table = deck.tables[part.call]
        yield _caption(table)
        yield from (call for row in _cells(part.call, table) for call in row)
        return
    yield _alone(part)
    if part.left >= NARROWEST_TEXT and part.kind in ("prose", "line", "picture"):
        yield _narrow(part)
        yield _bare(part)


def _alone(part: Part) -> str:
    """The call that sets it and nothing else."""
    return part.call.replace("%s", part.item)


def _narrow(part: Part) -> str:
    """The call that sets it in its column of a slide with a figure."""
    return widened(_alone(part), WIDTH - part.left - BESIDE if part.kind == "picture" else part.left)


def _bare(part: Part) -> str:
    """What says how wide a line is that is not broken; words are broken anywhere."""
    return f"line-of({part.item}, wide)" if part.kind == "line" else "[]"


def _beside(part: Part, sizes: Mapping[str, tuple[float, float]]) -> Part:
    """With its height beside a figure, if no formula in it would be broken there."""
    narrow = _narrow(part)
    if narrow not in sizes or sizes[_bare(part)][0] > part.left:
        return part
    return replace(part, narrow=sizes[narrow][1])


def _fitted(part: Part, height: float) -> Part:
    """The part; one that no slide holds, smaller."""
    if height <= HEIGHT:
        return replace(part, height=height)
    return replace(part, call=f"fitting({_alone(part)}, height: {HEIGHT}pt)", item="", run="", height=HEIGHT)


def _tables(part: Part, deck: Deck, sizes: Mapping[str, tuple[float, float]]) -> Iterator[Part]:
    """The rows of a table, or of as many tables as its columns need, each with the columns that are the heads of its rows."""
    table = deck.tables[part.call]
    heads, wraps = table.heads, "none" if table.wraps is None else table.wraps
    size = [[sizes[call] for call in row] for row in _cells(part.call, table)]
    widths = [max(row[c][0] for row in size) + 20 for c in range(len(size[0]))]
    heights = [max(14.0, *(high for _, high in row)) + 14 for row in size]
    lead = heights[0] + sizes[_caption(table)][1] + 12
    first = sum(widths[:heads])
    for columns in _runs(widths, WIDTH - first, heads):
        chosen = ", ".join(map(str, (*range(heads), *columns)))
        call = f"columns-of({table.caption}, {part.call}, {heads}, {wraps}, ({chosen},), (%s,))"
        wide = first + sum(widths[c] for c in columns) > WIDTH
        run = replace(part, call=f"fitting({call})" if wide else call, run=call, lead=lead, joint=0.0)
        last = len(heights) - 1
        for row in range(1, last + 1):
            sized = replace(run, item=str(row), begins=row == 1, ends=row == last, height=heights[row])
            yield sized if lead + heights[row] <= HEIGHT else _fitted(replace(sized, lead=0.0), HEIGHT + 1)


def _caption(table: Cells) -> str:
    """What measures a table's caption."""
    return f"captioned({table.caption})"


def _cells(name: str, table: Cells) -> list[list[str]]:
    """What measures each cell; the words of a column that wraps have a width of their own."""
    return [
        [f"{'wrapping' if c == table.wraps else 'in-cell'}(strong({name}.at({r}).at({c})))" for c in range(len(row))]
        for r, row in enumerate(table.rows)
    ]


def _runs(sizes: Sequence[float], room: float, start: int) -> Iterator[list[int]]:
    """The places from `start` on in runs that fit the room; of a table of one column, no place once."""
    run: list[int] = []
    filled = 0.0
    for place in range(start, len(sizes)):
        if run and filled + sizes[place] > room:
            yield run
            run, filled = [], 0.0
        run.append(place)
        filled += sizes[place]
    if run or start == len(sizes):
        yield run


def _measured(source: str) -> list[tuple[float, float]]:
    """Width and height, in points, of what the source measures."""
    import typst

    try:
        found = json.loads(typst.query(source.encode(), "<measured>", field="value"))
    except RuntimeError:
        pdf(source)  # which says what is wrong, and where
        raise
    return [(float(width), float(height)) for width, height in found]
