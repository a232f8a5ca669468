"""Documents and sentences as they stand inside of a page of the server: judged, read back, and in MathML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derivegen.document.blocks import Document, Paragraph, Prose
from derivegen.document.pen import Pen
from derivegen.formula.read.readback import read_mathml
from derivegen.render.environment import Templates
from derivegen.render.html_page import escape, formulas_in, page_values, unbroken
from derivegen.render.pages import Stops
from derivegen.render.printer import Printer
from derivegen.web.words import words_of


def filled(name: str, language: str, up: str = "", **values: Any) -> str:
    """A template of the server with the words of the language; `up` leads to where the pages are. Raises InputError."""
    own = {"say": words_of(language), "language": language, "up": up}
    return unbroken(Templates().page(f"web/{name}.jinja", escape, {}, **own, **values))


def shown(printer: Printer, document: Document, language: str, stops: Stops = ()) -> str:
    """The inside of a judged document, read back. Raises CheckFailed."""
    text = _filled(printer, document, language, stops)
    printer.judge.text(document, formulas_in(text), read_mathml)
    return text


def shown_as_typed(printer: Printer, document: Document, bare: Document, language: str) -> str:
    """The same of a document that holds what somebody typed; without that it is read back. Raises CheckFailed."""
    shown(printer, bare, language)
    return _filled(printer, document, language)


def sentences(pen: Pen, language: str, said: Mapping[str, tuple[Prose, ...]]) -> Mapping[str, list[str]]:
    """Sentences in MathML, under the same keys."""
    proses = [prose for some in said.values() for prose in some]
    document = Document("", tuple(map(Paragraph, proses)), language=language)
    values = page_values(pen.press.inscribed(document, pen.trace), pen.press)
    written = iter([block.text for part in values["parts"] for block in part.blocks])
    return {key: [next(written) for _ in some] for key, some in said.items()}


def _filled(printer: Printer, document: Document, language: str, stops: Stops = ()) -> str:
    values = page_values(printer.press.inscribed(document, printer.trace), printer.press, stops)
    wanted = {key: values[key] for key in ("document", "deeper", "parts", "stops", "figures")}
    return filled("solution.html", language, **wanted)
