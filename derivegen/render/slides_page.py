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

from derivegen.document.blocks import Block, Document, Paragraph
from derivegen.errors import CheckFailed
from derivegen.formula.plain import plain
from derivegen.formula.tree import Formula
from derivegen.formula.typst import quoted
from derivegen.render.environment import Templates
from derivegen.render.typst_page import dialect, escape
from derivegen.render.view import View, view

HEIGHT, GAP, WIDTH = 346.0, 18.0, 762.0
"""What a slide holds below its title, and between two parts, in points."""
TALLEST_FIGURE = 285.0
FULL = 0.8
"""Of the height: what is filled that far takes no further idea, be it as short as it may."""
CAPTION = 64.0
"""What a table's caption takes, of two lines at most."""
LINES_OF_CODE = 13
LONG = 280
"""Characters after which a paragraph ends with its sentence."""
_SENTENCES = re.compile(r"(?<=[.!?] )")


@dataclass(frozen=True, slots=True)
class Part:
    """What is put on a slide whole: the title it stands under, the call that sets it, its lines, and whether an idea ends with it."""

    title: str
    call: str
    rows: int = 0
    ends: bool = False
    height: float = 0.0


@dataclass
class Deck:
    """The definitions so far and the parts that are made of them."""

    definitions: list[View] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    title: str = ""
    tables: dict[str, View] = field(default_factory=dict)

    def define(self, kind: str, **what: Any) -> str:
        """A new definition; its name."""
        name = f"part-{len(self.definitions)}"
        self.definitions.append({"name": name, "kind": kind, **what})
        return name

    def text(self, text: str) -> str:
        return self.define("text", text=text)

    def put(self, call: str, rows: int = 0, ends: bool = False) -> None:
        self.parts.append(Part(self.title, call, rows, ends))


def slides_page(document: Document, templates: Templates, spoken_words: Mapping[str, str], otherwise: str) -> str:
    """The source of the slides."""
    deck = Deck(title="")
    written = replace(dialect(spoken_words, otherwise, f"{WIDTH - 100}pt"), code=str)
    shorter = replace(document, blocks=tuple(piece for block in document.blocks for piece in _shorter(block)))
    for block in view(shorter, written):
        _PUT[block["kind"]](deck, block)

    def page(measured: Sequence[str], slides: Sequence[View]) -> str:
        values = {"document": document, "definitions": deck.definitions, "height": HEIGHT, "gap": GAP}
        filters = {"quoted": quoted}
        return templates.page("slides/document.typ.jinja", escape, filters, measured=measured, slides=slides, **values)

    parts = list(_sized(deck, page))
    return page((), [{"title": group[0].title, "parts": [part.call for part in group]} for group in _groups(parts)])


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


def _heading(deck: Deck, block: View) -> None:
    deck.title = deck.text(block["text"])


def _paragraph(deck: Deck, block: View) -> None:
    deck.put(f"prose({deck.text(block['text'])})")


def _note(deck: Deck, block: View) -> None:
    deck.put(f"remark({deck.text(block['text'])})")


def _derivation(deck: Deck, block: View) -> None:
    """A part for each statement, so that a long derivation is cut where one begins."""
    rows = [row | {"rigid": "true" if "mat(" in row["right"] else "false"} for row in block["rows"]]
    name = deck.define("lines", rows=rows)
    starts = [place for place, row in enumerate(block["rows"]) if row["left"] or place == 0]
    for start, end in zip(starts, [*starts[1:], len(block["rows"])], strict=True):
        calls = ", ".join(f"{name}.at({place})" for place in range(start, end))
        deck.put(f"lines({calls})", end - start, ends=end == len(block["rows"]))


def _box(deck: Deck, block: View) -> None:
    """Its title stands over its slides."""
    before, deck.title = deck.title, deck.text(block["title"])
    for inner in block["blocks"]:
        _PUT[inner["kind"]](deck, inner)
    deck.title = before


def _table(deck: Deck, block: View) -> None:
    caption = deck.text(block["caption"])
    cells = [block["header"], *block["rows"]]
    name = deck.define("cells", rows=cells)
    deck.tables[name] = {"cells": cells, "caption": caption, "heads": block["heads"], "wraps": block["wraps"]}
    deck.put(name, ends=True)


def _picture(deck: Deck, block: View) -> None:
    caption = deck.text(block["caption"])
    deck.put(f"figured({deck.text(block['content'])}, {caption}, {TALLEST_FIGURE}pt)")


def _definitions(deck: Deck, block: View) -> None:
    for term, meaning in block["entries"]:
        first = deck.text(term)
        deck.put(f"entry({first}, {deck.text(meaning)})")


def _algorithm(deck: Deck, block: View) -> None:
    before, deck.title = deck.title, deck.text(block["title"])
    for number, (depth, line) in enumerate(block["lines"], 1):
        deck.put(f"counted([{number}], {depth}, {deck.text(line)})")
    deck.title = before


