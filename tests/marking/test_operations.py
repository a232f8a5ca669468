"""The operation that went wrong in a line of numbers, by the result typed behind it."""

from __future__ import annotations

import pytest

from derivegen.formula.print.plain import plain
from derivegen.marking.judge.operations import MOST, operations
from derivegen.marking.judge.shown import shown
from derivegen.marking.read.answers import read_cell
from derivegen.notation.typed_names import Names
from tests.solved import solved


def found(calculation: str, result: str) -> list[tuple[str, str]]:
    solution = solved("article-004")
    names = Names(solution.graph, solution.notation)
    number = shown(read_cell(result, names, False))
    assert number is not None
    changes = operations(read_cell(calculation, names, False), number)
    return [(plain(part), "" if instead is None else plain(instead)) for part, instead in changes]


@pytest.mark.parametrize(
    ("calculation", "result", "part", "instead"),
    (
        ("-0.2277*0.5744", "-0.8021", "(−0.2277) · 0.5744", "−0.2277 − 0.5744"),
        ("-0.2277*0.5744", "0.3467", "(−0.2277) · 0.5744", "−0.2277 + 0.5744"),
        ("1/(1+e^(-0.3))", "0.4256", "e^(−0.3)", "e^(0.3)"),
        ("0.5*(0.3723-0.6)^2", "-0.1139", "(0.3723 − 0.6)²", "0.3723 − 0.6"),
        ("0.3*0.5744 + 0.2", "0.1723", "0.2", ""),
        ("0.3*0.5744 + 0.2", "-0.0277", "0.2", "−0.2"),
        ("0.3723 - 0.6", "0.9723", "−0.6", "0.6"),
        ("0.72/0.45", "0.324", "0.72/0.45", "0.72 · 0.45"),
    ),
)
def test_one_operation(calculation: str, result: str, part: str, instead: str) -> None:
    assert (part, instead) in found(calculation, result)
    assert len(found(calculation, result)) <= MOST


@pytest.mark.parametrize(
    ("calculation", "result"), (("0.4*0.5 + 0.1", "0.2"), ("0.4*0.5 + 0.1", "0.3517"), ("0.4*x + 0.1", "0.30"))
)
def test_few_digits_and_other_numbers_tell_nothing(calculation: str, result: str) -> None:
    assert found(calculation, result) == []
