"""Where a function has no derivative: what derivegen does there is what its table says, and each question that was asked of libraries has
an entry in one of the two tables."""

from __future__ import annotations

from typing import Any

import pytest

import derivegen
from derivegen.errors import InputError
from derivegen.network.tables.conventions import HOUSE, LIBRARIES
from tests.calculus.edges import EDGES, REFUSED

ASKED: dict[int, tuple[str, ...]] = {
    1: ("abs",),
    2: ("leaky_relu",),
    3: ("selu",),
    4: ("elu",),
    5: ("max",),
    6: ("max of many",),
    7: ("max of many",),
    8: ("clip", "clip by a tensor", "max", "relu", "hard_tanh"),
    9: ("clip", "clip by a tensor", "relu6", "hard_tanh", "hard_sigmoid"),
    10: ("hard_tanh", "clip", "max"),
    11: ("clip", "max", "sinc", "cumulated product"),
    12: ("median",),
    13: ("sort",),
    14: ("max pooling",),
    15: ("cumulated product",),
    16: ("unguarded choice",),
    17: ("length",),
    18: ("x ln y",),
    19: ("power by its exponent", "power 0"),
    20: ("hinge",),
    21: ("length",),
    22: ("cosine of an angle",),
    23: ("length",),
    24: ("hard_swish",),
}
"""The questions by their numbers, with the entries that answer them."""


def slopes(formula: str, **at: float) -> list[float]:
    graph = {"inputs": at, "nodes": [["f", formula]], "output": "f"}
    found = derivegen.solve({"graph": graph}).gradients
    return [found[name] for name in at]


def test_every_question_has_its_entries() -> None:
    known = {*EDGES, *HOUSE}
    assert list(ASKED) == list(range(1, 25))
    assert all(entry in known for entries in ASKED.values() for entry in entries)
    assert set(EDGES) == {entry for entries in ASKED.values() for entry in entries if entry in EDGES}
    assert all(any(kink in each.rows for each in LIBRARIES.values()) for kink in HOUSE)
    assert all(each.answers for each in EDGES.values())


@pytest.mark.parametrize(
    ("entry", "formula", "at", "expected"),
    [
        ("max of many", "max(max(a, b), c)", {"a": 1, "b": 1, "c": 0}, [1, 0, 0]),
        ("clip", "min(max(x, 0), 1)", {"x": 0}, [0]),
        ("clip", "min(max(x, 0), 1)", {"x": 1}, [1]),
        ("clip by a tensor", "max(x, y)", {"x": 1, "y": 1}, [1, 0]),
        ("cumulated product", "a + a*b + a*b*c", {"a": 0, "b": 2, "c": 3}, [9, 0, 0]),
        ("power by its exponent", "a^2", {"a": -2}, [-4]),
        ("power 0", "x^0", {"x": 0}, [0]),
    ],
)
def test_what_the_table_says_of_us_is_so(entry: str, formula: str, at: dict[str, float], expected: list[float]) -> None:
    assert slopes(formula, **at) == expected and EDGES[entry].house


@pytest.mark.parametrize(
    ("entry", "formula", "at"),
    [
        ("sinc", "sin(x)/x", {"x": 0}),
        ("length", "sqrt(x^2 + y^2)", {"x": 0, "y": 0}),
        ("x ln y", "x*ln(y)", {"x": 0, "y": 0}),
        ("cosine of an angle", "x/(sqrt(x^2 + y^2)*1)", {"x": 0, "y": 0}),
    ],
)
def test_what_has_no_number_is_refused(entry: str, formula: str, at: dict[str, float]) -> None:
    assert EDGES[entry].house.startswith(REFUSED)
    with pytest.raises(InputError):
        slopes(formula, **at)


def test_the_first_of_equals_is_the_greatest() -> None:
    graph = {"axes": {"k": 3}, "inputs": {"v[k]": [1, 1, 0]}, "nodes": [["f", "max(k, v[k])"]], "output": "f"}
    found = derivegen.solve({"graph": graph}).gradients
    assert [found[f"v[{k}]"] for k in (1, 2, 3)] == [1, 0, 0]


def test_an_exponent_is_a_constant() -> None:
    with pytest.raises(InputError):
        slopes("a^b", a=-2, b=2)


def test_the_first_of_equals_wins_its_window() -> None:
    net: dict[str, Any] = {
        "data": {"inputs": [[1, 1]], "targets": [[0]]},
        "layer": [{"kind": "max_pool", "size": 2}],
        "loss": {"name": "squared_error"},
    }
    found = derivegen.solve(net).gradients
    assert [found[name] for name in ("x[1]", "x[2]")] == [2, 0] and EDGES["max pooling"].house.startswith("(1, 0)")
