"""The figures of a document as files: an inscribed document goes in, SVG, PDF, PNG or TikZ by file name comes out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from derivegen.document.blocks import Beside, Block, Box, Document, Picture
from derivegen.figures.drawing import lay_out
from derivegen.render.figure_svg import svg
from derivegen.render.figure_tikz import tikz, tikz_colours
from derivegen.render.figure_typst import typst_figure
from derivegen.render.format import FIGURES
from derivegen.render.latex_text import NAMES
from derivegen.render.outlines import Alphabet

PIXELS = 200.0
"""Of a picture in pixels, to the inch."""


def drawn(blocks: tuple[Block, ...]) -> Iterator[Picture]:
    """Every picture in order."""
    for block in blocks:
        if isinstance(block, Picture):
            yield block
        elif isinstance(block, Box | Beside):
            yield from drawn(block.blocks)


def figures_as(document: Document, form: str) -> dict[str, bytes]:
    """Every picture in one of FIGURES."""
    ending = FIGURES[form]
    return {f"{block.key}.{ending}": _written(block, form) for block in drawn(document.blocks)}


def _written(block: Picture, form: str) -> bytes:
    if form == "svg":
        return figure_svg(block).encode()
    return figure_tikz(block).encode() if form == "tikz" else figure_compiled(block, "pdf")


def figure_svg(block: Picture) -> str:
    """A figure as SVG with its title and description."""
    return svg(lay_out(block.figure, block.style), block.figure.title, block.figure.description)


def small_svg(block: Picture) -> str:
    """The picture as a smaller SVG, each letter drawn once and referred to."""
    alphabet = Alphabet()
    drawn = svg(lay_out(block.figure, block.style), block.figure.title, block.figure.description, alphabet.label)
    return drawn.replace("</desc>\n", f"</desc>\n<defs>{alphabet.definitions}</defs>\n", 1)


def figure_tikz(block: Picture) -> str:
    """A figure for \\input, with the colours it needs."""
    needs = "% For \\input. It needs \\usepackage{amsmath,xcolor,tikz} and \\usetikzlibrary{arrows.meta}.\n"
    body = tikz(lay_out(block.figure, block.style))
    names = NAMES if "\\dgword" in body or "\\dgletter" in body else ""
    return needs + tikz_colours(block.style) + names + body


def figure_compiled(block: Picture, form: Literal["pdf", "png"]) -> bytes:
    """A figure as a PDF or PNG of its own size."""
    import typst

    page = "#set page(width: auto, height: auto, margin: 0pt)\n"
    source = f'{page}#set text(font: "New Computer Modern", size: 10pt)\n{figure_typst(block)}'
    compiled = typst.Compiler().compile(source.encode(), format=form, ppi=PIXELS, timestamp=0)
    assert isinstance(compiled, bytes)
    return compiled


def figure_typst(block: Picture) -> str:
    """A figure in Typst markup, in its own size."""
    return typst_figure(lay_out(block.figure, block.style), block.figure.description)
