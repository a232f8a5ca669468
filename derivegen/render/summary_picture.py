"""A network on one sheet as a picture: what a writer is given goes in, an SVG file comes out."""

from __future__ import annotations

from derivegen.document.blocks import Picture
from derivegen.formula.read.readback import read_latex
from derivegen.render.figures import small_svg
from derivegen.render.pages import Asked, Page


def write(asked: Asked) -> Page:
    """The picture; it has no formulas beside the figure."""
    (picture,) = (block for block in asked.document.blocks if isinstance(block, Picture))
    return Page(small_svg(picture), (), read_latex)
