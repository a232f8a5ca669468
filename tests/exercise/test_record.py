"""What `exercises.json` and the tables say, and the counts that set the variants of a class side by side."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivegen.exercise.exercise import Answer, Question
from derivegen.exercise.record import answer_names, beginning, decimal_text, exercises_json, json_text
from derivegen.exercise.tally import Tally, rows, significant
from derivegen.network.file.load import load
from derivegen.network.graph import build

ONE = Fraction(1)


def test_answers_are_named_by_quantity_or_by_question() -> None:
    questions = (
        Question(1, "table", (Answer("1a", "z[1][1]", "number", ONE), Answer("1b", "loss", "number", ONE))),
        Question(2, "choice", (Answer("2", "dloss/dz[1][1]", "letter", ONE),)),
        Question(3, "values", (Answer("3a", "loss", "number", ONE), Answer("3b", "dloss/dz[1][1]", "number", ONE))),
        Question(4, "symbolic", (Answer("4", "dloss/dz[1][1]", "formula", ONE),)),
        Question(5, "find-error", (Answer("5a", "a[1][1]", "line", ONE), Answer("5b", "a[1][1]", "number", ONE))),
    )
    assert answer_names(questions) == {
        "1a": "z[1][1]",
        "1b": "loss",
        "2": "question 2",
        "3a": "question 3a",
        "3b": "dloss/dz[1][1]",
        "4": "question 4",
        "5a": "question 5a",
        "5b": "question 5b",
    }


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(1, 2), "0.5"),
        (Fraction(-3), "-3"),
        (Fraction(0), "0"),
        (Fraction("1e-30"), "0." + "0" * 29 + "1"),
        (Fraction(10**30), "1" + "0" * 30),
        (Fraction(1, 3), "1/3"),
        (0.1, "0.1"),
    ],
)
def test_numbers_as_they_are_typed(number: Fraction, text: str) -> None:
    assert decimal_text(number) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value="-1e60", max_value="1e60"))
def test_decimals_come_back_exactly(number: Decimal) -> None:
    exact = Fraction(number)
    assert Fraction(decimal_text(exact)) == exact
    assert Fraction(json.loads(json_text([exact]), parse_float=Decimal)[0]) == exact


def test_the_file_is_json_with_a_line_for_each_student() -> None:
    general: dict[str, Any] = {"derivegen": 1, "network": {"data": [[Fraction(1, 10), "ü"]]}}
    text = "".join(exercises_json(beginning(general), (json_text({"id": n}) for n in ("a", "b"))))
    assert json.loads(text) == {
        "derivegen": 1,
        "network": {"data": [[0.1, "ü"]]},
        "variants": [{"id": "a"}, {"id": "b"}],
    }
    assert '\n  {"id": "b"}\n' in text
    assert json.loads("".join(exercises_json(beginning(general), ())))["variants"] == []


# counts


def entry(code: str, x: str, points: float, value: float, **more: Any) -> dict[str, Any]:
    number = {"label": "1", "quantity": "loss", "form": "number", "value": value, "text": f"{value:.4f}"}
    letter = {"label": "2", "quantity": "loss", "form": "letter", "right": "B"}
    general = {"id": code[0], "variant": code, "difficulty": points, "draws": 3, "rejected": {"small": 2}}
    return {
        **general,
        "coinciding": [],
        "givens": {"x[1]": x, "w[1][1][1]": "0.25"},
        "answers": [number, letter],
        **more,
    }


CLASS = [
    entry("a", "0.5", 10, 0.125),
    entry("b", "-2", 30, 0.0375, rejected={"small": 1, "dead": 1}, coinciding=[["loss", "lost-half", ""]]),
    entry("c", "0.5", 20, 2.5, coinciding=[["loss", "lost-half", ""]]),
]


def tally() -> Tally:
    made = Tally(build(load("example:article-004")))
    for each in CLASS:
        made.add(each)
    return made


def test_counts_of_a_class() -> None:
    made = tally()
    assert (made.count, made.draws, made.duplicates) == (3, 9, 1)
    assert (made.easiest, made.hardest, made.difficulty.mean) == ("a", "b", 20)
    assert (made.given["x"].smallest, made.given["x"].largest) == (-2, Fraction(1, 2))
    assert made.given["x"].mean == Fraction(-1, 3)
    assert (made.asked["loss"].smallest, made.asked["loss"].largest) == (0.0375, 2.5)
    assert made.rejected == {"small": 5, "dead": 1}
    assert made.coinciding == {("loss", "lost-half", ""): 2}
    assert made.digits_given == {1: 3, 2: 3}
    assert made.digits_asked == {4: 1, 3: 1, 5: 1}


def test_arrays_of_given_numbers_are_those_of_the_graph() -> None:
    """Those that run backwards in time too, whose name has a word more: w_b[1]."""
    both = {"kind": "rnn", "units": 1, "bidirectional": True}
    data = {"inputs": [[[0.5], [1]], [[-1], [0.3]]], "targets": [[[0.2, 0.1]] * 2] * 2}
    made = Tally(build(load({"data": data, "layer": [both], "loss": {"name": "squared_error"}})))
    made.add(entry("a", "1", 10, 1, givens={"w_b[1][1][1]": "0.5", "b[1][1]": "1", "x[2][1]@2": "0.3", "rate": "0.1"}))
    assert [*made.given] == ["w_b[1]", "b[1]", "x", "rate"]


@pytest.mark.parametrize(
    ("text", "digits"),
    [("0.0450", 3), ("-0.5", 1), ("300", 1), ("301", 3), ("0", 1), ("1.20e-7", 3), ("10", 1), ("-12.50", 4)],
)
def test_significant_digits(text: str, digits: int) -> None:
    assert significant(text) == digits


def test_the_table_of_the_variants() -> None:
    header, first, *_ = rows(CLASS)
    assert dict(zip(header, first, strict=True)) == {
        "id": "a",
        "variant": "a",
        "difficulty": "10",
        "draws": "3",
        "rejected": "2",
        "coinciding": "0",
        "x[1]": "0.5",
        "w[1][1][1]": "0.25",
        "1 loss": "0.1250",
        "2 loss": "B",
    }
