"""What was measured, as values: a figure with its quartiles, the goal it is held to, and a row of the Markdown table made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

HEAD = "| what | goal | median | quartiles | met | ours | beside it |\n|---|---|---|---|---|---|---|"


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of what was found, between its quartiles."""

    low: float
    middle: float
    high: float


def spread(found: Sequence[float]) -> Spread:
    """The quartiles of at least one figure."""
    if len(found) == 1:
        return Spread(found[0], found[0], found[0])
    low, _, high = quantiles(found, n=4, method="inclusive")
    return Spread(low, median(found), high)


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit: at most it, or at least it."""

    limit: float
    least: bool = False

    def met_by(self, found: float) -> bool:
        """Whether the figure keeps the limit."""
        return found >= self.limit if self.least else found <= self.limit


def at_most(limit: float) -> Goal:
    """A goal that smaller figures meet."""
    return Goal(limit)


def at_least(limit: float) -> Goal:
    """A goal that larger figures meet."""
    return Goal(limit, least=True)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One row. Nothing is `found` where the peer is missing, and `beside` says how to get it."""

    what: str
    found: Spread | None
    unit: str = "×"
    goal: Goal | None = None
    ours: str = ""
    beside: str = ""


def row(measured: Measurement) -> str:
    """A line of the table."""
    found, goal = measured.found, measured.goal
    sign = "" if goal is None else "≥ " if goal.least else "≤ "
    wanted = "–" if goal is None else sign + figure(goal.limit, measured.unit)
    middle, quartiles, met = "–", "", "–"
    if found is not None:
        middle = figure(found.middle, measured.unit)
        if found.low != found.high:
            quartiles = f"{figure(found.low, measured.unit)} … {figure(found.high, measured.unit)}"
        if goal is not None:
            met = "yes" if goal.met_by(found.middle) else "**no**"
    cells = (measured.what, wanted, middle, quartiles, met, measured.ours, measured.beside)
    return f"| {' | '.join(cells)} |"


def figure(value: float, unit: str) -> str:
    """A figure with its unit, three digits of it."""
    if unit == "s":
        return duration(value)
    digits = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{digits} {unit}".rstrip()


def duration(seconds: float) -> str:
    """Seconds in the unit that suits them."""
    for size, unit in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"
