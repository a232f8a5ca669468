"""A Drawing goes in, Typst markup for it comes out: a figure with alternative text, drawn with built-ins only.

The page needs nothing defined; colours are written out so that the markup also stands alone.
"""

from __future__ import annotations

from derivegen.document.drawing import COLOURS, Arrow, Box, Circle, Drawing, Label, Shape, arrow_head, extent, shaft
from derivegen.formula.plain import plain
from derivegen.formula.typst import typst


def typst_figure(drawing: Drawing, alt: str) -> str:
    """The drawing as `#figure(alt: …, box(…))`, without a caption."""
    shapes = "\n".join(_shape(shape) for shape in drawing.shapes)
    box = f"box(width: {_n(drawing.width)}pt, height: {_n(drawing.height)}pt)[\n{shapes}\n]"
    return f'#figure(alt: {_quoted(alt)}, kind: "drawing", supplement: none, {box})\n'


def _shape(shape: Shape) -> str:
    match shape:
        case Circle((x, y), radius):
            return _put(x - radius, y - radius, f"circle(radius: {_n(radius)}pt, {_outline(shape)})")
        case Box((x, y), width, height):
            rectangle = (
                f"rect(width: {_n(width)}pt, height: {_n(height)}pt, radius: {_n(shape.corner)}pt, {_outline(shape)})"
            )
            return _put(x - width / 2, y - height / 2, rectangle)
        case Arrow():
            return _arrow(shape)
        case Label():
            return _label(shape)


def _outline(node: Circle | Box) -> str:
    dash = ", dash: (3pt, 2pt)" if node.dashed else ""
    return f"fill: {_colour(node.fill)}, stroke: (paint: {_colour(node.line)}, thickness: {_n(node.stroke)}pt{dash})"


def _arrow(arrow: Arrow) -> str:
    colour, dash = _colour(arrow.role), ", dash: (4.5pt, 2.5pt)" if arrow.dashed else ""
    lines = shaft(arrow)
    steps = [f"curve.move({_at(lines[0][0])})"]
    steps += [f"curve.{'line' if len(line) == 2 else 'cubic'}({', '.join(map(_at, line[1:]))})" for line in lines]
    stroke = f"stroke: (paint: {colour}, thickness: {_n(arrow.stroke)}pt{dash})"
    head = ", ".join(map(_at, arrow_head(arrow)))
    return _put(0, 0, f"curve({stroke}, {', '.join(steps)})") + "\n" + _put(0, 0, f"polygon(fill: {colour}, {head})")


def _label(label: Label) -> str:
    """The label, words by their capital height and all else by its ink, centred in a box wide enough that it never
    breaks."""
    (x, y), (width, height) = label.centre, extent(label.content, label.size)
    halo = _put(
        x - width / 2,
        y - height / 2,
        f"rect(width: {_n(width)}pt, height: {_n(height)}pt, radius: 2pt, fill: white.transparentize(15%))",
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
    return f"math.equation(alt: {_quoted(plain(label.content))}, ${typst(label.content)}$)"


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
