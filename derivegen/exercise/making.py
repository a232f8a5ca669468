"""What is chosen for one student: a variant and its numbers go in; which mistakes show in them comes out."""

from __future__ import annotations

from derivegen.exercise.exercise import Variant
from derivegen.exercise.trace import ExerciseTrace
from derivegen.mistakes.also_mistaken import right_of

UNPRINTABLE = frozenset(("last-digit",))
"""Mistakes that show in a number only, not in a line."""


class Making:
    """The numbers that choices are made with; these depend on the code of the variant alone."""

    def __init__(self, variant: Variant, trace: ExerciseTrace) -> None:
        self.variant, self.trace = variant, trace
        self.right = right_of(trace.floats)

    @property
    def longer(self) -> str:
        """What more mistakes can be made with."""
        own = not self.trace.graph.layered
        return "a derivative over several nodes" if own else "a derivative by a weight of an earlier layer"

    def wrong(self, target: str) -> list[str]:
        """Mistakes that lead to a number of their own, in the order of the catalogue."""
        hidden = {each.mistake for each in self.variant.coinciding if each.quantity == target and not each.other}
        known = self.variant.wrong.get(target, {})
        return [mistake for mistake in known if mistake not in hidden | UNPRINTABLE]
