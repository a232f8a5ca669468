"""Training: article numbers, the compiled gradient against the folded steps, batches, frozen parameters, divergence."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy
import pytest

import derivegen
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers import training
from derivegen.calculus.numbers.batches import batches
from derivegen.calculus.numbers.evaluate import Numbers, Update
from derivegen.calculus.numbers.evaluator import straight_line
from derivegen.calculus.numbers.training import train
from derivegen.errors import InputError
from derivegen.network.file.load import load
from derivegen.network.graph import Graph, build
from tests.often import times


def start(graph: Graph) -> dict[str, float]:
    return {name: float(graph.givens[name]) for name in graph.parameters}


def trained(source: Any, steps: int | None = None) -> tuple[Update, ...]:
    graph = build(load(source))
    return train(derive(graph), start(graph), steps)


def test_article_000_prints_seven_outputs() -> None:
    found = trained("example:article-000")
    assert [f"{update.outputs[0][0]:.3f}" for update in found] == [
        "0.521",
        "0.648",
        "0.758",
        "0.836",
        "0.881",
        "0.908",
        "0.925",
    ]


def test_article_000_with_the_printed_weights_differs_in_the_fourth() -> None:
    w1 = [[0.179, 0.044, 0.010], [-0.186, -0.028, -0.035], [-0.008, -0.063, -0.004], [-0.048, -0.131, 0.088]]
    layers = [
        {"units": 4, "activation": "sigmoid", "weights": w1, "biases": [0, 0, 0, 0]},
        {"units": 1, "activation": "sigmoid", "weights": [[0.088, 0.171, 0.005, -0.040]], "biases": [0]},
    ]
    file = {
        "data": {"inputs": [[7, 8, 10]], "targets": [[1]]},
        "layer": layers,
        "loss": {"name": "binary_cross_entropy"},
    }
    found = trained(file | {"training": {"learning_rate": 0.5, "steps": 6}})
    assert f"{found[3].outputs[0][0]:.3f}" == "0.837"


def test_article_004_ends_where_its_program_ends() -> None:
    found = trained("example:article-004")
    names = ("w[1][1][1]", "b[1][1]", "w[2][1][1]", "b[2][1]")
    assert len(found) == 61
    assert [f"{found[-1].values[name]:.4f}" for name in names] == ["0.4072", "0.1143", "0.3978", "0.3697"]
    assert all(after.loss < before.loss for before, after in pairwise(found))


@pytest.mark.parametrize("name", ["article-000", "article-004", "softmax-2-3-2", "xor", "relu-kink"])
def test_the_compiled_gradient_equals_the_folded_steps(name: str) -> None:
    graph = build(load(f"example:{name}"))
    derivation = derive(graph)
    numbers = Numbers(derivation)
    givens = [float(graph.givens[n]) for n in graph.names() if graph[n].formula is None]
    loss, outputs, gradient, _ = straight_line(derivation, graph.trained)(givens)
    assert loss == pytest.approx(numbers["loss"], rel=1e-14)
    assert outputs == pytest.approx([numbers[n] for row in graph.outputs_by_row for n in row], rel=1e-14)
    assert gradient == pytest.approx([numbers[f"dloss/d{n}"] for n in graph.trained], rel=1e-12, abs=1e-16)


ACTIVATIONS = [
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "softplus",
    "silu",
    "gelu",
    "softmax",
    {"formula": "abs(z) + max(z, 0.1)"},
]


PAIRS = [(a, loss) for a in ACTIVATIONS for loss in ("huber", "hinge", "absolute_error", "mean_squared_error")]


@pytest.mark.parametrize(("activation", "loss"), times(PAIRS[::3], PAIRS))
def test_every_way_to_train_agrees(activation: Any, loss: str, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = [
        {"units": 3, "activation": activation, "weights": {"seed": 4}, "biases": {"seed": 4}},
        {"units": 2, "weights": {"seed": 4}, "thresholds": [0.1, -0.2]},
    ]
    data = {"inputs": [[0.5, -1], [1.5, 0.25], [-0.75, 2]], "targets": [[1, -1], [-1, 1], [1, 1]]}
    file = {
        "data": data,
        "layer": layers,
        "loss": {"name": loss},
        "training": {"learning_rate": 0.05, "steps": 4, "batch_size": 2},
    }
    in_arrays = trained(file)
    monkeypatch.setattr(training, "has_layer_form", lambda _: False)
    folded = trained(file)
    monkeypatch.setattr(training, "goes_straight", lambda *_: True)
    straight = trained(file)
    for one, two, three in zip(in_arrays, straight, folded, strict=True):
        for other in (one, two):
            assert other.loss == pytest.approx(three.loss, rel=1e-12)
            assert other.gradient_norm == pytest.approx(three.gradient_norm, rel=1e-12)
            assert dict(other.values) == pytest.approx(dict(three.values), rel=1e-12, abs=1e-15)


def regression(**training_keys: Any) -> dict[str, Any]:
    """y = w·x + b over five rows, mean squared error."""
    data = {"inputs": [[1], [2], [3], [4], [5]], "targets": [[2], [1], [4], [3], [6]]}
    layers = [{"units": 1, "weights": [[0.5]], "biases": [0.1]}]
    return {
        "data": data,
        "layer": layers,
        "loss": {"name": "mean_squared_error"},
        "training": {"learning_rate": 0.01} | training_keys,
    }


def test_batches_are_taken_in_order_and_the_last_is_shorter() -> None:
    graph = build(load(regression(batch_size=2)))
    assert [[int(row[0]) for row in batch.inputs] for batch in batches(graph)] == [[1, 2], [3, 4], [5]]
    x, t = numpy.array([1.0, 2, 3, 4, 5]), numpy.array([2.0, 1, 4, 3, 6])
    w, b = 0.5, 0.1
    found = trained(regression(batch_size=2, steps=7))
    for step in range(7):
        assert found[step].values["w[1][1][1]"] == pytest.approx(w, rel=1e-13)
        assert found[step].loss == pytest.approx(numpy.mean((t - w * x - b) ** 2), rel=1e-13)
        cut = [slice(0, 2), slice(2, 4), slice(4, 5)][step % 3]
        error = w * x[cut] + b - t[cut]
        w, b = w - 0.01 * numpy.mean(2 * error * x[cut]), b - 0.01 * numpy.mean(2 * error)
    assert found[7].values["b[1][1]"] == pytest.approx(b, rel=1e-13)


def test_frozen_parameters_stay_and_are_not_in_the_gradient_norm() -> None:
    found = trained(regression(steps=3, frozen=["b"]))
    assert {update.values["b[1][1]"] for update in found} == {0.1}
    numbers = Numbers(derive(build(load(regression()))))
    assert found[0].gradient_norm == pytest.approx(abs(numbers["dloss/dw[1][1][1]"]), rel=1e-14)
    assert numbers["dloss/db[1][1]"] != 0


def test_trained_names_only_these() -> None:
    graph = build(load(regression(trained=["w[1]"])))
    assert graph.trained == ("w[1][1][1]",)


def test_no_update_needs_no_rate_and_an_update_does() -> None:
    network = load(regression())
    network = replace(network, training=replace(network.training, learning_rate=None))
    graph = build(network)
    assert len(train(derive(graph), start(graph), 0)) == 1
    with pytest.raises(InputError, match="learning_rate"):
        train(derive(graph), start(graph), 1)


def test_a_run_carried_on_as_printed_that_leaves_all_numbers_is_refused_in_a_sentence() -> None:
    """What stands for one name alone that has no number has none either: rounding it ended in a traceback."""
    layers = [
        {"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": [-1e308]},
        {"units": 1, "weights": [[0.3]]},
    ]
    net = {"data": {"inputs": [[0.5]], "targets": [[0.6]]}, "layer": layers, "loss": {"name": "half_squared_error"}}
    training = {"learning_rate": 0.1, "steps": 3}
    with pytest.raises(InputError, match="number too large"):
        derivegen.solve({**net, "training": training, "document": {"carry": "rounded"}}).text("text")


def test_a_run_that_diverges_ends_with_the_last_update_that_has_numbers() -> None:
    found = trained(regression(learning_rate=1e6, steps=100))
    assert 2 < len(found) < 101 and found[-1].loss > 1e250
    assert all(
        math.isfinite(number)
        for update in found
        for number in (update.loss, update.gradient_norm, *update.values.values())
    )


def test_a_graph_is_trained_in_its_parameters() -> None:
    graph = {"inputs": {"x": 2}, "parameters": {"a": 3}, "nodes": [["f", "(a*x - 1)^2"]], "output": "f"}
    found = trained({"graph": graph, "training": {"learning_rate": 0.1, "steps": 2}})
    assert [update.loss for update in found][:2] == pytest.approx([25, 1.0])
    assert found[1].values["a"] == pytest.approx(3 - 0.1 * 2 * 5 * 2)
    assert "x" not in found[1].values
