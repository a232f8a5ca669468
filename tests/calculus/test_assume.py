"""Assumptions: which branch of a formula's cases they settle."""

from __future__ import annotations

import operator

import pytest

from derivegen.calculus.assume import implied, read_assumption, settled
from derivegen.formula.tree import ONE, ZERO, Cases, Compare, Number, Quantity

SIGNS = {"<": operator.lt, "≤": operator.le, ">": operator.gt, "≥": operator.ge, "=": operator.eq}
GATE = Cases(((ONE, Compare(Quantity("z[1][1]@r"), ">", ZERO)), (ZERO, None)))


@pytest.mark.parametrize("known", SIGNS)
@pytest.mark.parametrize("asked", ["<", "≤", ">", "≥"])
@pytest.mark.parametrize("bound", [-1, 0, 1])
def test_an_answer_is_that_of_every_number_the_assumption_allows(known: str, asked: str, bound: int) -> None:
    allowed = [n / 2 for n in range(-20, 21) if SIGNS[known](n / 2, bound)]
    answers = {SIGNS[asked](x, 0) for x in allowed}
    expected = answers.pop() if len(answers) == 1 else None
    z = Quantity("z[1][1]")
    assert implied(Compare(z, known, Number(str(bound))), Compare(z, asked, ZERO)) == expected  # type: ignore[arg-type]


def test_an_assumption_without_an_example_speaks_of_every_one() -> None:
    on, off = read_assumption("z[1][1] > 0"), read_assumption("z[1][1] <= 0")
    assert settled(GATE, [on]) == (ONE, on)
    assert settled(GATE, [off]) == (ZERO, off)
    assert settled(GATE, [read_assumption("z[1][2] > 0")]) is None
    assert settled(GATE, [read_assumption("z[1][1] > -1")]) is None
