"""What somebody has written goes in, with what it is held to; a marking comes out: every quantity and every sign of relation, judged.

Work is judged in its order: what follows from a wrong value is held to that value. In a table, which has no order, an answer comes after
those it is computed from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import cast

from derivegen.calculus.matrix import WrongShapes, has_arrays
from derivegen.calculus.rounding import Rounding
from derivegen.check.answers import Answer
from derivegen.check.chosen import judge_choice
from derivegen.check.equalities import Equalities, opened
from derivegen.check.explain import LAST_DIGIT, Why, Wrong, explain
from derivegen.check.findings import Finding, Marking, Place, Verdict
from derivegen.check.links import Link, Links, is_symbolic
from derivegen.check.numbers import Judged, Kept, expected_from, judge_number
from derivegen.check.shown import Shown, roundings_of_answer, roundings_of_working, shown
from derivegen.check.statements import Side, Statement, Unread
from derivegen.check.task import NO_NUMBER, Asked, Task
from derivegen.exercise.marks import method_marks
from derivegen.formula.tree import Array, Bracket, Call, Formula, Negative, Number, Quantity, walk

ONE = Fraction(1)
MOST_EXPLAINED = 40
"""Wrong numbers of one submission for which mistakes are looked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One chain about one number: the quantity (None if none is named), its sides with their formulas, and where it stands."""

    quantity: str | None
    sides: tuple[Side, ...]
    place: Place
    answer: str = ""


def mark(task: Task, found: Sequence[Statement | Unread | Answer], file: str = "") -> Marking:
    """The marking of one submission. Never raises for anything that somebody can have written."""
    marker = _Marker(task, file)
    for one in _in_order(task, found):
        marker.take(one)
    return Marking(tuple(marker.settled()), file=file)


def _in_order(task: Task, found: Sequence[Statement | Unread | Answer]) -> Iterator[Statement | Unread | Answer]:
    """Working as it stands, then the answers of tables, each after those it is computed from."""
    answers = [one for one in found if isinstance(one, Answer)]
    yield from (one for one in found if not isinstance(one, Answer))
    yield from sorted(answers, key=lambda one: task.order(task.own(one.quantity)) if one.quantity else (-1, 0, 0))
