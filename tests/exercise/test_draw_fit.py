"""Numbers made for hands: what drawn numbers are like, looked at with plain floats; and what is refused."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy
import pytest

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.errors import InputError
from derivegen.exercise.draw import columns
from derivegen.exercise.exercise import Variant
from derivegen.exercise.fit import demands
from derivegen.exercise.plan import plan
from derivegen.exercise.variants import variants
from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.mistakes.mistaken import Right
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.restated import givens, with_givens
from tests.exercise.networks import GRAPH, RELU, SOFTMAX, asked, network

DRAWN = ("relu", "softmax", "sigmoid", "masked", "graph", "article-000", "softmax-2-3-2")


@cache
def drawn(name: str) -> list[tuple[Variant, Numbers]]:
    """Thirty variants, each with its numbers folded by themselves."""
    net = network(name)
    found = variants(net, asked(net), map(str, range(30)), 3)
    return [(each, Numbers(derive(build(with_givens(net, each.givens))))) for each in found]


def units(name: str, kind: str, *rules: str) -> Iterator[tuple[Numbers, list[str]]]:
    """The units of each layer of these kinds, a list for every row."""
    for _, numbers in drawn(name):
        for family in numbers.graph.families.values():
            if family.rule in rules and family.kind == "activation":
                rows: dict[Any, list[str]] = {}
                for indices in family.members():
                    rows.setdefault(indices[1:], []).append(family.member(indices).replace("a", kind, 1))
                yield from ((numbers, row) for row in rows.values())


@pytest.mark.parametrize("name", DRAWN)
def test_no_derivative_is_nearly_nought_and_nothing_is_large(name: str) -> None:
    for each, numbers in drawn(name):
        assert all(abs(answer) >= 1e-3 for quantity, answer in each.answers.items() if quantity.startswith("dloss"))
        assert all(abs(number) < 100 for _, number in numbers.forward())


@pytest.mark.parametrize("name", DRAWN)
def test_no_two_answers_are_the_same(name: str) -> None:
    own = Numbers(derive(build(network(name))))
    for each, _ in drawn(name):
        for one, other in itertools.combinations(each.answers, 2):
            same_sort = ("/" in one, "'" in one) == (
                "/" in other,
                "'" in other,
            )  # y − t may be y: classes have the target 0
            if same_sort and round(float(own[one]), 4) != round(float(own[other]), 4):
                assert round(each.answers[one], 4) != round(each.answers[other], 4)


@pytest.mark.parametrize("name", ["sigmoid", "masked", "article-000", "softmax-2-3-2", "softmax"])
def test_no_unit_is_saturated(name: str) -> None:
    assert all(n[a] * (1 - n[a]) >= 0.02 for n, row in units(name, "a", "sigmoid") for a in row)
    assert all(1 - n[a] ** 2 >= 0.02 for n, row in units(name, "a", "tanh") for a in row)
    for numbers, row in units(name, "a", "softmax"):
        assert min(numbers[a] for a in row) >= 0.01
        if name == "softmax":  # the other's own outputs are nearly alike
            assert all(abs(numbers[one] - numbers[other]) >= 0.05 for one, other in itertools.combinations(row, 2))


def test_relus_are_awake_and_clear_of_their_kink_where_the_files_own_are() -> None:
    own = Numbers(derive(build(network("relu"))))
    awake = {f"z[1][{j}]" for j in (1, 2, 3) if own[f"z[1][{j}]"] > 0}
    assert awake
    for numbers, row in units("relu", "z", "relu"):
        assert all(abs(numbers[z]) >= 0.05 for z in row)
        assert all(numbers[z] > 0 for z in awake)


def test_weights_are_not_symmetric() -> None:
    for name in ("sigmoid", "softmax", "softmax-2-3-2"):
        for each, numbers in drawn(name):
            net = with_givens(network(name), each.givens)
            for layer in net.layers:
                assert layer.weights is not None
                assert len(set(layer.weights)) == layer.units
            if name == "sigmoid":
                assert numbers["w[1][1][2]"] != numbers["w[1][2][1]"]


def test_sides_of_a_maximum_are_apart() -> None:
    assert all(abs(numbers["s"] - numbers["x"]) >= 0.05 for _, numbers in drawn("graph"))


# ---------------------------------------------------------------------------------------------------- reasons, one by one

EDGE = {**RELU, "loss": {"name": "hinge"}, "data": {"inputs": [[0.5, -1.5]], "targets": [[1]]}}


def reasons(file: dict[str, Any], changed: dict[str, float]) -> set[str]:
    """Why numbers are unfit that are the file's own but for a few."""
    net = load(file)
    graph = build(net)
    right, names = Right(derive(graph), Numbers(derive(graph), ARRAYS)), asked(net)
    found = demands(right, names, columns(graph, None), 4)
    many = {name: numpy.array([changed.get(name, float(number))]) for name, number in givens(net).items()}
    with numpy.errstate(all="ignore"):
        numbers = right.starting_from(many).numbers
        return {demand.reason for demand in found if numpy.any(demand.broken(numbers))}


