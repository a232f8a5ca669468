"""The figures of a document as files: an inscribed document goes in, SVG texts by file name come out."""

from __future__ import annotations

from derivegen.document.blocks import Curves, Document, Picture
from derivegen.document.drawing import lay_out
from derivegen.render.curves import curves
from derivegen.render.figure_svg import svg


def figure_files(document: Document) -> dict[str, str]:
    """An SVG for every picture and curve."""
    found: dict[str, str] = {}
    for block in document.blocks:
        if isinstance(block, Picture):
            found[f"{block.key}.svg"] = svg(lay_out(block.figure), block.figure.title, block.figure.description)
        elif isinstance(block, Curves):
            found[f"{block.key}.svg"] = curves_svg(block)
    return found


def curves_svg(block: Curves) -> str:
    """Loss and gradient norm over the updates."""
    x_label, loss, norm = block.labels
    return curves((block.loss, block.gradient_norm), x_label, (loss, norm), title=loss, description=block.description)
