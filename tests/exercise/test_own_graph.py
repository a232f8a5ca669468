"""Sheets about graphs of one's own: with training, without numbers, with what does not reach the output."""

from __future__ import annotations

import pytest

from derivegen.classroom.sheet import exercises
from derivegen.errors import InputError
from tests.solution.test_own_graph import TRAINED


def test_a_trained_graph_is_asked_about_with_an_update() -> None:
    made = exercises(TRAINED, kinds=["table", "update"], vary=["nothing"])
    (variant,) = made.variants(["007"])
    assert variant.givens["rate"] == pytest.approx(0.5)
    assert set(variant.answers) == {"z", "h", "E", "w'", "b'"}
    assert "bias-not-updated" not in variant.wrong["w'"]
    assert "Compare(left=Quantity(name='rate')" in repr(made.work(variant).document("sheet"))


@pytest.mark.parametrize(
    "file",
    ["example:symbolic", {"graph": {"inputs": ["x", "y"], "nodes": [["p", "x*y"], ["q", "p + x"]], "output": "q"}}],
)
def test_formulas_and_orders_are_asked_for_without_numbers(file: object) -> None:
    made = exercises(file, kinds=["symbolic", "order"])
    first, second = made.variants(["1", "2"])
    assert first.answers == second.answers == {}
    assert {question.kind for question in made.questions} == {"symbolic", "order"}
    assert made.work(first).document("key").blocks


def test_a_graph_with_numbers_is_asked_about_without_a_word() -> None:
    """It was told that a number is missing, where none is."""
    made = exercises("example:graph-product")
    assert [question.kind for question in made.questions] == ["table", "values"]
    (variant,) = made.variants(["1"])
    assert {"f", "dloss/dx"} <= set(variant.answers) and made.work(variant).text("sheet", "md")


def test_what_does_not_reach_the_output_is_not_asked_about() -> None:
    nodes = [["p", "y*y + 1"], ["m", "exp(p/4)"]]
    made = exercises({"graph": {"inputs": {"x": 2, "y": 3}, "nodes": nodes, "output": "m"}}, kinds=["values"])
    assert [answer.quantity for answer in made.questions[0].answers] == ["dloss/dy"]
    with pytest.raises(InputError, match="ask about a derivative over several nodes"):
        simple = {"graph": {"inputs": {"x": 2.0}, "nodes": [["m", "3*x"]], "output": "m"}}
        made = exercises(simple, kinds=["choice"], vary=["nothing"])
        (variant,) = made.variants(["1"])
        made.work(variant).document("sheet")
