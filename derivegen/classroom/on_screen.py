"""A sheet and what prints it go in; its files for a screen come out, judged and read back: one checks itself, three are filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivegen.document.blocks import Document
from derivegen.exercise.pages.fields import fields
from derivegen.exercise.pages.screen import Screen
from derivegen.exercise.pages.work import Sheet
from derivegen.formula.read.readback import read_mathml
from derivegen.records import dataclass
from derivegen.render.form_docx import form_docx
from derivegen.render.form_page import form_page
from derivegen.render.form_pdf import form_pdf
from derivegen.render.format import FORM, Format
from derivegen.render.html_page import formulas_in
from derivegen.render.printer import Printer
from derivegen.render.selfcheck_page import SelfCheck


@dataclass(frozen=True, slots=True)
class OnScreen:
    """Makes the pages of one sheet."""

    sheet: Sheet
    printer: Printer

    def selfcheck(self, accepted: Callable[[str], tuple[str, ...]], text: Callable[[str], str]) -> str:
        """The page that checks the answers. Raises CheckFailed."""
        document = self.printer.judged(Screen(self.sheet).document("selfcheck"))
        page = SelfCheck(self.sheet, accepted, text)
        return self._read_back(document, page.page(self.printer.inscribed(document)))

    def html(self, table: Sequence[Sequence[str]], file: str) -> bytes:
        """The page that saves the table of answers as that file. Raises CheckFailed."""
        document = self.printer.judged(Screen(self.sheet).form("form.page"))
        made = form_page(self.sheet, self.printer.inscribed(document), table, file)
        return self._read_back(document, made).encode()

    def file(self, form: Format) -> bytes:
        """The PDF or Word document with fields. Raises CheckFailed, MissingPart."""
        document = self.printer.judged(Screen(self.sheet).form("form.opening"))
        own, source, code = fields(self.sheet), form.source(), self.sheet.exercise.variant.code
        text = self.printer.text(document, source)
        if form == FORM:
            return form_pdf(text, own, code, self.sheet.pen.press.templates, document.theme.font)
        return form_docx(self.printer.finished(document, source, text), own, code)

    def _read_back(self, document: Document, made: str) -> str:
        self.printer.judge.text(document, formulas_in(made), read_mathml)
        return made
