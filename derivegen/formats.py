"""The formats that are built and those that are not: a format's name in, its ending or the sentence that refuses it out."""

from __future__ import annotations

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
}
"""The formats that are built, and the endings of their files."""
BINARY = ("pdf", "slides", "docx")
"""Those that are no text."""
WITH_BODY = ("md", "md-pandoc", "latex", "html")
"""Those of which the body can stand alone."""
WITH_FIGURES = ("md", "md-pandoc")
"""Those whose figures are files beside them."""
NOT_YET = ("moodle",)


def unknown_format(form: str) -> str:
    """The sentence for a format that is not there."""
    if form in NOT_YET:
        return f"--to {form}: not yet; built are {', '.join(FORMATS)}"
    return f"--to {form}: there is no such format; there are {', '.join(FORMATS)}"
