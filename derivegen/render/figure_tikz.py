"""A Drawing goes in, a tikzpicture comes out: plain TikZ with the library arrows.meta, one line a shape, to be edited
by hand.

The page's preamble needs `\\usetikzlibrary{arrows.meta}` and the colours, for which `tikz_colours` writes the lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.figures.drawing import COLOURS, IN_PRINT, Arrow, Box, Circle, Drawing, Label, bundled, extent, shaft
from derivegen.figures.figure import Style
from derivegen.formula.print.latex import latex
from derivegen.render.latex_text import escape, in_formula


def tikz_colours(style: Style = "light") -> str:
    """The lines that define the colours dginput, dgslope, … where a document has not defined them otherwise."""
    used = {role: colour for role, colour in COLOURS.items() if style == "light" or role not in IN_PRINT}
    return "".join(
        f"\\providecolor{{dg{role}}}{{RGB}}{{{red},{green},{blue}}}\n" for role, (red, green, blue) in used.items()
    )


def tikz(drawing: Drawing) -> str:
    """The drawing as a tikzpicture in points with y upwards, exactly as large as the drawing."""
    corner = f"({_n(drawing.width)},{_n(-drawing.height)})"
    lines = [f"\\useasboundingbox (0,0) rectangle {corner};", *_lines(drawing)]
    body = "\n".join(f"  {line}" for line in lines)
    return f"\\begin{{tikzpicture}}[x=1bp, y=1bp]\n{body}\n\\end{{tikzpicture}}\n"


def _lines(drawing: Drawing) -> Iterator[str]:
    for shapes in bundled(drawing.shapes):
        if arrows := tuple(shape for shape in shapes if isinstance(shape, Arrow)):
            yield from _arrows(arrows)
        yield from (_shape(shape) for shape in shapes if not isinstance(shape, Arrow))


def _shape(shape: Circle | Box | Label) -> str:
    match shape:
        case Circle():
            return f"\\filldraw[{_outline(shape)}] {_at(shape.centre)} circle[radius={_n(shape.radius)}bp];"
        case Box((x, y), width, height):
            ends = _at((x - width / 2, y - height / 2)), _at((x + width / 2, y + height / 2))
            return f"\\filldraw[{_outline(shape)}, rounded corners={_n(shape.corner)}bp] {ends[0]} rectangle {ends[1]};"
        case Label():
            return _label(shape)


def _outline(node: Circle | Box) -> str:
    dashes = ", dash pattern=on 3bp off 2bp" if node.dashed else ""
    return f"fill=dg{node.fill}, draw=dg{node.line}, line width={_n(node.stroke)}bp{dashes}"


def _arrows(arrows: tuple[Arrow, ...]) -> Iterator[str]:
    """Arrows of one look, in a scope that says it once."""
    first = arrows[0]
    look = f"dg{first.role}, line width={_n(first.stroke)}bp"
    if first.dash:
        strokes = " ".join(f"{'off' if n % 2 else 'on'} {_n(length)}bp" for n, length in enumerate(first.dash))
        look += f", dash pattern={strokes}"
    if first.head:
        look += f", -{{Stealth[length={_n(first.head)}bp, width={_n(first.head * 0.76)}bp]}}"
    if len(arrows) == 1:
        yield f"\\draw[{look}] {_path(first)};"
        return
    yield f"\\begin{{scope}}[{look}]"
    yield from (f"\\draw {_path(arrow)};" for arrow in arrows)
    yield "\\end{scope}"


def _path(arrow: Arrow) -> str:
    pieces = [*shaft(arrow)]
    pieces[-1] = (*pieces[-1][:-1], arrow.points[-1])
    return _at(pieces[0][0]) + "".join(_to(piece) for piece in pieces)


def _to(piece: tuple[tuple[float, float], ...]) -> str:
    if len(piece) == 2:
        return f" -- {_at(piece[1])}"
    return f" .. controls {_at(piece[1])} and {_at(piece[2])} .. {_at(piece[3])}"


def _label(label: Label) -> str:
    content = (
        escape(label.content)
        if isinstance(label.content, str)
        else f"$\\displaystyle {in_formula(latex(label.content))}$"
    )
    font = f"\\fontsize{{{_n(label.size)}}}{{{_n(label.size * 1.2)}}}\\selectfont"
    anchor = ", anchor=base" if label.baseline else ""
    at = _at(label.baseline or label.centre)
    node = f"\\node[inner sep=0, text=dg{label.role}, font={font}{anchor}] at {at} {{{content}}};"
    if not label.halo:
        return node
    (x, y), (width, height) = label.centre, extent(label.content, label.size)
    ends = _at((x - width / 2, y - height / 2)), _at((x + width / 2, y + height / 2))
    return f"\\fill[dgpaper] {ends[0]} rectangle {ends[1]};\n  {node}"


def _at(point: tuple[float, float]) -> str:
    return f"({_n(point[0])},{_n(-point[1])})"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
