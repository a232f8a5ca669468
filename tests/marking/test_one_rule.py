"""One rule for a number that is asked for: `check` gives it the marks that the scheme and the files for classroom software give it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.exercise.exercise import Answer
from derivegen.exercise.reveal import MOST_ACCEPTED, beside, ranges
from derivegen.interop.items import Field, wrong_numbers
from derivegen.marking.findings import Marking
from derivegen.marking.judge.asked import Asked
from derivegen.marking.judge.task import Task
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.outcomes import singles
from tests.marking.test_mark import handed, task_of
from tests.often import times

FOUR = Rounding(4)
OF = Fraction(2)


def asked(task: Task) -> Iterator[str]:
    """The quantities that are asked for one by one: of each array the one in the middle; where somebody wants it, all."""
    arrays: dict[str, list[str]] = {}
    for name in (*task.graph.names(), *task.derivation.targets()):
        if not task.given(name) and task.number(task.own(name)) is not None:
            arrays.setdefault(re.sub(r"(\[\d+\])\[[\d\]\[]+\]", r"\1", name), []).append(name)
    for members in arrays.values():
        yield from times([members[len(members) // 2]], members)


def accepted(task: Task, name: str) -> tuple[str, ...]:
    own = task.own(name)
    hull, number = task.reached(own, FOUR), task.number(own)
    assert hull is not None and number is not None
    right = FOUR.text(number)
    return tuple(dict.fromkeys((right, *hull.texts(FOUR, MOST_ACCEPTED))))


def mistaken(task: Task, name: str) -> list[tuple[str, str]]:
    """What the mistakes of the catalogue lead to."""
    known = (mistake for mistake in CATALOGUE.values() if mistake.rewrite is not None)
    found = singles(task.right, task.own(name), known)
    texts = [(each.mistakes[0].identifier, FOUR.text(float(each.value))) for each in found]
    return [(identifier, text) for identifier, text in texts if "e" not in text]


def of_platforms(name: str, right: tuple[str, ...], wrong: list[tuple[str, str]], text: str) -> Fraction:
    """The marks that every format of classroom software gives."""
    own = tuple(wrong_numbers(OF, right, wrong, lambda _: (), FOUR))
    field = Field(Answer("1", name, "number", OF), "", (), right, ranges(right, FOUR), own)
    return OF * field.share(Decimal(text))


def in_full(text: str, right: tuple[str, ...]) -> str:
    """As somebody writes it who gives every number with four decimals, small ones with as many as the right one has."""
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(max(4, *(len(each.partition('.')[2]) for each in right)), '0')}"


def marks(marking: Marking) -> Fraction:
    return sum((each.marks for each in marking.findings if each.of), Fraction(0))


@pytest.mark.parametrize("example", ["article-004", "article-000"])
def test_check_gives_the_marks_of_classroom_software(example: str) -> None:
    plain = task_of(example)
    differ, count = [], 0
    for name in asked(plain):
        right, wrong = accepted(plain, name), mistaken(plain, name)
        task = Task(plain.derivation, plain.notation, FOUR, (Asked("1", name, name, "number", OF),))
        texts = [*right, *beside(right, FOUR), *(text for _, text in wrong)]
        for text in dict.fromkeys(in_full(text, right) for text in texts):
            count += 1
            here, there = marks(handed(task, f"{name},{text}")), of_platforms(name, right, wrong, text)
            differ += [(name, text, here, there)] if here != there else []
    assert count > 20
    assert differ == []
