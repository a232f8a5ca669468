"""A solved network with other numbers: what a fresh solution of the other network comes to, by the derivation that is there."""

from __future__ import annotations

from typing import Any

import pytest

import derivegen
from derivegen.errors import InputError
from tests.pace import called
from tests.solved import solved


def fresh(numbers: dict[str, Any]) -> derivegen.Solution:
    file = {
        "data": {"inputs": [[numbers["x"]]], "targets": [[0.6]]},
        "layer": [
            {"units": 1, "activation": "sigmoid", "weights": [[numbers["w1"]]], "biases": [0.1]},
            {"units": 1, "weights": [[0.3]], "biases": [0.2]},
        ],
        "loss": {"name": "half_squared_error"},
        "training": {"learning_rate": 0.1, "steps": 60},
        "notation": "plain",
    }
    return derivegen.solve(file)


def test_other_numbers_come_to_what_a_fresh_solution_comes_to() -> None:
    other = solved("article-004").at(w1=0.7, x=-0.25)
    expected = fresh({"w1": 0.7, "x": -0.25})
    assert dict(other.values) == dict(expected.values)
    assert dict(other.gradients) == dict(expected.gradients)
    assert dict(other.updated) == dict(expected.updated)
    assert solved("article-004").values["w[1][1][1]"] == 0.4
    text = other.text("text")
    assert "0.7 · (−0.25)" in text
    assert "0.4 · 0.5" not in text


def test_whole_arrays_and_names_as_typed() -> None:
    own = solved("softmax-2-3-2")
    other = own.at({"w[2]": [[1, 2, 3], [4, 5, 6]], "b[2][1]": 0.5})
    assert other.array("w[2]").tolist() == [[1, 2, 3], [4, 5, 6]]
    assert other.array("w[1]").tolist() == own.array("w[1]").tolist()
    assert other.values["b[2][1]"] == 0.5


def test_layers_of_other_kinds_too() -> None:
    own = solved("rnn")
    name = next(iter(own.graph.parameters))
    other = own.at({name: 0.125})
    assert other.values[name] == 0.125
    assert other.values["L"] != own.values["L"]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"w9": 1}, "w9: found no given number of that name"),
        ({"w[1]": [1, 2]}, "expected 1, one for each of w[1]"),
        ({"w1": "often"}, "w[1][1][1]: found"),
        ({"w1": float("nan")}, "w[1][1][1]: found"),
    ],
)
def test_what_is_no_number_of_it_is_said(numbers: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as error:
        solved("article-004").at(numbers)
    assert said in str(error.value)


def test_many_numbers_cost_a_fifth_of_as_many_solutions() -> None:
    """In calls, of which no machine makes more."""
    own = solved("article-000")
    with called() as whole:
        assert derivegen.solve("example:article-000").gradients["w[1][1][1]"]
    with called() as again:
        many = own.batch({"x[1]": 7 + place / 10} for place in range(30))
        assert len({solution.gradients["w[1][1][1]"] for solution in many}) == 30
    assert again.count / 30 < whole.count / 5


def test_an_array_of_many_is_that_of_each_and_takes_no_solutions() -> None:
    own = solved("article-000")
    many = [{"x[1]": place / 10, "w[2]": [[0.1, place, 0.3, -0.2]]} for place in range(12)]
    found = own.batch(many).array("dloss/dw[1]")
    assert found.shape == (12, 4, 3)
    for place in (0, 5, 11):
        assert found[place] == pytest.approx(own.at(many[place]).array("dloss/dw[1]"), rel=1e-12)
    assert own.batch(many).array("loss").shape == (12,)
    with called() as once:
        own.batch(many).array("z[1]")
    with called() as often:
        own.batch(many * 10).array("z[1]")
    assert (often.count - once.count) / 108 < 150
    with pytest.raises(InputError, match=r"found 2 numbers; expected 4"):
        own.batch([{"w[2]": [1, 2]}]).array("z[1]")
    assert len(own.batch(many)[2:4]) == 2 and own.batch(many)[-1].values["x[1]"] == 1.1


def test_an_array_of_many_under_letters_and_of_formulas() -> None:
    rnn, shared = solved("rnn"), solved("graph-shared")
    found = rnn.batch([{"U": [[0.1, 0.2], [0.3, place]]} for place in range(3)]).array("dL/dU")
    assert found[2] == pytest.approx(rnn.at({"U": [[0.1, 0.2], [0.3, 2]]}).array("dL/dU"), rel=1e-12)
    assert shared.batch([{"a": 1}, {"a": 5}]).array("da")[1] == shared.at(a=5).array("da")


def test_what_is_held_shows_itself_in_a_line() -> None:
    own = solved("article-000")
    assert repr(derivegen.sheet("example:article-000", count=2)).startswith("<Sheets of <Network 'A 3–4–1")
    assert repr(own.batch([{"x[1]": 1}, {"x[1]": 2}])).startswith("<2 variants of <Network ")
    assert repr(own.updated).startswith("{'w[1][1][1]': 0.19") and len(repr(own.updated)) < 500
    assert solved("article-004").updated["w1"] == solved("article-004").updated["w[1][1][1]"]
    assert "Sheets" in dir(derivegen) and "annotations" not in dir(derivegen)


def test_a_derivative_typed_as_one_is_one() -> None:
    own = solved("article-004")
    for typed in ("dL/dw1", "dE/dw1", "dloss/dw[1][1][1]"):
        assert str(own.expr(typed)) == "dloss/dz[1][1]*x[1]"
        assert own.step(typed).target == "dloss/dw[1][1][1]"
    assert str(own.expr("z[1][1]")) == "b[1][1] + w[1][1][1]*x[1]"
    assert own.text() == own.text("text")
