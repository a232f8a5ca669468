"""Documents about one network go in; any format of them comes out, every line judged and every text read back before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.document.blocks import Document
from derivegen.document.inscribe import Texts
from derivegen.document.press import Press
from derivegen.document.verify import Judge
from derivegen.errors import InputError
from derivegen.records import dataclass
from derivegen.render.files import FOLDER
from derivegen.render.format import FIGURES, Format
from derivegen.render.pages import Asked, Page, Stops, no_cells
from derivegen.solution.program.live import Live


@dataclass(frozen=True)
class Printer:
    """A press with the numbers it prints; `cells` gives the calculations of a document for notebooks."""

    press: Press
    trace: Trace
    cells: Callable[[Document], Live] = lambda _: no_cells()

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
        self,
        document: Document,
        form: Format,
        figures: str = FOLDER,
        body: bool = False,
        texts: Texts | None = None,
        stops: Stops = (),
    ) -> Page:
        """A document as the text of a format, with other texts of its numbers if they are given; not read back. It begins with sections
        about `stops`. Raises InputError."""
        shown = self.inscribed(document) if texts is None else self.press.inscribed(document, texts)
        with self.press.templates.blamed():
            return form.writes().write(Asked(self.press, shown, figures, body, lambda: self.cells(document), stops))

    def text(
        self, document: Document, form: Format, figures: str = FOLDER, body: bool = False, stops: Stops = ()
    ) -> str:
        """A document as the text of a format, read back. Raises CheckFailed, InputError."""
        page = self.page(document, form, figures, body, stops=stops)
        with self.press.templates.blamed("the page does not show the document: "):
            self.judge.text(document, page.found, page.read, page.form)
        return page.text

    def content(
        self, document: Document, form: Format, figures: str = FOLDER, body: bool = False, engine: str = ""
    ) -> bytes:
        """A document in any format. Raises CheckFailed, InputError, MissingPart."""
        source = form.source(engine)
        text = self.text(document, source, figures, body and source is form)
        return self.finished(document, form, text, engine)

    def finished(self, document: Document, form: Format, text: str, engine: str = "") -> bytes:
        """The file of a format, made of the text of its source. Raises MissingPart."""
        if not form.binary:
            return text.encode()
        with self.press.templates.blamed():
            return form.source(engine).compiles().compiled(text, self.inscribed(document))

    def figures(self, document: Document, form: str = "svg") -> Mapping[str, bytes]:
        """The figures alone by file name: svg, pdf or tikz. Raises InputError."""
        from derivegen.render.figures import figures_as

        if form not in FIGURES:
            raise InputError(f"figures: there is no form {form!r}; there are {', '.join(FIGURES)}", "--figures")
        return figures_as(self.inscribed(document), form)
