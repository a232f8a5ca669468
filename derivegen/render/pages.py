"""The text formats: a format's name and what every writer is given go in; the text comes out with its formulas read back from it.

A new text format is one writer and one line in PAGES.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from derivegen.document.blocks import Document
from derivegen.document.press import AnyTemplates, Press
from derivegen.document.verify.text import Form, Found, Read
from derivegen.formula.read.readback import normal, read_latex, read_mathml, read_typst
from derivegen.solution.program.live import Live


@dataclass(frozen=True, slots=True)
class Asked:
    """What every writer is given: the press, an inscribed document, the folder its figures go to, whether the body is wanted alone, and
    what makes the cells of a notebook."""

    press: Press
    document: Document
    figures: str
    body: bool
    live: Callable[[], Live]

    @property
    def templates(self) -> AnyTemplates:
        """Where the pages are."""
        return self.press.templates

    @property
    def otherwise(self) -> str:
        """The word for the last of several cases."""
        return self.press.otherwise

    @property
    def functions(self) -> frozenset[str]:
        """The letters of unknown functions."""
        return self.press.notation.functions


@dataclass(frozen=True, slots=True)
class Page:
    """A text, the formulas found in it, what reads them, and the form in which they say what was composed."""

    text: str
    found: Sequence[Found]
    read: Read
    form: Form = normal


def _markdown(asked: Asked) -> Page:
    from derivegen.render import markdown

    text = markdown.markdown(asked.document, asked.templates, asked.figures, asked.otherwise, asked.body)
    return Page(text, markdown.formulas_in(text), lambda formula: read_latex(formula, asked.functions))


def _pandoc(asked: Asked) -> Page:
    from derivegen.render import pandoc_page as page

    text = page.pandoc_page(asked.document, asked.templates, asked.otherwise, page.linked(asked.figures), asked.body)
    return Page(text, page.formulas_in(text), lambda formula: read_latex(formula, asked.functions))


def _inline(asked: Asked) -> Page:
    """The same with its figures in it."""
    from derivegen.render import pandoc_page as page
    from derivegen.render.notebook_page import placed

    text = page.pandoc_page(asked.document, asked.templates, asked.otherwise, placed, asked.body)
    return Page(text, page.formulas_in(text), lambda formula: read_latex(formula, asked.functions))


def _notebook(asked: Asked) -> Page:
    from derivegen.render.notebook_page import markdown_in, notebook_page
    from derivegen.render.pandoc_page import formulas_in

    opening = asked.press.words.plain("notebook.opening")
    text = notebook_page(asked.document, asked.live(), opening, asked.templates, asked.otherwise)
    return Page(text, formulas_in(markdown_in(text)), lambda formula: read_latex(formula, asked.functions))


def _docx(asked: Asked) -> Page:
    """What pandoc makes the Word document of."""
    from derivegen.render import docx_page

    text = docx_page.docx_page(asked.document, asked.templates, asked.otherwise)
    return Page(text, docx_page.formulas_in(text), lambda formula: read_latex(formula, asked.functions))


def _latex(asked: Asked) -> Page:
    from derivegen.render import latex_page

    text = latex_page.latex_page(asked.document, asked.templates, asked.otherwise, asked.body)
    return Page(text, latex_page.formulas_in(text), lambda formula: read_latex(formula, asked.functions))


def _typst(asked: Asked) -> Page:
    from derivegen.render import typst_page

    text = typst_page.typst_page(asked.document, asked.templates, asked.press.spoken, asked.otherwise)
    return Page(text, typst_page.formulas_in(text), lambda formula: read_typst(formula, asked.functions))


def _html(asked: Asked) -> Page:
    from derivegen.render import html_page

    text = html_page.html_page(asked.document, asked.press, asked.body)
    return Page(text, html_page.formulas_in(text), lambda formula: read_mathml(formula, asked.functions))


def _slides(asked: Asked) -> Page:
    from derivegen.render import slides_page, typst_page

    text = slides_page.slides_page(asked.document, asked.templates, asked.press.spoken, asked.otherwise)
    return Page(text, typst_page.formulas_in(text), lambda formula: read_typst(formula, asked.functions))


def _text(asked: Asked) -> Page:
    from derivegen.formula.read.line import line_form, read_line
    from derivegen.render import text_page

    otherwise = asked.otherwise
    text = text_page.text_page(asked.document, asked.templates, otherwise)
    found = text_page.formulas_in(text)
    return Page(
        text_page.unmarked(text), found, lambda formula: read_line(formula, asked.functions, otherwise), line_form
    )


PAGES: dict[str, Callable[[Asked], Page]] = {
    "md": _markdown,
    "md-pandoc": _pandoc,
    "md-inline": _inline,
    "ipynb": _notebook,
    "docx": _docx,
    "latex": _latex,
    "typst": _typst,
    "slides": _slides,
    "html": _html,
    "text": _text,
}
