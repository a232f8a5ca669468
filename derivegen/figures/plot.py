"""What a plot shows, before anything is placed: a curve with its tangent, outputs beside their targets; and the marks ①②③ of the
factors of a chain, as frozen values.

`curve_layout` and `targets_layout` place them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from derivegen.formula.tree import Formula

Role: TypeAlias = Literal[1, 2, 3]
Sample: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of a factor by its role: ① how much the loss minds an activation, ② the slope of a unit, ③ what a weight is multiplied by.
    `route` tells the routes of one role apart: 1a, 1b."""

    role: Role
    route: str = ""

    @property
    def text(self) -> str:
        """What stands in its disc."""
        return f"{self.role}{self.route}"


Piece: TypeAlias = Formula | str | Mark
"""A part of a label: words, a formula, or a mark; side by side they are read as one."""


@dataclass(frozen=True, slots=True)
class CurveFigure:
    """A function of one quantity, `samples` from left to right, with the tangent of this `slope` at one of its points. Labels: of that
    place on the axis, of the height there, of the tangent, of the curve and of the axis; `levels` are heights the curve does not leave,
    each with what is written there. `downhill` are the words at an arrow in the direction in which the function falls."""

    title: str
    description: str
    samples: tuple[Sample, ...]
    at: Sample
    slope: float
    role: Role
    place: Formula
    tangent: tuple[Piece, ...]
    name: Formula | None = None
    height: Formula | None = None
    up: Formula | None = None
    levels: tuple[tuple[float, Formula], ...] = ()
    zero: Formula | None = None
    downhill: str = ""


@dataclass(frozen=True, slots=True)
class OutputLine:
    """An output and its target, each with what is printed there; how far apart they are is drawn."""

    name: str
    output: float
    target: float
    shown: Formula
    wanted: Formula


@dataclass(frozen=True, slots=True)
class TargetsFigure:
    """Outputs and targets, a line each, all on one scale from the least to the greatest."""

    title: str
    description: str
    lines: tuple[OutputLine, ...]
    least: float
    greatest: float
