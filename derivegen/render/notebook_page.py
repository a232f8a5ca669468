"""A Jupyter notebook: an inscribed document and its live cells go in, nbformat 4.5 comes out, prose in Markdown cells, each calculation
with a cell below it that does it over. Figures stand in it as SVG; the only output stored is what a program printed when we ran it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from derivegen.document.blocks import Block, Document, Heading, Listing, Paragraph
from derivegen.formula.read.readback import read_latex
from derivegen.records import replace
from derivegen.render.inline_page import placed
from derivegen.render.pages import Asked, Page
from derivegen.render.pandoc_page import formulas_in, pandoc_page
from derivegen.solution.program.live import Live

CUT, ANSWER = "\ue000", "\ue001"
"""Stand between blocks, and where an answer is to be written, until the text is cut into cells; people's texts have no such characters."""

Cell = dict[str, Any]


def write(asked: Asked) -> Page:
    """The notebook, with the formulas of its Markdown read back."""
    text = notebook_page(asked)
    return Page(text, formulas_in(markdown_in(text)), read_latex)


def notebook_page(asked: Asked) -> str:
    """The notebook's JSON, the same each time."""
    document, live = asked.document, asked.cells()
    opening = asked.press.words.plain("notebook.opening")
    programs = _programs(document, live)
    blocks = tuple(Paragraph(b.caption) if place in programs else b for place, b in enumerate(document.blocks))  # type: ignore[union-attr]
    opened = replace(document, blocks=(Paragraph((opening,) if live.start else ()), *blocks))
    page = pandoc_page(replace(asked, document=opened, body=False), placed, between=CUT, answer=ANSWER)
    title, *pieces, foot = page.split(CUT)
    code = {place: _code(text) for place, text in live.cells.items()} | programs
    return _json([_markdown(title), *map(_code, live.start), *_cells(pieces, blocks, code), *_written(foot)])


def markdown_in(notebook: str) -> str:
    """The text of the Markdown cells."""
    cells = json.loads(notebook)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown") + "\n"


def _programs(document: Document, live: Live) -> dict[int, Cell]:
    """The listings that can be run in a cell: those after the last calculation, whose names they may use for other things."""
    last = max(live.cells, default=-1)
    listings = {place: block for place, block in enumerate(document.blocks) if isinstance(block, Listing)}
    return {place: _code(block.code, block.output) for place, block in listings.items() if place > last}


def _cells(pieces: Sequence[str], blocks: Sequence[Block], code: dict[int, Cell]) -> Iterator[Cell]:
    """The Markdown, cut at headings and where a cell of code follows, and that."""
    gathered = ""
    for place, (piece, block) in enumerate(zip(pieces, blocks, strict=True)):
        if isinstance(block, Heading) and gathered.strip():
            yield from _written(gathered)
            gathered = ""
        gathered += piece
        if place in code:
            yield from _written(gathered)
            yield code[place]
            gathered = ""
    yield from _written(gathered)


def _written(text: str) -> Iterator[Cell]:
    """The Markdown as cells, an empty one wherever an answer is to be written; nothing for nothing."""
    first, *others = text.split(ANSWER)
    if first.strip():
        yield _markdown(first)
    for other in others:
        yield _markdown("")
        yield from _written(other)


def _markdown(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(re.sub(r"\n{3,}", "\n\n", text).strip("\n"))}


def _code(text: str, printed: str = "") -> Cell:
    output = {"output_type": "stream", "name": "stdout", "text": _lines(f"{printed}\n")}
    outputs = [output] if printed else []
    cell: Cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": outputs}
    return cell | {"source": _lines(text.strip("\n"))}


def _lines(text: str) -> list[str]:
    """A text as notebooks keep it: a list of lines, each with its end."""
    return text.splitlines(keepends=True)


def _json(cells: Sequence[Cell]) -> str:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells, 1)],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
