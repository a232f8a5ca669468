"""Formulas of arrays, entry by entry: on random networks they agree with the unit steps and with numpy written by hand."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy
import pytest

from derivegen.calculus.chain import derive
from derivegen.calculus.matrix import Arrays, WrongShapes
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.tree import (
    ZERO,
    Array,
    BigSum,
    Call,
    Formula,
    Hadamard,
    Indexed,
    Matrix,
    Negative,
    Number,
    Partial,
    Product,
    Quantity,
    Sum,
    Transpose,
)
from derivegen.network.file.load import load
from derivegen.network.graph import build

NETWORKS = 200
HIDDEN = ("sigmoid", "tanh", "relu", "linear", "softplus", "leaky_relu", "softmax", "silu", "elu")
LOSSES = ("half_squared_error", "squared_error", "mean_squared_error", "binary_cross_entropy", "cross_entropy")
Net = dict[str, Any]


def random_net(seed: int) -> Net:
    """A network of the file format: widths, depth, activations, loss, rows, masks, shared biases, thresholds."""
    draw = random.Random(seed)
    widths = [draw.randint(1, 4) for _ in range(draw.randint(2, 4))]
    loss = draw.choice(LOSSES)
    last = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}.get(loss) or draw.choice(
        ("linear", "sigmoid", "softmax", "tanh")
    )
    if last == "softmax":
        widths[-1] = max(2, widths[-1])
    rows = draw.randint(1, 3)

    def number() -> float:
        return draw.choice((-1, 1)) * draw.randint(1, 90) / 100

    layers = []
    for number_, (fan_in, units) in enumerate(pairwise(widths), 1):
        activation = last if number_ == len(widths) - 1 else draw.choice(HIDDEN)
        layer: Net = {"units": units, "activation": activation if units > 1 or activation != "softmax" else "tanh"}
        layer["weights"] = [[number() for _ in range(fan_in)] for _ in range(units)]
        kind = draw.choice(("each", "each", "none", "shared", "thresholds"))
        if kind in ("each", "thresholds"):
            layer["biases" if kind == "each" else "thresholds"] = [number() for _ in range(units)]
        else:
            layer["biases"] = False if kind == "none" else number()
        if fan_in * units > 2 and draw.random() < 0.25:
            mask = [[int(draw.random() < 0.7) for _ in range(fan_in)] for _ in range(units)]
            for row in mask:
                row[draw.randrange(fan_in)] = 1
            layer["connections"] = mask
            layer["weights"] = [
                [w if m else 0 for w, m in zip(ws, ms, strict=True)]
                for ws, ms in zip(layer["weights"], mask, strict=True)
            ]
        layers.append(layer)
    one_hot = [[int(j == draw.randrange(widths[-1])) for j in range(widths[-1])] for _ in range(rows)]
    for row in one_hot:
        row[0] = 1 - sum(row[1:]) if sum(row[1:]) <= 1 else 0
        row[:] = row if sum(row) == 1 else [1, *[0] * (len(row) - 1)]
    targets = (
        one_hot if loss == "cross_entropy" else [[draw.randint(1, 9) / 10 for _ in range(widths[-1])] for _ in one_hot]
    )
    inputs = [[number() for _ in range(widths[0])] for _ in range(rows)]
    return {"data": {"inputs": inputs, "targets": targets}, "layer": layers, "loss": {"name": loss}}


# numpy, by hand


def forward(name: str, z: Any) -> Any:
    """The activation of a column."""
    exp = numpy.exp
    return {
        "linear": lambda: z,
        "sigmoid": lambda: 1 / (1 + exp(-z)),
        "tanh": lambda: numpy.tanh(z),
        "relu": lambda: numpy.maximum(z, 0),
        "softplus": lambda: numpy.log1p(exp(z)),
        "leaky_relu": lambda: numpy.where(z > 0, z, 0.01 * z),
        "elu": lambda: numpy.where(z > 0, z, exp(z) - 1),
        "silu": lambda: z / (1 + exp(-z)),
        "softmax": lambda: exp(z) / exp(z).sum(),
    }[name]()


def jacobian(name: str, z: Any, a: Any) -> Any:
    """∂a/∂z as a matrix."""
    s = 1 / (1 + numpy.exp(-z))
    if name == "softmax":
        return numpy.diag(a[:, 0]) - a @ a.T
    slope = {
        "linear": lambda: numpy.ones_like(z),
        "sigmoid": lambda: a * (1 - a),
        "tanh": lambda: 1 - a**2,
        "relu": lambda: (z > 0) * 1.0,
        "softplus": lambda: s,
        "leaky_relu": lambda: numpy.where(z > 0, 1, 0.01),
        "elu": lambda: numpy.where(z > 0, 1, numpy.exp(z)),
        "silu": lambda: s + z * s * (1 - s),
    }[name]()
    return numpy.diag(slope[:, 0])


def loss_slope(name: str, a: Any, t: Any) -> Any:
    """∂C/∂a of one row's own loss."""
    return {
        "half_squared_error": lambda: a - t,
        "squared_error": lambda: 2 * (a - t),
        "mean_squared_error": lambda: 2 * (a - t) / len(a),
        "binary_cross_entropy": lambda: -t / a + (1 - t) / (1 - a),
        "cross_entropy": lambda: -t / a,
    }[name]()


