"""Markdown with mathematics between dollars, for Jupyter, Pandoc, MkDocs and Quarto: an inscribed document goes in, the text comes out."""

from __future__ import annotations

import re
from collections.abc import Callable

from derivegen.document.blocks import Picture, Prose
from derivegen.formula.print.latex import latex
from derivegen.formula.read.readback import read_latex
from derivegen.formula.tree import Formula
from derivegen.render.markdown import Found, aligned, found_by, lines
from derivegen.render.pages import Asked, Page
from derivegen.render.written_blocks import Dialect, written_blocks

Placed = Callable[[Picture, str], str]
"""What is written for a figure, given its description."""

_BEGINS_A_BLOCK = re.compile(r"^(\s*)([-+=:%]|\d+(?=[.)]))")


def escape(text: str) -> str:
    """People's text: every sign that some Markdown gives a meaning is escaped, so are dashes and dots that would be joined."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~^@&]|-(?=-)|\.(?=\.\.))", r"\\\1", text)


def begun(text: str) -> str:
    """A paragraph that does not begin as a list, a definition or a heading's underline would."""
    return _BEGINS_A_BLOCK.sub(lambda m: f"{m[1]}\\{m[2]}" if not m[2].isdigit() else f"{m[1]}{m[2]}\\", text)


def dialect(otherwise: str, placed: Placed) -> Dialect:
    """How blocks are written; `placed` writes a figure."""

    def math(tree: Formula) -> str:
        return latex(tree, otherwise=otherwise)

    def reason(prose: Prose) -> str:
        return "".join(f"${math(run)}$" if isinstance(run, Formula) else in_words(run) for run in prose)

    def picture(block: Picture) -> str:
        return placed(block, block.figure.description)

    return Dialect(escape, lambda tree: f"${math(tree)}$", lambda row: aligned(row, math), reason, str, picture)


def in_words(text: str) -> str:
    """Words inside \\text{…}: the few signs that would end it are replaced."""
    return re.sub(r"[\\{}$&#%_^~]", " ", text)


def linked(figures: str) -> Placed:
    """Figures as files of a folder."""
    return lambda block, description: f"![{escape(description)}]({figures}/{block.key}.svg)"


def write(asked: Asked) -> Page:
    """The page, with its formulas read back; its figures are files beside it."""
    return written(asked, linked(asked.figures))


def written(asked: Asked, placed: Placed) -> Page:
    """The page with its figures written so."""
    text = pandoc_page(asked, placed)
    return Page(text, formulas_in(text), read_latex)


def pandoc_page(asked: Asked, placed: Placed, between: str = "", answer: str = "") -> str:
    """The text, for the body alone without the title; `between` stands after each block, `answer` where room for one is asked for."""
    blocks = written_blocks(asked.document, dialect(asked.otherwise, placed))
    values = {"document": asked.document, "blocks": blocks, "body": asked.body, "between": between, "answer": answer}
    values["deeper"] = asked.deeper
    text = asked.templates.page("pandoc/document.md.jinja", escape, {"begun": begun, "lines": lines}, **values)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


_BLOCK = re.compile(r"^\$\$\n\\begin\{aligned\}\n(?P<rows>.*?)\n\\end\{aligned\}\n\$\$$", re.M | re.S)
_CODE = re.compile(r"^```.*?^```$", re.M | re.S)
_INLINE = re.compile(r"(?<!\\)\$(.+?)(?<!\\)\$")


def formulas_in(text: str) -> list[Found]:
    """Every formula of the text in order, read from the text alone."""
    return found_by(_CODE.sub("", text), _BLOCK, _INLINE)
