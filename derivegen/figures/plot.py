"""What a plot shows, before anything is placed: a curve with its tangent, outputs beside their targets, a training run; and the marks
①②③ of the factors of a chain, as frozen values.

`curve_layout`, `targets_layout` and `run_layout` place them.
"""

from __future__ import annotations

from math import log10
from typing import Literal, TypeAlias

from derivegen.formula.tree import Formula
from derivegen.records import dataclass

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


@dataclass(frozen=True, slots=True)
class Scale:
    """A range in whole units, or in powers of ten, with its ticks: where each lies, from 0 to 1, and what is printed there."""

    low: int
    high: int
    ticks: tuple[tuple[float, Formula], ...]
    unit: float = 1.0
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Where a value lies: at 0 the low end, at 1 the high one."""
        return ((log10(value) if self.logarithmic else value / self.unit) - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Series:
    """What one diagram shows over the updates: its name, its values as (update, value), its axis upwards."""

    name: str
    samples: tuple[Sample, ...]
    up: Scale


@dataclass(frozen=True, slots=True)
class RunFigure:
    """A training run: a small diagram for each series over the same updates, side by side or, `stacked`, one below the other."""

    title: str
    description: str
    along: str
    updates: Scale
    series: tuple[Series, ...]
    stacked: bool = False
