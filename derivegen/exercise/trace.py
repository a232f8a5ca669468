"""The numbers an exercise prints: those of a trace, and those of people who make mistakes (names as `mistaken_name` makes them)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from derivegen.calculus.numbers.evaluate import Numbers, Trace
from derivegen.formula.arithmetic.value import CALCULATOR, EXACT, FLOAT, precise
from derivegen.mistakes.mistaken import AlsoMistaken, Right


@dataclass(frozen=True)
class ExerciseTrace(Trace):
    """A trace that knows what mistakes lead to. `right` is what the traces of one network share, whatever their numbers."""

    right: Right | None = field(default=None, compare=False)

    @cached_property
    def floats(self) -> Numbers:
        """The numbers in double precision; of those that are carried on as printed, the fractions they are."""
        if self.carried:
            given, keep = self.as_given, self.rounding.fraction
            return AlsoMistaken(self.derivation, CALCULATOR, given, keep=keep, right=self._shared)
        return AlsoMistaken(self.derivation, FLOAT, right=self._shared)

    @cached_property
    def fractions(self) -> Numbers:
        """The numbers that are fractions."""
        return self.floats if self.carried else AlsoMistaken(self.derivation, EXACT, right=self._shared)

    @cached_property
    def precise(self) -> Numbers:
        """The numbers at fifty digits."""
        return AlsoMistaken(self.derivation, precise(), right=self._shared)

    @cached_property
    def closer(self) -> Numbers:
        """The numbers at a hundred digits."""
        return AlsoMistaken(self.derivation, precise(100), right=self._shared)

    def number(self, name: str) -> float:
        """The value in double precision; numbers made for hands need no more."""
        return float(self.floats[name])

    @cached_property
    def _shared(self) -> Right:
        return Right(self.derivation) if self.right is None else self.right
