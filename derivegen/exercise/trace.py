"""The numbers an exercise prints: those of a trace, and those of people who make mistakes (names as `mistaken_name` makes them)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

from derivegen.calculus.numbers.evaluate import Numbers, Trace
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.arithmetic.value import CALCULATOR, EXACT, FLOAT, precise
from derivegen.mistakes.also_mistaken import AlsoMistaken
from derivegen.mistakes.mistaken import Right
from derivegen.network.graph import Graph
from derivegen.network.network import Figure
from derivegen.records import dataclass, field

MOST_ABOVE, MOST_BELOW = 10, 10
"""Above and below the bar of a fraction that a sheet prints though it has an end as a decimal: 3/10, but 0.19."""


def given_text(graph: Graph, rounding: Rounding, given: Figure) -> str:
    """A given number as a sheet prints it; with `numbers = "fractions"` as a fraction where that is as short as hands want it."""
    number = Fraction(given)
    short = abs(number.numerator) < MOST_ABOVE and 1 < number.denominator <= MOST_BELOW
    return str(number) if short and graph.network.options.numbers == "fractions" else rounding.given_text(given)


@dataclass(frozen=True)
class ExerciseTrace(Trace):
    """A trace that knows what mistakes lead to. `right` is what the traces of one network share, whatever their numbers."""

    right: Right | None = field(default=None, compare=False)

    def text(self, name: str, more: int = 0) -> str:
        """The value as it is printed; what is given, as the fraction it is where its decimals are not all shown."""
        given = self.derivation.graph.givens.get(name)
        return super().text(name, more) if given is None else given_text(self.derivation.graph, self.rounding, given)

    @cached_property
    def as_given(self) -> Mapping[str, Fraction]:
        """What is given, as it is printed."""
        return {name: Fraction(self.text(name)) for name in self.graph.givens}

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
