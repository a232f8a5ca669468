"""The numbers an exercise prints: those of a trace, and those of people who make mistakes (names as `mistaken_name` makes them)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from derivegen.calculus.evaluate import Numbers, Trace
from derivegen.formula.value import EXACT, precise
from derivegen.mistakes.mistaken import AlsoMistaken


@dataclass(frozen=True)
class ExerciseTrace(Trace):
    """A trace that knows what mistakes lead to."""

    @cached_property
    def floats(self) -> Numbers:
        """The numbers in double precision."""
        if self.rounding.carry == "rounded":
            return AlsoMistaken(self.derivation, keep=lambda number: float(self.rounding.text(number)))
        return AlsoMistaken(self.derivation)

    @cached_property
    def fractions(self) -> Numbers:
        """The numbers that are fractions."""
        if self.rounding.carry == "rounded":
            return AlsoMistaken(self.derivation, EXACT, keep=lambda number: Fraction(self.rounding.text(number)))
        return AlsoMistaken(self.derivation, EXACT)

    @cached_property
    def precise(self) -> Numbers:
        """The numbers at fifty digits."""
        return AlsoMistaken(self.derivation, precise())
