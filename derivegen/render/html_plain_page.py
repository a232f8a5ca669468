"""An HTML page without any script: what a writer is given goes in, the page and its formulas come out."""

from __future__ import annotations

from derivegen.render.html_page import html_page, read
from derivegen.render.pages import Asked, Page


def write(asked: Asked) -> Page:
    """The page, with its formulas read back."""
    return read(asked, html_page(asked, scripts=False))
