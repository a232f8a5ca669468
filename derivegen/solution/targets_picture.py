"""A pen goes in; a picture of how far every output is from its target comes out."""

from __future__ import annotations

from derivegen.document.blocks import Picture
from derivegen.document.pen import Pen
from derivegen.figures.plot import OutputLine, TargetsFigure
from derivegen.formula.tree import Value
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.solution.naming import printed

MOST = 6
"""Outputs that are drawn, a line each."""
ROOM = 0.08
"""Free room at both ends of the scale where nothing limits the outputs, in parts of the scale."""


def targets_picture(pen: Pen) -> Picture | None:
    """Outputs as dots and targets as bars; None without numbers, and of more outputs than can be compared at a glance."""
    if not pen.trace.known(pen.chain.root):
        return None
    outputs = pen.graph.outputs(pen.chain.row)
    if len(outputs) > MOST:
        return None
    lines = tuple(_line(pen, number, name) for number, name in enumerate(outputs, 1))
    entry = ACTIVATIONS.get(pen.graph.output.rule)
    low, high = (None, None) if entry is None else entry.limits
    least, greatest = _scale([number for line in lines for number in (line.output, line.target)], low, high)
    figure = TargetsFigure(
        pen.words.plain("figure.targets.title"),
        pen.words.plain(
            "figure.targets.description", lines=[_told(pen, *pair) for pair in zip(lines, outputs, strict=True)]
        ),
        lines,
        least,
        greatest,
    )
    between = [str(low), str(high)] if (least, greatest) == (low, high) else []
    return Picture("targets", figure, pen.say("figure.targets", count=len(lines), between=between))


def _line(pen: Pen, number: int, output: str) -> OutputLine:
    target = pen.graph.beside(output, pen.graph.target)
    names = pen.graph.network.target_names
    name = (
        names[number - 1]
        if names
        else pen.words.plain("figure.targets.output", number=number, count=pen.graph.n_outputs)
    )
    numbers = float(pen.trace.number(output)), float(pen.trace.number(target))
    return OutputLine(name, *numbers, Value(output), Value(target))


def _told(pen: Pen, line: OutputLine, output: str) -> str:
    target = pen.graph.beside(output, pen.graph.target)
    side = (line.output > line.target) - (line.output < line.target)
    numbers = {"output": printed(pen, output), "target": printed(pen, target)}
    return pen.words.plain("figure.targets.line", name=line.name, side=side, **numbers)


def _scale(numbers: list[float], low: float | None, high: float | None) -> tuple[float, float]:
    """From the least to the greatest number there can be, or, where nothing limits them or a target lies beyond, that there is."""
    least, greatest = min(numbers), max(numbers)
    room = ROOM * (greatest - least) or 1.0
    return (
        float(low) if low is not None and low <= least else least - room,
        float(high) if high is not None and high >= greatest else greatest + room,
    )
