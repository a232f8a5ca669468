"""The formats that are built and those that are not: a format's name in, its ending or the sentence that refuses it out."""

from __future__ import annotations

FORMATS = {"pdf": "pdf", "md": "md", "latex": "tex", "json": "json"}
"""The formats that are built, and the endings of their files."""
NOT_YET = ("html", "ipynb", "text", "slides", "docx", "md-pandoc", "moodle")


def unknown_format(form: str) -> str:
    """The sentence for a format that is not there."""
    if form in NOT_YET:
        return f"--to {form}: not yet; built are {', '.join(FORMATS)}"
    return f"--to {form}: there is no such format; there are {', '.join(FORMATS)}"
