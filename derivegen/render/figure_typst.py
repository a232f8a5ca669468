"""A Drawing goes in, Typst markup for it comes out: a figure with alternative text, drawn with built-ins only.

The page needs nothing defined; colours are written out so that the markup also stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator

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
from derivegen.formula.print.plain import plain
from derivegen.formula.print.typst import typst


def typst_figure(drawing: Drawing, alt: str) -> str:
    """The drawing as `#figure(alt: …, box(…))`, without a caption."""
    shapes = "\n".join(text for shapes in bundled(drawing.shapes) for text in _drawn(shapes))
    box = f"box(width: {_n(drawing.width)}pt, height: {_n(drawing.height)}pt)[\n{shapes}\n]"
    return f'#figure(alt: {_quoted(alt)}, kind: "drawing", supplement: none, {box})\n'


def _drawn(shapes: tuple[Shape, ...]) -> Iterator[str]:
    if arrows := tuple(shape for shape in shapes if isinstance(shape, Arrow)):
        yield _arrows(arrows)
    yield from (_shape(shape) for shape in shapes if not isinstance(shape, Arrow))


def _shape(shape: Circle | Box | Label) -> str:
    match shape:
        case Circle((x, y), radius):
            return _put(x - radius, y - radius, f"circle(radius: {_n(radius)}pt, {_outline(shape)})")
        case Box((x, y), width, height):
            rectangle = (
                f"rect(width: {_n(width)}pt, height: {_n(height)}pt, radius: {_n(shape.corner)}pt, {_outline(shape)})"
            )
            return _put(x - width / 2, y - height / 2, rectangle)
        case Label():
            return _label(shape)


def _outline(node: Circle | Box) -> str:
    dash = ", dash: (3pt, 2pt)" if node.dashed else ""
    return f"fill: {_colour(node.fill)}, stroke: (paint: {_colour(node.line)}, thickness: {_n(node.stroke)}pt{dash})"


def _arrows(arrows: tuple[Arrow, ...]) -> str:
    """Arrows of one look: a curve for their lines, a curve for their heads."""
    first = arrows[0]
    colour = _colour(first.role)
    dash = f", dash: ({', '.join(f'{_n(d)}pt' for d in first.dash)})" if first.dash else ""
    lines = ", ".join(step for arrow in arrows for step in _line(arrow))
    stroke = f"stroke: (paint: {colour}, thickness: {_n(first.stroke)}pt{dash})"
    drawn = _put(0, 0, f"curve({stroke}, {lines})")
    if not first.head:
        return drawn
    heads = ", ".join(step for arrow in arrows for step in _head(arrow))
    return f"{drawn}\n{_put(0, 0, f'curve(fill: {colour}, {heads})')}"


def _line(arrow: Arrow) -> Iterator[str]:
    pieces = shaft(arrow)
    yield f"curve.move({_at(pieces[0][0])})"
    for piece in pieces:
        yield f"curve.{'line' if len(piece) == 2 else 'cubic'}({', '.join(map(_at, piece[1:]))})"


def _head(arrow: Arrow) -> Iterator[str]:
    tip, *others = arrow_head(arrow)
    yield f"curve.move({_at(tip)})"
    yield from (f"curve.line({_at(point)})" for point in others)
    yield "curve.close()"


def _label(label: Label) -> str:
    """The label, words by their capital height and all else by its ink, centred in a box wide enough that it never
    breaks."""
    (x, y), (width, height) = label.centre, extent(label.content, label.size)
    halo = _put(
        x - width / 2, y - height / 2, f"rect(width: {_n(width)}pt, height: {_n(height)}pt, radius: 2pt, fill: white)"
    )
    edges = ("cap-height", "baseline") if label.baseline else ("bounds", "bounds")
    size = f'size: {_n(label.size)}pt, fill: {_colour(label.role)}, top-edge: "{edges[0]}", bottom-edge: "{edges[1]}"'
    words = f"align(center + horizon, text({size}, {_content(label)}))"
    room = width + 20
    box = _put(x - room / 2, y - height, f"box(width: {_n(room)}pt, height: {_n(2 * height)}pt, {words})")
    return halo + "\n" + box if label.halo else box


def _content(label: Label) -> str:
    if isinstance(label.content, str):
        return _quoted(label.content)
    return f"math.equation(alt: {_quoted(plain(label.content))}, $display({typst(label.content)})$)"


def _put(x: float, y: float, thing: str) -> str:
    return f"#place(top + left, dx: {_n(x)}pt, dy: {_n(y)}pt, {thing})"


def _colour(role: str) -> str:
    red, green, blue = COLOURS[role]
    return f'rgb("#{red:02x}{green:02x}{blue:02x}")'


def _at(point: tuple[float, float]) -> str:
    return f"({_n(point[0])}pt, {_n(point[1])}pt)"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
