"""The formats that are built and those that are not: a format's name in, its ending or the sentence that refuses it out."""

from __future__ import annotations

from collections.abc import Iterable

FORMATS = {
    "pdf": "pdf",
    "slides": "slides.pdf",
    "md": "md",
    "md-pandoc": "pandoc.md",
    "latex": "tex",
    "html": "html",
    "ipynb": "ipynb",
    "docx": "docx",
    "text": "txt",
    "json": "json",
    "npz": "npz",
}
"""The formats that are built, and the endings of their files."""
OF_SHEETS = ("moodle", "selfcheck")
"""Those of exercise sheets alone: `sheet` knows them besides the others."""
OF_SOLUTIONS = ("npz",)
"""Those of worked solutions alone: `sheet` does not know them."""
BINARY = ("pdf", "slides", "docx", "npz")
"""Those that are no text."""
WITH_BODY = ("md", "md-pandoc", "latex", "html")
"""Those of which the body can stand alone."""
WITH_FIGURES = ("md", "md-pandoc")
"""Those whose figures are files beside them."""


def unknown_format(form: str, known: Iterable[str] = FORMATS) -> str:
    """The sentence for a format that is not there."""
    if form in OF_SHEETS:
        return f"--to {form}: this is for exercise sheets; write derivegen sheet, or take one of {', '.join(known)}"
    return f"--to {form}: there is no such format; there are {', '.join(known)}"
