"""A TargetsFigure goes in, a Drawing comes out: a line for each output with a bar at its target, a dot where the output is, and an arrow
from the dot to the bar."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.figures.extents import extent
from derivegen.figures.plot import OutputLine, TargetsFigure
from derivegen.figures.shapes import Arrow, Circle, Drawing, Label, Shape

LENGTH, PITCH = 215.0, 27.0
SIZE = 8.5
DOT, BAR = 3.2, 5.5
"""The radius of a dot; half the height of a bar."""
APART = 6.0
"""The least distance between the two numbers of a line."""
HEAD = 5.5


def lay_out_targets(figure: TargetsFigure) -> Drawing:
    """The lines, one below the other; each begins at 0."""
    before = max(extent(line.name, SIZE)[0] for line in figure.lines)
    shapes = tuple(shape for row, line in enumerate(figure.lines) for shape in _line(figure, line, PITCH * row, before))
    return Drawing(0.0, 0.0, shapes)


def _line(figure: TargetsFigure, line: OutputLine, y: float, before: float) -> Iterator[Shape]:
    def at(number: float) -> float:
        return LENGTH * (number - figure.least) / (figure.greatest - figure.least)

    output, target = at(line.output), at(line.target)
    yield Arrow(((0.0, y), (LENGTH, y)), "pale", 0.9, head=0.0)
    if abs(output - target) > DOT + 2.0:
        yield Arrow(((output, y), (target, y)), "upstream", 1.1, head=min(HEAD, abs(output - target) - DOT))
    yield Arrow(((target, y - BAR), (target, y + BAR)), "ink", 1.4, head=0.0)
    yield Circle((output, y), DOT, "ink", "ink", 0.0)
    yield Label((-10.0 - before / 2, y), line.name, SIZE)
    yield from _numbers(line, output, target, y)


def _numbers(line: OutputLine, output: float, target: float, y: float) -> Iterator[Label]:
    """The two numbers above their places; moved away from each other where they would touch."""
    wide, tall = extent(line.shown, SIZE)
    other, _ = extent(line.wanted, SIZE)
    overlap = (wide + other) / 2 + APART - abs(output - target)
    shift = max(0.0, overlap / 2) * (1 if output >= target else -1)
    up = y - BAR - 2.0 - tall / 2
    yield Label((output + shift, up), line.shown, SIZE)
    yield Label((target - shift, up), line.wanted, SIZE, "line")
