"""A page shown in a notebook: what a writer is given goes in, Markdown with its figures in it comes out."""

from __future__ import annotations

import html
from base64 import b64encode

from derivegen.document.blocks import Picture
from derivegen.render.figures import figure_svg
from derivegen.render.pages import Asked, Page
from derivegen.render.pandoc_page import written


def write(asked: Asked) -> Page:
    """The page, with its formulas read back."""
    return written(asked, placed)


def placed(block: Picture, description: str) -> str:
    """A figure within the text; viewers of notebooks take an SVG that is the source of an image. What follows a tag without a blank line
    would be taken for HTML."""
    source = b64encode(figure_svg(block).encode()).decode()
    return f'<img alt="{html.escape(description)}" src="data:image/svg+xml;base64,{source}">\n'
