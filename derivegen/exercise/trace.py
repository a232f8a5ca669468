"""The numbers an exercise prints: those of a trace, and those of people who make mistakes (names as `mistaken_name` makes them)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from derivegen.calculus.evaluate import Numbers, Trace
from derivegen.formula.value import EXACT, FLOAT, Arithmetic, precise
from derivegen.mistakes.mistaken import AlsoMistaken, Right


@dataclass(frozen=True)
class ExerciseTrace(Trace):
    """A trace that knows what mistakes lead to. `right` is what the traces of one network share, whatever their numbers."""

    right: Right | None = field(default=None, compare=False)

    @cached_property
    def floats(self) -> Numbers:
        """The numbers in double precision."""
        return self._in(FLOAT, float)

    @cached_property
    def fractions(self) -> Numbers:
        """The numbers that are fractions."""
        return self._in(EXACT, Fraction)

    @cached_property
    def precise(self) -> Numbers:
        """The numbers at fifty digits."""
        return AlsoMistaken(self.derivation, precise(), right=self._shared)

    def _in(self, arithmetic: Arithmetic, read: Callable[[str], Any]) -> Numbers:
        rounded = self.rounding.carry == "rounded"
        keep = (lambda number: read(self.rounding.text(number))) if rounded else None
        return AlsoMistaken(self.derivation, arithmetic, keep=keep, right=self._shared)

    @cached_property
    def _shared(self) -> Right:
        return Right(self.derivation) if self.right is None else self.right
