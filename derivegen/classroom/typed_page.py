"""A document that holds what people typed goes in; its bytes in any format come out, judged as a whole without what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from derivegen.document.blocks import Document, Listing
from derivegen.errors import MissingPart
from derivegen.formula.tree import Formula
from derivegen.records import dataclass, fields, is_dataclass, replace
from derivegen.render.files import FOLDER
from derivegen.render.format import Format
from derivegen.render.printer import Printer

_FOREIGN = re.compile(
    "[^\n -~\xa0-\u024f\u0370-\u03ff\u0400-\u045f\u2010-\u2044\u2070-\u209f\u2100-\u214f\u2190-\u22ff\u2320-\u23ff\u2500-\u25ff]"
)
"""Letters and signs that our own fonts lack."""


@dataclass(frozen=True)
class TypedPage:
    """The document is printed with what people typed, so that nothing anybody types can pass for a formula of ours."""

    printer: Printer
    document: Document

    def content(self, form: Format, figures: str = FOLDER, body: bool = False) -> bytes:
        """It in a format; where no font of this machine has a letter that somebody typed, with a question mark for it. Raises CheckFailed,
        MissingPart."""
        bare = replace(self.document, blocks=tuple(map(_bare, self.document.blocks)))
        self.printer.text(bare, form.source(), figures)
        try:
            return self._printed(self.document, form, figures, body)
        except MissingPart:
            return self._printed(_in_letters(self.document), form, figures, body)

    def _printed(self, document: Document, form: Format, figures: str, body: bool) -> bytes:
        return self.printer.finished(document, form, self.printer.page(document, form.source(), figures, body).text)

    def figures(self) -> Mapping[str, bytes]:
        """Its figures by file name."""
        return self.printer.figures(self.document)


def _bare(block: Any) -> Any:
    return replace(block, code="") if isinstance(block, Listing) else block


def _in_letters(part: Any) -> Any:
    """Anything made of dataclasses and tuples with every text in it in letters and signs that our own fonts have."""
    if isinstance(part, str):
        return _FOREIGN.sub("?", part)
    if isinstance(part, tuple):
        return tuple(map(_in_letters, part))
    if is_dataclass(part) and not isinstance(part, type | Formula):
        return replace(part, **{each.name: _in_letters(getattr(part, each.name)) for each in fields(part)})
    return part
