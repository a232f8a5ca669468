"""The places of a drawing that can be pointed at: a drawing goes in; an empty picture of its size comes out, that says where each of its
quantities lies. A script fills it; without one it is nothing.
"""

from __future__ import annotations

from derivegen.figures.drawing import Arrow, Box, Circle, Drawing, Label


def spots(drawing: Drawing) -> str:
    """A quantity's name, and the middle of its node with half its width and height, or the points of its arrow; one behind the other,
    between semicolons. "" where nothing can be pointed at."""
    pointed = [shape for shape in drawing.shapes if not isinstance(shape, Label) and shape.of]
    places = ";".join(f"{shape.of} {_place(shape)}" for shape in pointed)
    if not places:
        return ""
    width, height = f"{drawing.width:.2f}", f"{drawing.height:.2f}"
    return f'<svg class="spots" viewBox="0 0 {width} {height}" style="--width:{width}" data-spots="{places}"></svg>'


def _place(shape: Circle | Box | Arrow) -> str:
    match shape:
        case Circle((x, y), radius):
            return _numbers("o", x, y, radius, radius)
        case Box((x, y), width, height):
            return _numbers("o", x, y, width / 2, height / 2)
        case Arrow():
            return _numbers("-", *(number for point in shape.points for number in point))


def _numbers(kind: str, *numbers: float) -> str:
    return " ".join((kind, *(f"{number:.1f}" for number in numbers)))