@pytest.mark.parametrize(
    ("file", "changed", "reason"),
    [
        (RELU, {"b[1][1]": -0.64}, "borderline"),
        (RELU, {"b[1][1]": -2}, "dead"),
        (RELU, {"t[1]": 0.7349}, "small"),
        (RELU, {"w[2][1][1]": 90, "b[2][1]": 50}, "too-large"),
        (RELU, {"w[1][2][1]": 0.4, "w[1][2][2]": -0.3}, "symmetric"),
        (RELU, {"w[1][1][1]": 0.7, "b[1][1]": 0.3, "w[1][2][1]": 0.7, "b[1][2]": 1.5}, "same-answer"),
        (SOFTMAX, {"b[1][1]": 4}, "saturated"),
        (SOFTMAX, {"b[2][1]": 6}, "saturated"),
        (SOFTMAX, {"w[2][1][1]": 0.3, "w[2][1][2]": 0.8, "b[2][1]": -0.12}, "tie"),
        (EDGE, {"b[2][1]": 0.46}, "borderline"),
        (GRAPH, {"x": 0.3}, "tie"),
        (GRAPH, {"y": 40}, "too-large"),
    ],
)
def test_every_reason_is_found(file: dict[str, Any], changed: dict[str, float], reason: str) -> None:
    assert reasons(file, {}) == set()
    assert reason in reasons(file, changed)


def test_the_files_own_numbers_set_the_standard() -> None:
    dead = {**RELU, "layer": [{**RELU["layer"][0], "biases": [-2, 0.9, 1.1]}, RELU["layer"][1]]}
    assert "dead" in reasons(RELU, {"b[1][1]": -2})
    assert reasons(dead, {}) == set()
    assert reasons(dead, {"b[1][1]": -2.4}) == set()
    assert "dead" in reasons(dead, {"b[1][2]": -2})


# -------------------------------------------------------------------------------------------------------------- what is refused


def test_where_wishes_are_too_many_they_are_given_up() -> None:
    big = {"units": 8, "activation": "relu", "weights": {"seed": 1}, "biases": {"seed": 1}}
    net = load({**RELU, "layer": [big, big, {"units": 1, "weights": {"seed": 1}, "biases": [0.1]}]})
    found = plan(net, asked(net), None)
    assert found.rate > 0.01
    assert not any(demand.wish for demand in found.demands if demand.reason == "dead")
    assert sum(1 for _ in variants(net, asked(net), "abc", 1)) == 3


def test_where_nothing_fits_it_says_what_was_tried_and_what_to_relax() -> None:
    wide = {"units": 6, "activation": "sigmoid", "weights": [[1, 1]] * 6, "biases": [-2000] * 6}
    file = {**RELU, "data": {"inputs": [[1000, 1000]], "targets": [[0.5]]}}
    net = load({**file, "layer": [wide, {"units": 1, "weights": [[0.4, 0.5, -0.3, 0.2, 0.6, 0.7]], "biases": [0.1]}]})
    with pytest.raises(InputError) as error:
        variants(net, [f"dloss/dw[1][{j}][1]" for j in range(1, 7)], "a", 1, ["weights"])
    assert "none of 4000 draws" in str(error.value)
    assert "too-large" in str(error.value)
    assert "choose smaller weights or inputs" in str(error.value)
    assert "vary biases, inputs, targets as well" in str(error.value)
