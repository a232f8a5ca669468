"""A quantity's name goes in; how a file is called after it, and how its number stands in words for listeners, come out."""

from __future__ import annotations

from derivegen.document.pen import Pen


def file_name(name: str) -> str:
    """A part of a file's name."""
    return name.replace("][", "-").replace("[", "-").replace("]", "").replace("@", "-row-")


def printed(pen: Pen, name: str) -> str:
    """The number of a quantity as the document prints it."""
    return pen.trace.text(name).replace(".", pen.press.decimal).replace("-", "−")
