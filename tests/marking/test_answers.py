"""Tables of answers: digits as typed, one submission or a class."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import pytest

from derivegen.formula.print.plain import plain
from derivegen.marking.judge.task import Task
from derivegen.marking.marking import mark
from derivegen.marking.read.answers import read_answers
from derivegen.notation.typed_names import Names
from tests.solved import solved


@lru_cache(maxsize=4)
def names() -> Names:
    solution = solved("article-004")
    return Names(solution.graph, solution.notation)


def said(text: str, table: Any) -> list[tuple[str, str, list[tuple[str | None, str]]]]:
    return [
        (one.student, one.variant, [(a.quantity, plain(a.formula) if a.formula else a.problem) for a in one.answers])
        for one in read_answers(text, names(), table)
    ]


G2, W1 = "dloss/dw[2][1][1]", "w[1][1][1]'"


def test_a_table_of_quantities() -> None:
    text = "quantity,symbol,answer\ndL/dw2,x,-0.13080\nw[1][1][1]',,0.4008\nfoo,,3\nL,,\nh,,1/(1+\n"
    read = [(G2, "−0.13080"), (W1, "0.4008"), (None, "unknown-name"), ("a[1][1]", "early-end")]
    assert said(text, "csv") == [("", "", read)]


def test_its_places_are_those_of_the_answers() -> None:
    (one,) = read_answers("quantity,answer\nL,0.0259\ny,0.3723\n", names(), "csv")
    assert [(answer.line, answer.column, answer.text) for answer in one.answers] == [(2, 2, "0.0259"), (3, 2, "0.3723")]


def test_semicolons_and_decimal_commas() -> None:
    assert said("\ufeffquantity;answer;variant\nL;0,0259;K7\n", "csv") == [("", "K7", [("loss", "0.0259")])]


def test_a_table_without_a_head() -> None:
    assert said("L,0.0259\ndL/dw2,-0.131\n", "csv") == [("", "", [("loss", "0.0259"), (G2, "−0.131")])]


def test_a_class() -> None:
    text = "id,dL/dw2,w1',note,variant\n7,-0.1308,0.4008,hi,A\n8,-0.13,,=cmd|x,B\n,,,,\n"
    assert said(text, "csv") == [("7", "A", [(G2, "−0.1308"), (W1, "0.4008")]), ("8", "B", [(G2, "−0.13")])]


def test_columns_of_a_class_that_are_questions() -> None:
    text = "id,email,question 3,Question 4b,dL/dw2\n7,a@b.c,B,2,-0.1308\n"
    (one,) = read_answers(text, names(), "csv")
    assert [(answer.name, answer.text) for answer in one.answers] == [
        ("question 3", "B"), ("Question 4b", "2"), ("dL/dw2", "-0.1308"),
    ]  # fmt: skip


def test_toml_and_json_keep_the_digits() -> None:
    assert said('"dL/dw2" = -0.13080\nL = "0.0259"\nw2 = 1', "toml") == [
        ("", "", [(G2, "−0.13080"), ("loss", "0.0259"), ("w[2][1][1]", "1")])
    ]
    rows = (
        '{"student": "7", "answers": [{"quantity": "L", "answer": 0.02590}, {"quantity": "y", "answer": "0.3+0.0723"}]}'
    )
    assert said(rows, "json") == [("7", "", [("loss", "0.02590"), ("a[2][1]", "0.3 + 0.0723")])]
    assert said('{"w2": 0.30, "b2": null}', "json") == [("", "", [("w[2][1][1]", "0.30"), ("b[2][1]", "unknown-name")])]


@pytest.mark.parametrize("text", ("", "{", "[", '{"L": NaN}', '{"L": Infinity}', "1", "a = = 3", "[" * 10_000))
def test_what_is_no_table_has_no_answers(text: str) -> None:
    for table in ("csv", "json", "toml"):
        assert all(answer.formula is None for one in read_answers(text, names(), table) for answer in one.answers)  # type: ignore[arg-type]


def test_an_ambiguous_name_lists_its_readings() -> None:
    (one,) = read_answers('quantity,answer\n"w^2_{11}",3\n', names(), "csv")
    assert one.answers[0].candidates == ("w[1][1][1]", "w[2][1][1]")


FIELDS = (  # what is typed into a field, for the output 0.3723; the verdict, the reason
    ("≈ 0,3723", "right", ""),
    ("σ(-0.5224) = 0.3723", "right", ""),
    ("0.5744*0.3 + 0.2 = 0.3723", "right", ""),
    ("don't know", "unread", "answer"),
    ("?!", "unread", "answer"),
)


@pytest.mark.parametrize(("typed", "verdict", "reason"), FIELDS, ids=[typed for typed, _, _ in FIELDS])
def test_an_answer_in_a_field_may_show_its_working_and_is_itself_what_is_not_understood(
    typed: str, verdict: str, reason: str
) -> None:
    task = Task(solved("article-004").derivation, solved("article-004").notation)
    (table,) = read_answers(json.dumps({"a[2][1]": typed}), names(), "json")
    found = mark(task, table.answers).findings
    (whole,) = [each for each in found if each.equality is None]
    assert (whole.verdict, whole.reason) == (verdict, reason)
    assert whole.values.get("found", typed) == typed
