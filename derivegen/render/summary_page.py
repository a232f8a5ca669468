"""A network on one sheet: what a writer is given goes in, the source of a lying page that holds nothing but the summary comes out."""

from __future__ import annotations

from derivegen.document.blocks import Picture
from derivegen.figures.drawing import lay_out
from derivegen.formula.print.typst import quoted
from derivegen.formula.read.readback import read_typst
from derivegen.render.figure_typst import typst_figure
from derivegen.render.letterhead import typst_look
from derivegen.render.pages import Asked, Page
from derivegen.render.typst_page import escape as escape

LOW = 8.0
"""Millimetres that a logo is high in the margin above the sheet."""


def write(asked: Asked) -> Page:
    """The source; all its formulas stand in the figure."""
    document = asked.document
    drawn = [
        typst_figure(lay_out(block.figure, block.style), block.figure.description)
        for block in document.blocks
        if isinstance(block, Picture)
    ]
    paper = "us-letter" if document.paper == "letter" else "a4"
    values = {"document": document, "drawn": drawn, "paper": paper, **typst_look(document, LOW)}
    text = asked.templates.page("typst/summary.typ.jinja", escape, {"quoted": quoted}, **values)
    return Page(text, (), read_typst)
