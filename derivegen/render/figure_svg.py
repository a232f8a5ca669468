"""A Drawing goes in, a self-contained SVG picture comes out: labels are outlines (ziamath), so it looks the same
everywhere.

A white rounded rectangle lies behind it, for pages with a dark background.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape

from derivegen.figures.drawing import (
    COLOURS,
    Arrow,
    Box,
    Circle,
    Drawing,
    Label,
    Shape,
    arrow_head,
    bundled,
    extent,
    shaft,
)
from derivegen.render.outlines import outlines

Write = Callable[[Label, str], str]
"""What draws the letters of a label, given what colours them."""


def _outlined(label: Label, look: str) -> str:
    return f'<path d="{outlines(label)}"{look}/>'


def svg(drawing: Drawing, title: str, description: str, write: Write = _outlined) -> str:
    """The drawing as the text of an SVG file, with its title and description for readers who do not see it."""
    width, height = _n(drawing.width), _n(drawing.height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}pt" height="{height}pt" '
        f'viewBox="0 0 {width} {height}">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(description)}</desc>",
        f'<rect width="{width}" height="{height}" rx="6" fill="{_colour("paper")}"/>',
    ]
    parts += [text for shapes in bundled(drawing.shapes) for text in _drawn(shapes, write)]
    return "\n".join([*parts, "</svg>", ""])


def _drawn(shapes: tuple[Shape, ...], write: Write) -> Iterator[str]:
    if arrows := tuple(shape for shape in shapes if isinstance(shape, Arrow)):
        yield _arrows(arrows)
    yield from (_shape(shape, write) for shape in shapes if not isinstance(shape, Arrow))


def _shape(shape: Circle | Box | Label, write: Write) -> str:
    match shape:
        case Circle((x, y), radius):
            return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"{_outline(shape)}/>'
        case Box((x, y), width, height):
            place = f'x="{_n(x - width / 2)}" y="{_n(y - height / 2)}" width="{_n(width)}" height="{_n(height)}"'
            return f'<rect {place} rx="{_n(shape.corner)}"{_outline(shape)}/>'
        case Label():
            return _halo(shape) + write(shape, f' fill="{_colour(shape.role)}"')


def _outline(node: Circle | Box) -> str:
    dashes = ' stroke-dasharray="3 2"' if node.dashed else ""
    return f' fill="{_colour(node.fill)}" stroke="{_colour(node.line)}" stroke-width="{_n(node.stroke)}"{dashes}'


def _arrows(arrows: tuple[Arrow, ...]) -> str:
    """Arrows of one look: a path for their lines, a path for their heads."""
    first = arrows[0]
    colour = _colour(first.role)
    dashes = f' stroke-dasharray="{" ".join(map(_n, first.dash))}"' if first.dash else ""
    lines = "".join(map(_line, arrows))
    drawn = f'<path d="{lines}" fill="none" stroke="{colour}" stroke-width="{_n(first.stroke)}"{dashes}/>'
    if not first.head:
        return drawn
    heads = "".join(f"M{'L'.join(map(_at, arrow_head(arrow)))}Z" for arrow in arrows)
    return f'{drawn}\n<path d="{heads}" fill="{colour}"/>'


def _line(arrow: Arrow) -> str:
    pieces = shaft(arrow)
    return f"M{_at(pieces[0][0])}" + "".join(
        ("L" if len(piece) == 2 else "C") + " ".join(map(_at, piece[1:])) for piece in pieces
    )


def _halo(label: Label) -> str:
    if not label.halo:
        return ""
    (x, y), (width, height) = label.centre, extent(label.content, label.size)
    place = f'x="{_n(x - width / 2)}" y="{_n(y - height / 2)}" width="{_n(width)}" height="{_n(height)}"'
    return f'<rect {place} rx="2" fill="{_colour("paper")}"/>'


def _colour(role: str) -> str:
    red, green, blue = COLOURS[role]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _at(point: tuple[float, float]) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