def by_hand(net: Net) -> list[Any]:
    """∂C/∂W of every layer, the rows added up or averaged."""
    layers, data = net["layer"], net["data"]
    weights = [numpy.array(layer["weights"], float) for layer in layers]
    masks = [
        numpy.array(layer.get("connections", numpy.ones_like(w))) for layer, w in zip(layers, weights, strict=True)
    ]
    found = [numpy.zeros_like(w) for w in weights]
    for x, t in zip(data["inputs"], data["targets"], strict=True):
        outputs, sums = [numpy.array([x], float).T], []
        for layer, w in zip(layers, weights, strict=True):
            offset = layer.get("biases", 0) or 0
            z = w @ outputs[-1] + numpy.array(offset, float).reshape(-1, 1)
            sums.append(z - numpy.array(layer.get("thresholds", 0), float).reshape(-1, 1))
            outputs.append(forward(layer["activation"], sums[-1]))
        upstream = loss_slope(net["loss"]["name"], outputs[-1], numpy.array([t], float).T)
        for number in reversed(range(len(layers))):
            delta = jacobian(layers[number]["activation"], sums[number], outputs[number + 1]).T @ upstream
            found[number] += masks[number] * (delta @ outputs[number].T)
            upstream = weights[number].T @ delta
    mean = net["loss"]["name"] not in ("half_squared_error", "squared_error")
    return [w / len(data["inputs"]) if mean else w for w in found]


# the formulas


def weights_formula(net: Net, number: int, row: str) -> Formula:
    """∂C/∂W of one row's own loss, as it is printed: δ aᵀ where there are weights."""
    below = f"x{row}" if number == 1 else f"a[{number - 1}]{row}"
    outer = Product((Array(f"delta[{number}]{row}"), Transpose(Array(below))))
    return Hadamard((Array(f"mask[{number}]"), outer)) if "connections" in net["layer"][number - 1] else outer


@pytest.mark.parametrize("start", range(0, NETWORKS, 25))
def test_matrix_formulas_unit_steps_and_numpy_agree(start: int) -> None:
    for seed in range(start, start + 25):
        net = random_net(seed)
        graph = build(load(net))
        chain = derive(graph)
        arrays, numbers = Arrays(chain), Numbers(chain)
        rows = len(net["data"]["inputs"])
        marks = [f"@{r}" for r in range(1, rows + 1)] if rows > 1 else [""]
        share = rows if graph.network.loss is not None and graph.network.loss.reduction == "mean" else 1
        for number, wanted in enumerate(by_hand(net), 1):
            for j, k in numpy.ndindex(wanted.shape):
                entries = (arrays.entry(weights_formula(net, number, mark), j + 1, k + 1) for mark in marks)
                matrix = sum(value(entry, numbers.__getitem__, FLOAT) for entry in entries) / share
                assert matrix == pytest.approx(wanted[j, k], rel=1e-12, abs=1e-12), (seed, number, j, k)
                unit = arrays.member(f"dloss/dw[{number}]", j + 1, k + 1)
                assert value(unit, numbers.__getitem__, FLOAT) == pytest.approx(wanted[j, k], rel=1e-12, abs=1e-12)


