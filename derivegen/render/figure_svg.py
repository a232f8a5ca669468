"""A Drawing goes in, a self-contained SVG picture comes out: labels are outlines (ziamath), so it looks the same
everywhere.

A white rounded rectangle lies behind it, for pages with a dark background.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from derivegen.document.drawing import COLOURS, Arrow, Box, Circle, Drawing, Label, Shape, arrow_head, extent, shaft
from derivegen.formula.latex import latex


def svg(drawing: Drawing, title: str, description: str) -> str:
    """The drawing as the text of an SVG file, with its title and description for readers who do not see it."""
    width, height = _n(drawing.width), _n(drawing.height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}pt" height="{height}pt" '
        f'viewBox="0 0 {width} {height}">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(description)}</desc>",
        f'<rect width="{width}" height="{height}" rx="6" fill="{_colour("paper")}"/>',
    ]
    with _plain_paths():
        parts += [_shape(shape) for shape in drawing.shapes]
    return "\n".join([*parts, "</svg>", ""])


def _shape(shape: Shape) -> str:
    match shape:
        case Circle((x, y), radius):
            return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"{_outline(shape)}/>'
        case Box((x, y), width, height):
            place = f'x="{_n(x - width / 2)}" y="{_n(y - height / 2)}" width="{_n(width)}" height="{_n(height)}"'
            return f'<rect {place} rx="{_n(shape.corner)}"{_outline(shape)}/>'
        case Arrow():
            return _arrow(shape)
        case Label():
            return _label(shape)


def _outline(node: Circle | Box) -> str:
    dashes = ' stroke-dasharray="3 2"' if node.dashed else ""
    return f' fill="{_colour(node.fill)}" stroke="{_colour(node.line)}" stroke-width="{_n(node.stroke)}"{dashes}'


def _arrow(arrow: Arrow) -> str:
    lines = shaft(arrow)
    path = f"M{_at(lines[0][0])}" + "".join(
        ("L" if len(line) == 2 else "C") + " ".join(map(_at, line[1:])) for line in lines
    )
    colour, dashes = _colour(arrow.role), ' stroke-dasharray="4.5 2.5"' if arrow.dashed else ""
    head = " ".join(map(_at, arrow_head(arrow)))
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{_n(arrow.stroke)}"{dashes}/>'
        f'<polygon points="{head}" fill="{colour}"/>'
    )


def _label(label: Label) -> str:
    from ziamath.zmath import Latex, Math

    colour = _colour(label.role)
    if isinstance(label.content, str):
        words = f'<math><mtext mathcolor="{colour}">{escape(label.content)}</mtext></math>'
        formula = Math(words, size=label.size)
    else:
        formula = Latex(latex(label.content), size=label.size, color=colour)
    group = ET.Element("g")
    x, y = label.baseline or label.centre
    formula.drawon(group, x, y, halign="center", valign="base" if label.baseline else "center")
    return _halo(label) + ET.tostring(group, encoding="unicode")


def _halo(label: Label) -> str:
    if not label.halo:
        return ""
    (x, y), (width, height) = label.centre, extent(label.content, label.size)
    place = f'x="{_n(x - width / 2)}" y="{_n(y - height / 2)}" width="{_n(width)}" height="{_n(height)}"'
    return f'<rect {place} rx="2" fill="{_colour("paper")}" fill-opacity="0.85"/>'


@contextmanager
def _plain_paths() -> Iterator[None]:
    """Outlines drawn in place instead of symbols with ids, which would clash where two pictures stand in one page."""
    from ziamath.config import config

    before, config.svg2 = config.svg2, False
    try:
        yield
    finally:
        config.svg2 = before


def _colour(role: str) -> str:
    red, green, blue = COLOURS[role]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _at(point: tuple[float, float]) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
