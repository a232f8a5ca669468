"""What the section `[exercise]` says: what sheets ask, which of several attempts counts, what becomes of marks for work that came late."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from derivegen.records import dataclass

Counting = Literal["last", "best", "first", "mean"]


@dataclass(frozen=True, slots=True)
class LateRule:
    """`due` by the clock on the wall; from then on each day begun costs the share `per_day` of all marks to be had, and nobody comes below
    the share `least` of them by that alone."""

    due: datetime
    per_day: Fraction
    least: Fraction = Fraction(0)

    def days(self, at: datetime) -> int:
        """The days begun after the hour it was due."""
        return max(0, -((self.due - at) // timedelta(days=1)))

    def taken(self, days: int, marks: Fraction, of: Fraction) -> Fraction:
        """What so many days take off `marks` of `of`."""
        return min(days * self.per_day * of, max(marks - self.least * of, Fraction(0)))


@dataclass(frozen=True, slots=True)
class Question:
    """One `[[exercise.ask]]`: what kind, of which quantities, for how many marks, with how many blanks."""

    kind: str | None = None
    of: tuple[str, ...] = ()
    marks: Fraction | None = None
    blanks: int | None = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """The keys of `[exercise]`; None where the file leaves the default."""

    vary: tuple[str, ...] | None = None
    digits: int | None = None
    tolerance: Fraction | None = None
    total_marks: Fraction | None = None
    hints: int | bool | None = None
    ask: tuple[Question, ...] = ()
    cancel: tuple[str, ...] = ()
    attempts: Counting | None = None
    late: LateRule | None = None