def _listing(deck: Deck, block: View) -> None:
    deck.put(f"prose({deck.text(block['caption'])})")
    for command, code in (("program", block["code"]), ("printed", block["output"])):
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


_PUT = {
    "heading": _heading,
    "paragraph": _paragraph,
    "note": _note,
    "derivation": _derivation,
    "box": _box,
    "table": _table,
    "picture": _picture,
    "definitions": _definitions,
    "algorithm": _algorithm,
    "listing": _listing,
}


# sizes


def _sized(deck: Deck, page: Any) -> Iterator[Part]:
    """The parts with their heights, those too high for a slide cut or shrunk."""
    cells = [call for name, table in deck.tables.items() for row in _cells(name, table) for call in row]
    calls = [part.call for part in deck.parts if part.call not in deck.tables]
    rows = [row for part in deck.parts if part.rows for row in _rows(part)]
    asked = list(dict.fromkeys([*calls, *rows, *cells]))
    sizes = dict(zip(asked, _measured(page(asked, ())), strict=True))
    for part in deck.parts:
        if part.call in deck.tables:
            yield from _tables(part, deck, sizes)
        elif part.rows and sizes[part.call][1] > HEIGHT:
            yield from _cut(part, sizes)
        else:
            yield _fitted(part, sizes[part.call][1])


def _rows(part: Part) -> list[str]:
    """The lines of a part, each by itself."""
    return [f"lines({row})" for row in part.call.removeprefix("lines(").removesuffix(")").replace(", ", ",").split(",")]


def _fitted(part: Part, height: float) -> Part:
    """The part; one that no slide holds, smaller."""
    if height <= HEIGHT:
        return replace(part, height=height)
    return replace(part, call=f"fitting({part.call}, height: {HEIGHT}pt)", height=HEIGHT)


def _cut(part: Part, sizes: Mapping[str, tuple[float, float]]) -> Iterator[Part]:
    """A statement of more lines than a slide holds, in pieces."""
    piece: list[str] = []
    height = 0.0
    rows = _rows(part)
    for row in rows:
        if piece and height + GAP + sizes[row][1] > HEIGHT:
            yield _joined(part, piece, height, last=False)
            piece, height = [], 0.0
        height += (GAP if piece else 0.0) + sizes[row][1]
        piece.append(row)
    yield _joined(part, piece, height, last=True)


def _joined(part: Part, rows: Sequence[str], height: float, last: bool) -> Part:
    inner = ", ".join(row.removeprefix("lines(").removesuffix(")") for row in rows)
    return _fitted(replace(part, call=f"lines({inner})", rows=len(rows), ends=last and part.ends), height)


def _tables(part: Part, deck: Deck, sizes: Mapping[str, tuple[float, float]]) -> Iterator[Part]:
    """A table, or as many as its columns and rows need, each with its head and the columns that are the heads of its rows."""
    table = deck.tables[part.call]
    heads, wraps = table["heads"], "none" if table["wraps"] is None else table["wraps"]
    size = [[sizes[call] for call in row] for row in _cells(part.call, table)]
    widths = [max(row[c][0] for row in size) + 20 for c in range(len(size[0]))]
    heights = [max(14.0, *(high for _, high in row)) + 14 for row in size]
    first = sum(widths[:heads])
    for columns in _runs(widths, WIDTH - first, heads):
        for rows in _runs(heights, HEIGHT - heights[0] - CAPTION, 1):
            chosen = ", ".join(map(str, (*range(heads), *columns)))
            call = (
                f"columns-of({table['caption']}, {part.call}, {heads}, {wraps}, ({chosen},), {rows[0]}, {rows[-1] + 1})"
            )
            height = heights[0] + sum(heights[r] for r in rows) + CAPTION
            wide = first + sum(widths[c] for c in columns) > WIDTH
            yield _fitted(replace(part, call=f"fitting({call})" if wide else call), height)


def _cells(name: str, table: View) -> list[list[str]]:
    """What measures each cell; the words of a column that wraps have a width of their own."""
    return [
        [f"{'wrapping' if c == table['wraps'] else 'in-cell'}(strong({name}.at({r}).at({c})))" for c in range(len(row))]
        for r, row in enumerate(table["cells"])
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
    except typst.TypstError as error:
        raise CheckFailed(f"the slides' source does not compile: {error}") from error
    return [(float(width), float(height)) for width, height in found]


# slides


def _groups(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """The parts of each slide: one idea, no more than fits, under one title."""
    group: list[Part] = []
    for part in parts:
        if group and not _together(group, part):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _together(group: Sequence[Part], part: Part) -> bool:
    height = sum(each.height for each in group) + GAP * len(group) + part.height
    if height > HEIGHT or part.title != group[-1].title:
        return False
    return not group[-1].ends or (part.ends and height <= FULL * HEIGHT)
