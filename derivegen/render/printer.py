"""Documents about one network go in; any format of them comes out, every line judged and every text read back before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.document.blocks import Document
from derivegen.document.inscribe import Texts
from derivegen.document.press import Press
from derivegen.document.verify import Judge
from derivegen.errors import InputError
from derivegen.render.formats import unknown_format
from derivegen.solution.program.live import Live

if TYPE_CHECKING:
    from derivegen.render.pages import Page

FIGURES = "figures"
"""The folder of a document's figures, where nothing else is said."""


def no_cells(_: Document) -> Live:
    """What a document that is no solution has of calculations to do over."""
    return Live((), {})


@dataclass(frozen=True)
class Printer:
    """A press with the numbers it prints; `cells` gives the calculations of a document for notebooks."""

    press: Press
    trace: Trace
    cells: Callable[[Document], Live] = no_cells

    @cached_property
    def judge(self) -> Judge:
        """What holds documents to these numbers."""
        return Judge(self.trace, self.press.notation)

    def judged(self, document: Document) -> Document:
        """The document, every line of it judged. Raises CheckFailed."""
        self.judge.document(document)
        return document

    def inscribed(self, document: Document) -> Document:
        """The document with its notation and numbers put in; kept for the one printed last, which often has many formats."""
        if not self._last or self._last[0][0] is not document:
            self._last[:] = [(document, self.press.inscribed(document, self.trace))]
        return self._last[0][1]

    @cached_property
    def _last(self) -> list[tuple[Document, Document]]:
        return []

    def page(
        self, document: Document, form: str, figures: str = FIGURES, body: bool = False, texts: Texts | None = None
    ) -> Page:
        """A document in a text format, with other texts of its numbers if they are given; not read back. Raises InputError."""
        from derivegen.render.pages import PAGES, Asked

        if form not in PAGES:
            raise InputError(unknown_format(form), "--to")
        shown = self.inscribed(document) if texts is None else self.press.inscribed(document, texts)
        with self.press.templates.blamed():
            return PAGES[form](Asked(self.press, shown, figures, body, lambda: self.cells(document)))

    def text(self, document: Document, form: str, figures: str = FIGURES, body: bool = False) -> str:
        """A document in a text format, read back. Raises CheckFailed, InputError."""
        page = self.page(document, form, figures, body)
        with self.press.templates.blamed("the page does not show the document: "):
            self.judge.text(document, page.found, page.read, page.form)
        return page.text

    def content(
        self, document: Document, form: str, figures: str = FIGURES, body: bool = False, engine: str = "typst"
    ) -> bytes:
        """A document in any format. Raises CheckFailed, InputError, MissingPart."""
        source = source_of(form, engine)
        return self.finished(document, form, self.text(document, source, figures, body and source == form), engine)

    def finished(self, document: Document, form: str, source: str, engine: str = "typst") -> bytes:
        """What is made of the text of a format: of most the bytes of the text itself. Raises MissingPart."""
        with self.press.templates.blamed():
            if form == "docx":
                from derivegen.render.docx_page import docx

                return docx(source, self.inscribed(document))
            if form == "pdf" and engine == "latex":
                from derivegen.render.latex_engine import latex_pdf

                return latex_pdf(source)
            if form in ("pdf", "slides"):
                from derivegen.render.typst_page import pdf

                return pdf(source)
        return source.encode()

    def figures(self, document: Document, form: str = "svg") -> Mapping[str, bytes]:
        """The figures alone by file name: svg, pdf or tikz. Raises InputError."""
        from derivegen.render.figures import FORMS, figures_as

        if form not in FORMS:
            raise InputError(f"figures: there is no form {form!r}; there are {', '.join(FORMS)}", "--figures")
        return figures_as(self.inscribed(document), form)


def source_of(form: str, engine: str = "typst") -> str:
    """The text format a format is made of."""
    return form if form != "pdf" else "latex" if engine == "latex" else "typst"
