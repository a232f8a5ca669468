"""The lines of a working: a derivation, maybe with mistakes in it, and what is to be found go in; one line a quantity comes out, each after
those it uses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from derivegen.calculus.numbers.evaluate import delta_name
from derivegen.calculus.steps import Step
from derivegen.formula.tree import ONE, Formula, names_in
from derivegen.mistakes.mistake import CATALOGUE, Stage
from derivegen.mistakes.mistaken import Right
from derivegen.mistakes.outcomes import mistaken_name
from derivegen.network.names import is_delta
from derivegen.network.tables.activations import is_identity

STAGES: tuple[Stage, ...] = ("forward", "backward", "update")


class Line(NamedTuple):
    """What is found in one line and from what; `mistake` and `at` say whose line it is ("" for right working)."""

    name: str
    stage: Stage
    step: Step
    mistake: str = ""
    at: str = ""

    @property
    def reading(self) -> Formula:
        """What the quantity is computed from."""
        return self.step.reading

    def number(self, name: str) -> str:
        """The name of the number that a quantity has in this line."""
        return mistaken_name(name, self.mistake, self.at or None) if self.mistake else name

    def uses(self) -> frozenset[str]:
        """The quantities the line is computed from."""
        return frozenset(names_in(self.reading))


def working(right: Right, names: Iterable[str], mistake: str = "", at: str = "") -> tuple[Line, ...]:
    """The lines that lead to the quantities, the forward pass first. A linear unit's z and a are one symbol and so one line."""
    wrong = right.with_mistakes((CATALOGUE[mistake],), at or None) if mistake else None
    within = (CATALOGUE[mistake],) if mistake else ()
    found: dict[str, Line] = {}
    for asked in names:
        target = delta_name(right.graph, asked) if is_delta(asked) else asked
        for name in right.cone(target, True, within):
            stage, step = right.step(name)
            own = (wrong.of(name) if wrong is not None else None) or step
            if own is not None and name not in found and not (step is not None and _renames(step)):
                found[name] = Line(name, stage, own, mistake, at)
    return tuple(line for stage in STAGES for line in found.values() if line.stage == stage)


def _renames(step: Step) -> bool:
    """Whether a step only gives a quantity a second name: through a linear unit, forward or backward."""
    if len(step.terms) != 1:
        return False
    last = step.terms[0].factors[-1]
    return is_identity(last.rule) and (last.role != "slope" or last.reading == ONE)