SMALL = {
    "data": {"inputs": [[1, 2]], "targets": [[1]]},
    "layer": [
        {"units": 2, "activation": "tanh", "weights": [[1, 0], [3, 4]], "connections": [[1, 0], [1, 1]], "biases": 0.5},
        {"units": 1, "weights": [[5, 6]]},
    ],
    "loss": {"name": "half_squared_error"},
}
w11, w21, w22 = (Quantity(f"w[1]{place}") for place in ("[1][1]", "[2][1]", "[2][2]"))


@pytest.fixture
def arrays() -> Arrays:
    return Arrays(derive(build(load(SMALL))))


def test_an_array_holds_its_members_and_0_where_a_weight_is_missing(arrays: Arrays) -> None:
    assert arrays.expand(Array("w[1]")) == Matrix(((w11, ZERO), (w21, w22)))
    assert arrays.expand(Array("mask[1]")) == Matrix(((Number("1"), ZERO), (Number("1"), Number("1"))))
    assert arrays.expand(Array("b[1]")) == Matrix(((Quantity("b[1]"),), (Quantity("b[1]"),)))
    assert arrays.expand(Array("dloss/dw[1]")).rows[0] == (Quantity("dloss/dw[1][1][1]"), ZERO)


def test_products_are_rows_times_columns(arrays: Arrays) -> None:
    found = arrays.expand(Product((Array("w[1]"), Array("x"))))
    x1, x2 = Quantity("x[1]"), Quantity("x[2]")
    second = Sum((Product((w21, x1), dotted=False), Product((w22, x2), dotted=False)))
    assert found == Matrix(((Product((w11, x1), dotted=False),), (second,)))
    assert arrays.expand(Transpose(Array("w[1]"))) == Matrix(((w11, w21), (ZERO, w22)))


@pytest.mark.parametrize(
    "wrong",
    [
        Product((Array("w[2]"), Array("w[2]"))),
        Sum((Array("x"), Array("w[1]"))),
        Hadamard((Array("x"), Array("t"))),
        Transpose(Quantity("x[1]")),
        Array("q[1]"),
        Array("w"),
        Call("sigmoid", (Array("z[1]"),), 1),
        Call("f", (Array("z[1]"),)),
    ],
    ids=str,
)
def test_what_does_not_fit_together_is_refused(arrays: Arrays, wrong: Formula) -> None:
    with pytest.raises(WrongShapes):
        arrays.expand(wrong)


def test_letters_become_numbers_and_sums_are_written_out(arrays: Arrays) -> None:
    w, x = Indexed("w[1]", ("j", "m")), Indexed("x", ("m",))
    tree = BigSum(Product((w, x), dotted=False), Quantity("m"), Number("1"), Number("2"))
    assert list(arrays.settings(tree, most=12)) == [{"j": 1}, {"j": 2}]
    assert arrays.at(tree, {"j": 1}) == Sum(
        (Product((w11, Quantity("x[1]")), dotted=False), Product((ZERO, Quantity("x[2]")), dotted=False))
    )
    slope = Partial(Indexed("z[1]", ("j",)), Indexed("w[1]", ("j", "k")))
    assert arrays.at(slope, {"j": 2, "k": 1}) == Quantity("dz[1][2]/dw[1][2][1]")
    assert arrays.at(slope, {"j": 1, "k": 2}) is None
    assert arrays.at(Negative(w), {"j": 2, "m": 2}) == Negative(w22)
