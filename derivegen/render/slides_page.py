"""Slides of 16:9: an inscribed document goes in, a Typst source comes out with one idea a slide, none fuller than a slide can be.

The parts are measured by Typst before they are put on slides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf

from derivegen.formula.print.typst import quoted
from derivegen.formula.read.readback import read_typst
from derivegen.records import replace
from derivegen.render.letterhead import typst_look
from derivegen.render.pages import Asked, Page
from derivegen.render.slides_layout import (
    BESIDE,
    COLUMN,
    GAP,
    HEIGHT,
    SMALLER,
    SMALLEST,
    TALLEST_FIGURE,
    WIDTH,
    Part,
    Slide,
    slides,
    smaller,
    widened,
)
from derivegen.render.slides_parts import LARGEST, NARROWEST_TEXT, READABLE, Deck, SlideTable, deck_of
from derivegen.render.typst_page import dialect, escape, formulas_in, pdf


def write(asked: Asked) -> Page:
    """The source, with its formulas read back."""
    text = slides_page(asked)
    return Page(text, formulas_in(text), read_typst)


def slides_page(asked: Asked) -> str:
    """The source of the slides."""
    document = asked.document
    deck = deck_of(document, replace(dialect(asked.press.spoken, asked.otherwise), code=str))

    def page(measured: Sequence[str], slides: Sequence[Slide], opening: Slide | None = None) -> str:
        values = {
            "document": document,
            "definitions": deck.definitions,
            "height": HEIGHT,
            "gap": GAP,
            "beside": BESIDE,
            "column": COLUMN,
            "largest": LARGEST,
        }
        values |= typst_look(document)
        values |= {"measured": measured, "slides": slides, "opening": opening}
        filters = {"quoted": quoted}
        return asked.templates.page("slides/document.typ.jinja", escape, filters, **values)

    made = slides(list(_sized(deck, page)))
    opening = made[0] if made[0].fits_below_title and not document.theme.letterhead else None
    return page((), made[opening is not None :], opening)


# sizes


def _sized(deck: Deck, page: Callable[[Sequence[str], Sequence[Slide]], str]) -> Iterator[Part]:
    """The parts with their heights, tables row by row, those too high for a slide shrunk."""
    parts = [replace(part, left=deck.left.get(part.title, 0.0)) for part in deck.parts]
    asked = list(dict.fromkeys(call for part in parts for call in _asked(part, deck)))
    sizes = dict(zip(asked, _measured(page(asked, ())), strict=True))
    for part in parts:
        if part.call in deck.tables:
            yield from _tables(part, deck, sizes)
        else:
            yield _fitted(_eased(_halved(_beside(part, sizes), sizes), sizes), sizes[_alone(part)][1])


def _asked(part: Part, deck: Deck) -> Iterator[str]:
    """What is measured of a part: its cells, or itself, and how it stands beside the figure of its title."""
    if part.call in deck.tables:
        table = deck.tables[part.call]
        yield from (_caption(table), _caption(table, COLUMN))
        yield from (call for row in _cells(part.call, table) for call in row)
        return
    yield _alone(part)
    if part.kind in ("prose", "line", "picture"):
        yield _half(part)
        yield _bare(part, COLUMN)
        if part.kind == "picture":
            yield from (part.item, _drawn(part))
        if part.left >= NARROWEST_TEXT:
            yield _narrow(part)
            yield _bare(part, part.left)


def _alone(part: Part) -> str:
    """The call that sets it and nothing else."""
    return part.call.replace("%s", part.item)


def _narrow(part: Part) -> str:
    """The call that sets it in its column of a slide with a figure."""
    return widened(_alone(part), WIDTH - part.left - BESIDE if part.kind == "picture" else part.left)


def _half(part: Part) -> str:
    """The call that sets it in one of two columns."""
    return f"smaller({widened(_alone(part), COLUMN)})"


def _bare(part: Part, width: float) -> str:
    """What says how wide a line is that is not broken, in a column; words are broken anywhere."""
    line = f"widest-of({part.item}, width: {width}pt)" if part.kind == "line" else "[]"
    return f"smaller({line})" if width == COLUMN else line


def _beside(part: Part, sizes: Mapping[str, tuple[float, float]]) -> Part:
    """With its height beside a figure, if no formula in it would be broken there."""
    narrow = _narrow(part)
    if narrow not in sizes or sizes[_bare(part, part.left)][0] > part.left:
        return part
    return replace(part, narrow=sizes[narrow][1])


def _halved(part: Part, sizes: Mapping[str, tuple[float, float]]) -> Part:
    """With its height in one of two columns, if no formula in it would be broken there and no figure too small to read."""
    half = _half(part)
    if half not in sizes or max(sizes[_bare(part, COLUMN)][0], part.least) > COLUMN:
        return part
    return replace(part, half=sizes[half][1])


def _drawn(part: Part) -> str:
    """The call that sets a figure without its caption."""
    return f"fitting({part.item}, height: {TALLEST_FIGURE}pt, most: {LARGEST})"


def _eased(part: Part, sizes: Mapping[str, tuple[float, float]]) -> Part:
    """With how much smaller a figure can be drawn and still be read."""
    if part.kind != "picture" or not part.item:
        return part
    drawn = sizes[_drawn(part)][1]
    return replace(part, drawn=drawn, give=max(0.0, drawn - READABLE * sizes[part.item][1]))


def _fitted(part: Part, height: float) -> Part:
    """The part; one that no slide holds, smaller, of a figure first what is drawn."""
    if height <= HEIGHT:
        return replace(part, height=height)
    if height - HEIGHT <= part.give:
        return smaller(replace(part, height=height), height - HEIGHT)
    call = f"fitting({_alone(part)}, height: {HEIGHT}pt)"
    return replace(part, call=call, item="", run="", height=HEIGHT, narrow=inf, half=inf)


def _tables(part: Part, deck: Deck, sizes: Mapping[str, tuple[float, float]]) -> Iterator[Part]:
    """The rows of a table, or of as many tables as its columns need, each with the columns that are the heads of its rows."""
    table = deck.tables[part.call]
    heads, wraps = table.heads, "none" if table.wraps is None else table.wraps
    size = [[sizes[call] for call in row] for row in _cells(part.call, table)]
    widths = [max(row[c][0] for row in size) + 20 for c in range(len(size[0]))]
    heights = [max(14.0, *(high for _, high in row)) + 14 for row in size]
    lead = heights[0] + sizes[_caption(table)][1] + 12
    first = sum(widths[:heads])
    for columns in _runs(widths, WIDTH / (SMALLEST if sum(widths) * SMALLEST <= WIDTH else 1) - first, heads):
        chosen = ", ".join(map(str, (*range(heads), *columns)))
        call = f"columns-of({table.caption}, {part.call}, {heads}, {wraps}, ({chosen},), (%s,))"
        width = first + sum(widths[c] for c in columns)
        wide = width > WIDTH
        run = replace(part, call=f"fitting({call})" if wide else call, run=call, lead=lead, joint=0.0)
        last = len(heights) - 1
        for row in range(1, last + 1):
            sized = replace(run, item=str(row), begins=row == 1, ends=row == last, height=heights[row])
            if SMALLEST * SMALLER * width <= COLUMN:
                half_lead = heights[0] + sizes[_caption(table, COLUMN)][1] + 12
                sized = replace(sized, half=heights[row], half_lead=half_lead)
            yield sized if lead + heights[row] <= HEIGHT else _fitted(replace(sized, lead=0.0), HEIGHT + 1)


def _caption(table: SlideTable, width: float = WIDTH) -> str:
    """What measures a table's caption, over the whole width or in a column."""
    return (
        f"smaller({widened(f'captioned({table.caption})', width)})" if width < WIDTH else f"captioned({table.caption})"
    )


def _cells(name: str, table: SlideTable) -> list[list[str]]:
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
    finally:
        _forget()
    return [(float(width), float(height)) for width, height in found]


GENERATIONS = 11
"""Pages during which Typst keeps what it has made, and one more."""


def _forget() -> None:
    """Let go of what was measured, tens of MB each time: Typst keeps it until so many pages are made, and where none are, for good."""
    import typst

    empty = typst.Compiler(ignore_system_fonts=True)
    for _ in range(GENERATIONS):
        empty.compile(b"")
