"""The layer form as code agrees with the fold over the steps, on networks of every kind."""

import random
from fractions import Fraction
from typing import Any

import numpy
import pytest

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.code.layer_code import layer_function
from derivegen.calculus.numbers.evaluate import Numbers, Symbolic
from derivegen.calculus.numbers.layer_arrays import given_arrays
from derivegen.network.family import PARAMETERS
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.network.tables.losses import LOSSES

SMOOTH = [name for name in ACTIVATIONS if name not in ("softmax", "abstract")]


def network(activation: Any, loss: dict[str, Any], rows: int, *, last: Any = "sigmoid", **first: Any) -> Derivation:
    draw = random.Random(f"{activation}{loss}{rows}{last}{first}")

    def matrix(height: int, width: int, low: float = -1.0, high: float = 1.0) -> list[list[float]]:
        return [[round(draw.uniform(low, high), 3) for _ in range(width)] for _ in range(height)]

    off = -1.0 if loss.get("name") == "hinge" else 0.0
    targets = [[1.0 if place == row % 2 else off for place in range(2)] for row in range(rows)]
    below = {"units": 4, "activation": activation, "weights": matrix(4, 3), "biases": matrix(1, 4)[0], **first}
    raw = {
        "data": {"inputs": matrix(rows, 3), "targets": targets},
        "layer": [
            {key: value for key, value in below.items() if value is not None},
            {"units": 2, "activation": last, "weights": matrix(2, 4), "biases": [0.25, -0.125]},
        ],
        "loss": loss,
    }
    return derive(build(load(raw)))


def compare(derivation: Derivation) -> None:
    """Every family and adjoint, entry by entry; and the same gradient where nothing else is asked for, so that arrays are used again."""
    graph, numbers = derivation.graph, Numbers(derivation)
    families = [family for family in graph.families.values() if family.formula is not None]
    adjoints = [f for f in graph.families.values() if f.kind not in ("loss", "target")]
    results = [*(family.name for family in families), *(derivation.name_of(family.name) for family in adjoints)]
    found = layer_function(derivation, results)(given_arrays(graph))
    for family, name, array in zip([*families, *adjoints], results, found, strict=True):
        assert numpy.shape(array) == tuple(axis.size for axis in family.axes), name
        for indices in family.members():
            member = family.member(indices)
            wanted = numbers[member if name == family.name else derivation.name_of(member)]
            got = array[tuple(int(index) - 1 for index in indices)]
            assert got == pytest.approx(float(wanted), rel=1e-12, abs=1e-14), (name, indices)
    all_kept = dict(zip(results, found, strict=True))
    trained = [graph.root, *(derivation.name_of(f.name) for f in adjoints if f.kind in PARAMETERS)]
    given = given_arrays(graph)
    before = {name: numpy.array(array) for name, array in given.items()}
    for name, array in zip(trained, layer_function(derivation, trained)(given), strict=True):
        assert numpy.array_equal(array, all_kept[name]), name
    for name, array in before.items():
        assert numpy.array_equal(array, given[name]), name


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("activation", SMOOTH)
def test_every_activation(activation: str, rows: int) -> None:
    compare(network(activation, {"name": "half_squared_error"}, rows))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("loss", [name for name in LOSSES if name != "abstract"])
def test_every_loss(loss: str, rows: int) -> None:
    compare(network("tanh", {"name": loss}, rows))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_softmax(loss: str, rows: int) -> None:
    compare(network("sigmoid", {"name": loss}, rows, last="softmax"))
    compare(network("softmax", {"name": loss}, rows, last="softmax"))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    "first",
    [
        {"biases": 0.5},
        {"biases": False},
        {"biases": None, "thresholds": [0.1, 0.2, 0.3, 0.4]},
        {
            "connections": [[1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 1, 1]],
            "weights": [[1, -1, 0], [0, 2, 1], [-1, 0, 3], [1, 1, 1]],
        },
    ],
)
def test_biases_and_connections_of_every_kind(first: dict[str, Any], rows: int) -> None:
    compare(network("sigmoid", {"name": "squared_error"}, rows, **first))


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_reductions_and_formulas_of_ones_own(reduction: str) -> None:
    for loss in ({"formula": "(t - a)^4"}, {"name": "binary_cross_entropy"}):
        compare(network({"formula": "z^3 - 2*z"}, {**loss, "reduction": reduction}, 3))


FORMULAS = [
    "(-z)^2", "(-z)^3 + 1", "-(z^2)", "2 - (-z)^2", "1/(1 + (-z)^2)", "exp(-z^2)", "(z - 1)^2*(-2)", "max(z, -z)", "abs(z) - (-z)",
    "-z*(-z)", "sqrt(z^2 + 1)", "z/(-2)", "-2^2*z", "(1 - z)*(-(1 - z))", "sin(z)*cos(-z)", "3", "z - 3*(-1)",
]  # fmt: skip


@pytest.mark.parametrize("loss", ["(-(t - a))^2", "-(t*a) + a^4"])
@pytest.mark.parametrize("formula", FORMULAS)
def test_signs_and_powers_in_formulas_of_ones_own(formula: str, loss: str) -> None:
    for rows in (1, 3):
        compare(network({"formula": formula}, {"formula": loss}, rows))


def test_an_output_that_has_run_into_one_still_has_its_gradient() -> None:
    raw = {
        "data": {"inputs": [[1.0]], "targets": [[0.0]]},
        "layer": [{"units": 1, "activation": "sigmoid", "weights": [[800.0]]}],
        "loss": {"name": "binary_cross_entropy"},
    }
    derivation = derive(build(load(raw)))
    loss, slope = layer_function(derivation, ["loss", "dloss/dw[1]"])(given_arrays(derivation.graph))
    assert float(loss) == 800.0 and slope.tolist() == [[1.0]]


def test_unknown_functions_have_no_numbers() -> None:
    with pytest.raises(Symbolic):
        layer_function(network("abstract", {"name": "squared_error"}, 1), ["loss"])


def test_a_fraction_is_the_double_nearest_to_it() -> None:
    derivation = network("linear", {"name": "squared_error"}, 1)
    assert isinstance(derivation.graph.givens["b[2][1]"], Fraction | float)
    assert given_arrays(derivation.graph)["b[2]"].tolist() == [0.25, -0.125]


def test_a_deep_network() -> None:
    layer = {"units": 3, "activation": "tanh", "weights": [[0.3, -0.2, 0.1]] * 3}
    raw = {
        "data": {"inputs": [[1.0, 0.5, -0.5]], "targets": [[0.1, 0.2, 0.3]]},
        "layer": [layer] * 300,
        "loss": {"name": "squared_error"},
    }
    derivation = derive(build(load(raw)))
    loss, slope = layer_function(derivation, ["loss", "dloss/dw[1]"])(given_arrays(derivation.graph))
    assert numpy.isfinite(loss) and slope.shape == (3, 3)


def test_only_what_is_wanted_is_computed() -> None:
    source = layer_function(network("tanh", {"name": "squared_error"}, 1), ["dloss/dw[2]"]).source
    assert "d_a_1" not in source and "d_z_1" not in source and "loss" not in source
