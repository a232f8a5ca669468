"""Every gradient against an outside library: the networks written plainly in `autograd` (HIPS), none of our formulas."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import autograd.numpy as np
import pytest
from autograd import grad
from autograd.extend import defvjp, primitive

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.network import Dense, LossChoice, Network
from tests.often import times

NETWORKS = times(120, 600)
AT_LEAST = times(2, 10)
CLOSE = 1e-12


@primitive
def erf(z: Any) -> Any:
    return np.vectorize(math.erf)(z)


defvjp(erf, lambda ans, z: lambda g: g * 2 / math.sqrt(math.pi) * np.exp(-z * z))


def sigmoid(z: Any) -> Any:
    return 0.5 * (np.tanh(z / 2) + 1)


def positive(z: Any, else_: Any) -> Any:
    """z where it is positive; autograd's own maximum says ½ at a tie."""
    return np.where(z > 0, z, else_)


def softmax(z: Any) -> Any:
    powers = np.exp(z - np.max(z, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)


ACTIVATIONS: dict[str, Callable[..., Any]] = {
    "linear": lambda z: z,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: positive(z, 0.0 * z),
    "leaky_relu": lambda z, slope=0.01: positive(z, slope * z),
    "elu": lambda z, alpha=1.0: positive(z, alpha * (np.exp(z) - 1)),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "silu": lambda z: z * sigmoid(z),
    "gelu": lambda z: z * (1 + erf(z / math.sqrt(2))) / 2,
    "softmax": softmax,
}

FORMULAS: dict[str, Callable[[Any], Any]] = {
    "z^2": lambda z: z**2,
    "z/(1 + z^2)": lambda z: z / (1 + z**2),
    "sin(z) + cos(2*z)": lambda z: np.sin(z) + np.cos(2 * z),
    "sqrt(z^2 + 1)": lambda z: np.sqrt(z**2 + 1),
    "exp(-z^2/2)": lambda z: np.exp(-(z**2) / 2),
    "max(z, 0.3*z)": lambda z: np.where(z >= 0.3 * z, z, 0.3 * z),
    "min(1, max(-1, z))": lambda z: np.where(z > 1, 0 * z + 1, np.where(z < -1, 0 * z - 1, z)),
    "abs(z) - ln(2 + tanh(z))": lambda z: np.abs(z) - np.log(2 + np.tanh(z)),
    "relu(z) + softplus(-z)": lambda z: positive(z, 0.0 * z) + np.log(1 + np.exp(-z)),
    "(1 - 3*z)^3/10": lambda z: (1 - 3 * z) ** 3 / 10,
    "(2 + z^2)^(-1/2)": lambda z: (2 + z**2) ** -0.5,
}
PROBABLE = {"(1 + z^2)/(3 + 2*z^2)": lambda z: (1 + z**2) / (3 + 2 * z**2)}
"""An activation with values between 0 and 1, for losses with a logarithm."""

LOSSES: dict[str, Callable[..., Any]] = {
    "squared_error": lambda t, a: np.sum((t - a) ** 2, axis=1),
    "half_squared_error": lambda t, a: np.sum((t - a) ** 2, axis=1) / 2,
    "mean_squared_error": lambda t, a: np.mean((t - a) ** 2, axis=1),
    "absolute_error": lambda t, a: np.sum(np.abs(t - a), axis=1),
    "huber": lambda t, a, delta=1.0: np.sum(
        np.where(np.abs(t - a) <= delta, (t - a) ** 2 / 2, delta * (np.abs(t - a) - delta / 2)), axis=1
    ),
    "hinge": lambda t, a: np.sum(np.where(t * a < 1, 1 - t * a, 0 * a), axis=1),
    "binary_cross_entropy": lambda t, a: -np.sum(t * np.log(a) + (1 - t) * np.log(1 - a), axis=1),
    "cross_entropy": lambda t, a: -np.sum(t * np.log(a), axis=1),
    "kl_divergence": lambda t, a: np.sum(
        np.where(t > 0, t * (np.log(np.where(t > 0, t, 1.0)) - np.log(a)), 0 * a), axis=1
    ),
    "binary_focal": lambda t, a: -np.sum(t * (1 - a) ** 2 * np.log(a) + (1 - t) * a**2 * np.log(1 - a), axis=1),
    "focal": lambda t, a: -np.sum(t * (1 - a) ** 2 * np.log(a), axis=1),
}
LOSS_FORMULAS: dict[str, Callable[[Any, Any], Any]] = {
    "(t - a)^4": lambda t, a: np.sum((t - a) ** 4, axis=1),
    "ln(1 + (a - t)^2) + 0.1*a": lambda t, a: np.sum(np.log(1 + (a - t) ** 2) + 0.1 * a, axis=1),
}
OUTPUTS = {
    "binary_cross_entropy": ("sigmoid", "softmax", "formula"),
    "cross_entropy": ("softmax", "sigmoid", "softplus", "formula"),
    "kl_divergence": ("softmax", "sigmoid", "softplus", "formula"),
    "binary_focal": ("sigmoid", "softmax", "formula"),
    "focal": ("softmax", "sigmoid", "softplus", "formula"),
}
"""Which activations may stand before a loss with a logarithm; before any other, all."""


# ---------------------------------------------------------------------------------------------- the network in autograd


Arrays = dict[str, Any]


def arrays(network: Network) -> Arrays:
    """The numbers of the file as numpy arrays, and a 0 to be added to every z and a, whose gradient is dloss/dz, dloss/da."""
    assert network.inputs is not None and isinstance(network.rows, int)
    found: Arrays = {"x": np.array(network.inputs, dtype=float), "t": np.array(network.targets, dtype=float)}
    for number, layer in enumerate(network.layers, 1):
        found[f"w[{number}]"] = np.array(layer.weights, dtype=float)
        if layer.bias_kind != "none":
            found[offset_name(number, layer)] = np.array(layer.biases, dtype=float)
        found |= {f"{base}[{number}]": np.zeros((network.rows, layer.units)) for base in "za"}
    return found


def offset_name(number: int, layer: Dense) -> str:
    return f"theta[{number}]" if layer.bias_kind == "threshold" else f"b[{number}]"


def outside_activation(layer: Dense) -> Callable[[Any], Any]:
    choice = layer.activation
    if choice.formula is not None:
        return {**FORMULAS, **PROBABLE}[choice.formula]
    parameters = {key: float(value) for key, value in choice.parameters.items()}
    return lambda z: ACTIVATIONS[choice.name](z, **parameters)


def outside_loss(choice: LossChoice) -> Callable[[Any, Any], Any]:
    if choice.formula is not None:
        return LOSS_FORMULAS[choice.formula]
    parameters = {key: float(value) for key, value in choice.parameters.items()}
    return lambda t, a: LOSSES[choice.name](t, a, **parameters)


def row_losses(network: Network, given: Arrays) -> Any:
    """Each row's own loss."""
    a = given["x"]
    for number, layer in enumerate(network.layers, 1):
        mask = 1.0 if layer.mask is None else np.array(layer.mask, dtype=float)
        z = np.dot(a, (given[f"w[{number}]"] * mask).T) + given[f"z[{number}]"]
        if layer.bias_kind != "none":
            sign = -1 if layer.bias_kind == "threshold" else 1
            z = z + sign * given[offset_name(number, layer)]
        a = outside_activation(layer)(z) + given[f"a[{number}]"]
    assert network.loss is not None
    return outside_loss(network.loss)(given["t"], a)


def outside_root(network: Network, row: int | None = None) -> Callable[[Arrays], Any]:
    def root(given: Arrays) -> Any:
        losses = row_losses(network, given)
        if row is not None:
            return losses[row - 1]
        assert network.loss is not None
        return np.mean(losses) if network.loss.reduction == "mean" else np.sum(losses)

    return root


def named(network: Network, gradients: Arrays, row: int | None = None) -> Iterator[tuple[str, float]]:
    """(canonical name, gradient) of all there is to compare."""
    root = "loss" if row is None else f"loss@{row}"
    for base, array in gradients.items():
        for place, number in np.ndenumerate(array):
            name = member(network, base, place)
            if name is not None and (row is None or "@" not in name):
                yield f"d{root}/d{name}", float(number)


def member(network: Network, base: str, place: tuple[int, ...]) -> str | None:
    """The name of one entry of an array; None where a mask takes the weight away."""
    kind, layer = base[0], network.layers[int(base.split("[")[1][:-1]) - 1] if "[" in base else None
    if base == "t" or kind in "xza":
        r, k = place
        return f"{base}[{k + 1}]" + ("" if network.rows == 1 else f"@{r + 1}")
    assert layer is not None
    if layer.bias_kind == "shared" and kind == "b":
        return base
    if kind == "w" and layer.mask is not None and not layer.mask[place[0]][place[1]]:
        return None
    return base + "".join(f"[{i + 1}]" for i in place)


def compare(network: Network) -> int:
    """Hold every gradient of the network, and of its last row's own loss, to autograd's."""
    derivation = derive(build(network))
    numbers = Numbers(derivation)
    given, root = arrays(network), outside_root(network)
    assert_close("loss", numbers["loss"], float(root(given)))
    found, gradients = dict(numbers.backward()), grad(root)(given)
    found |= {name: numbers[name] for name in derivation.by_data()}
    expected = list(named(network, gradients))
    greatest = greatest_of(gradients)
    for name, number in expected:
        assert_close(name, found.pop(name), number, greatest)
    assert not found, f"derivatives nobody compared: {list(found)[:5]}"
    if network.rows != 1:
        compare_last_row(network, numbers)
    return len(expected)


def compare_last_row(network: Network, numbers: Numbers) -> None:
    """A few of the derivatives of the last row's own loss: dloss@r/dw[1][1][1] and the like."""
    last = network.rows
    assert isinstance(last, int)
    given = arrays(network)
    gradients = grad(outside_root(network, last))(given)
    own, greatest = list(named(network, gradients, last)), greatest_of(gradients)
    for name, number in own[:: max(1, len(own) // 6)]:
        assert_close(name, numbers[name], number, greatest)


def greatest_of(gradients: Arrays) -> float:
    return max(float(np.max(np.abs(array))) for array in gradients.values())


def assert_close(name: str, ours: float, theirs: float, greatest: float = 0.0) -> None:
    """1e-12 relative, and what rounding leaves of a sum that cancels: a few units in the last place of the greatest gradient."""
    allowed = CLOSE * max(abs(ours), abs(theirs)) + 2e-15 * greatest
    assert abs(ours - theirs) <= allowed, f"{name}: {ours!r}, autograd says {theirs!r}"


# --------------------------------------------------------------------------------------------------------- fixed networks


@pytest.mark.parametrize("example", ["article-000", "article-004", "softmax-2-3-2", "relu-kink", "xor"])
def test_examples(example: str) -> None:
    assert compare(load(f"example:{example}")) > 5


def test_formula_activation_square() -> None:
    layers = [
        {"units": 2, "activation": {"formula": "z^2"}, "weights": [[0.3, -0.7], [1.1, 0.4]], "biases": [0.1, -0.2]},
        {"units": 1, "weights": [[0.5, -0.9]]},
    ]
    data = {"inputs": [[0.5, -1.5]], "targets": [[0.25]]}
    compare(load({"data": data, "layer": layers, "loss": {"name": "squared_error"}}))


def test_relu_exactly_at_zero_has_slope_zero() -> None:
    numbers = Numbers(derive(build(load("example:relu-kink"))))
    assert numbers["z[1][1]"] == 0
    assert numbers["da[1][1]/dz[1][1]"] == 0
    assert numbers["dloss/dw[1][1][1]"] == 0 != numbers["dloss/dw[1][2][1]"]


GRAPHS: tuple[tuple[str, dict[str, float], Callable[..., Any]], ...] = (
    ("graph-product", {"x": -2.0, "y": 5.0, "z": -4.0}, lambda x, y, z: (x + y) * z),
    ("graph-shared", {"a": 2.0, "b": 1.0}, lambda a, b: (a + b) * (b + 1)),
)


@pytest.mark.parametrize(("example", "values", "outside"), GRAPHS)
def test_graphs(example: str, values: Mapping[str, float], outside: Callable[..., Any]) -> None:
    network = load(f"example:{example}")
    numbers = Numbers(derive(build(network)))
    assert network.graph is not None
    output = network.graph.output
    assert numbers[output] == outside(**values)
    for place, name in enumerate(values):
        assert numbers[f"d{output}/d{name}"] == grad(outside, place)(*values.values())


def test_graph_of_every_function_with_and_without_gates() -> None:
    text = "exp(x)*sin(y) - ln(1 + x^2)/sqrt(y) + cos(x*y)*tanh(x) + max(x, y, 0.2)*min(x, y) + sigmoid(x)*softplus(y) + abs(x - y)^3"

    def outside(x: Any, y: Any) -> Any:
        greatest, least = np.where(x >= y, x, y), np.where(x <= y, x, y)
        greatest = np.where(greatest >= 0.2, greatest, 0.2)
        smooth = np.exp(x) * np.sin(y) - np.log(1 + x**2) / np.sqrt(y) + np.cos(x * y) * np.tanh(x)
        return smooth + greatest * least + sigmoid(x) * np.log(1 + np.exp(y)) + np.abs(x - y) ** 3

    for gates in (False, True):
        spec = {"inputs": {"x": -0.3, "y": 0.7}, "nodes": [["f", text]], "output": "f", "gates": gates}
        numbers = Numbers(derive(build(load({"graph": spec}))))
        for place, name in enumerate("xy"):
            expected = float(grad(outside, place)(-0.3, 0.7))
            assert_close(name, numbers[f"df/d{name}"], expected)


# -------------------------------------------------------------------------------------------------------- random networks


class Draw:
    """One random network after the other, and a count of what was drawn."""

    def __init__(self, seed: int) -> None:
        self.random, self.seen = random.Random(seed), Counter[tuple[Any, ...]]()

    def network(self, number: int) -> dict[str, Any]:
        """Network `number`: loss and reduction go round, the rest is drawn."""
        names = [*LOSSES, "formula"]
        loss, reduction = names[number % len(names)], ("sum", "mean")[number // len(names) % 2]
        depth, rows = self.random.randint(1, 5), self.random.randint(1, 4)
        widths = [self.random.randint(1, 8) for _ in range(depth + 1)]
        layers = [
            self.layer(widths[n], widths[n + 1], self._activation(n == depth - 1, loss, widths[n + 1]))
            for n in range(depth)
        ]
        data = {"inputs": self.numbers(rows, widths[0]), "targets": self.targets(loss, rows, widths[-1])}
        self.seen.update([("loss", loss, reduction), ("depth", depth), ("rows", rows)])
        self.seen.update([("width", width) for width in set(widths)])
        return {"data": data, "layer": layers, "loss": self.loss(loss, reduction)}

    def numbers(self, rows: int, columns: int, scale: float = 1.0) -> list[list[float]]:
        return [[round(self.random.gauss(0, scale), 6) for _ in range(columns)] for _ in range(rows)]

    def _activation(self, last: bool, loss: str, units: int) -> Any:
        names = OUTPUTS.get(loss, (*ACTIVATIONS, "formula")) if last else (*ACTIVATIONS, "formula")
        name = self.random.choice([n for n in names if units > 1 or n != "softmax"])
        self.seen[("output" if last else "hidden", name)] += 1
        if name == "formula":
            return {"formula": self.random.choice(list(PROBABLE if last and loss in OUTPUTS else FORMULAS))}
        parameter = {"leaky_relu": "slope", "elu": "alpha"}.get(name)
        if parameter is None or self.random.random() < 0.5:
            return name
        self.seen[("parameter", name)] += 1
        return {"name": name, parameter: round(self.random.uniform(0.05, 1.5), 3)}

    def layer(self, width: int, units: int, activation: Any) -> dict[str, Any]:
        layer: dict[str, Any] = {"units": units, "activation": activation}
        weights = self.numbers(units, width, 1 / math.sqrt(width))
        if self.random.random() < 0.25:
            mask = [[int(self.random.random() < 0.7) for _ in range(width)] for _ in range(units)]
            weights = [[w * m for w, m in zip(*pair, strict=True)] for pair in zip(weights, mask, strict=True)]
            layer["connections"] = mask
            self.seen[("mask",)] += 1
        kinds = ["each", "none", "thresholds", *(["shared"] if units > 1 else [])]
        kind = self.random.choice(kinds)
        self.seen[("biases", kind)] += 1
        own = self.numbers(1, units, 0.5)[0]
        offsets = {
            "each": {"biases": own},
            "none": {"biases": False},
            "shared": {"biases": own[0]},
            "thresholds": {"thresholds": own},
        }
        return layer | {"weights": weights} | offsets[kind]

    def targets(self, loss: str, rows: int, units: int) -> list[list[float]]:
        if loss == "hinge":
            return [[self.random.choice((-1, 1)) for _ in range(units)] for _ in range(rows)]
        if loss in ("binary_cross_entropy", "binary_focal"):
            return [[self.random.choice((0, 1, 0.25)) for _ in range(units)] for _ in range(rows)]
        if loss == "kl_divergence" and units > 2:
            return [[0.25, 0.75, *([0] * (units - 2))] for _ in range(rows)]
        if loss in ("cross_entropy", "kl_divergence", "focal"):
            places = [self.random.randrange(units) for _ in range(rows)]
            return [[int(j == place) for j in range(units)] for place in places]
        return self.numbers(rows, units)

    def loss(self, name: str, reduction: str) -> dict[str, Any]:
        if name == "formula":
            return {"formula": self.random.choice(list(LOSS_FORMULAS)), "reduction": reduction}
        if name == "huber" and self.random.random() < 0.5:
            self.seen[("parameter", name)] += 1
            return {"name": name, "reduction": reduction, "delta": round(self.random.uniform(0.2, 2), 3)}
        return {"name": name, "reduction": reduction}


HAS_TO_OCCUR: tuple[tuple[Any, ...], ...] = (
    *((place, name) for place in ("hidden", "output") for name in (*ACTIVATIONS, "formula")),
    *(("loss", name, reduction) for name in (*LOSSES, "formula") for reduction in ("sum", "mean")),
    *(("biases", kind) for kind in ("each", "shared", "none", "thresholds")),
    *(("parameter", name) for name in ("leaky_relu", "elu", "huber")),
    *(("depth", depth) for depth in range(1, 6)),
    *(("width", width) for width in range(1, 9)),
    *(("rows", rows) for rows in range(1, 5)),
    ("mask",),
)


@cache
def drawn() -> tuple[list[dict[str, Any]], Counter[tuple[Any, ...]]]:
    draw = Draw(20240229)
    return [draw.network(number) for number in range(NETWORKS)], draw.seen


@pytest.mark.parametrize("part", range(10))
def test_random_networks(part: int) -> None:
    for number, network in enumerate(drawn()[0]):
        if number % 10 == part:
            try:
                compare(load(network))
            except AssertionError as problem:
                raise AssertionError(f"network {number}: {problem}\n{network}") from None


def test_everything_was_drawn() -> None:
    seen = drawn()[1]
    assert [(what, seen[what]) for what in HAS_TO_OCCUR if seen[what] < AT_LEAST] == []
