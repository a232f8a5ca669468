"""The conventions of libraries at kinks: what is computed with each is what that library was measured to take."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

import derivegen
from derivegen.network.tables.conventions import BENT, HOUSE, LIBRARIES, SIDES

NONE = None
MEASURED = {
    # relu at 0, leaky relu (0.2) at 0, elu (alpha 2) at 0, |.| at 0, slopes of max(u, v) and min(u, v) at u = v, hinge at its margin
    "torch": (0, 0.2, 2, 0, (0.5, 0.5), (0.5, 0.5), -1),
    "jax": (0, 1, 2, 1, (0.5, 0.5), (0.5, 0.5), -0.5),
    "tensorflow": (0, 0.2, 2, 0, (1, 0), (1, 0), -1),
    "tfjs": (0, 0.2, NONE, -1, (1, 0), (1, 0), 0),
    "tinygrad": (0, 1, 0, 0, (0.5, 0.5), (0.5, 0.5), 0),
    "pytensor": (1, NONE, NONE, 0, (1, 0), (1, 0), 0),
    "casadi": (0.5, NONE, NONE, 0, (0.5, 0.5), (0.5, 0.5), -0.5),
    "autograd": (0.5, NONE, NONE, 0, (0.5, 0.5), (0.5, 0.5), -0.5),
}
NODES = {"relu": "relu(u)", "abs": "abs(u)", "max": "max(u, v)", "min": "min(u, v)"}
UNITS = {"leaky_relu": {"name": "leaky_relu", "slope": 0.2}, "elu": {"name": "elu", "alpha": 2}}


def graph(formula: str, at: float, library: str) -> tuple[float, ...]:
    """The slopes of a function of one or two equal arguments."""
    inputs = {name: at for name in "uv" if re.search(rf"\b{name}\b", formula)}
    found = derivegen.solve(
        {"graph": {"inputs": inputs, "nodes": [["f", formula]], "output": "f"}}, conventions=library
    )
    return tuple(found.gradients[name] for name in inputs)


def unit(activation: object, loss: str, bias: float, target: float, library: str) -> float:
    """The slope of the loss by the bias of the only unit."""
    layer = {"units": 1, "activation": activation, "weights": [[1]], "biases": [bias]}
    data = {"inputs": [[0]], "targets": [[target]]}
    return derivegen.solve({"data": data, "layer": [layer], "loss": {"name": loss}}, conventions=library).gradients[
        "b[1][1]"
    ]


@pytest.mark.parametrize("library", MEASURED)
def test_what_a_program_takes(library: str) -> None:
    relu, leaky, elu, absolute, most, least, hinge = MEASURED[library]
    seen = {name: graph(formula, 1.0 if "m" in name else 0.0, library) for name, formula in NODES.items()}
    assert seen == {"relu": (relu,), "abs": (absolute,), "max": most, "min": least}
    assert unit("linear", "hinge", 1, 1, library) == hinge
    for name, slope in (("leaky_relu", leaky), ("elu", elu)):
        if slope is not NONE:
            assert unit(UNITS[name], "half_squared_error", 0, 1, library) == pytest.approx(-slope)


def test_every_library_is_measured_and_every_kink_has_sides() -> None:
    assert set(MEASURED) == set(LIBRARIES)
    assert all(set(library.rows) <= {*SIDES, *BENT} for library in LIBRARIES.values())
    assert set(HOUSE) == {*SIDES, *BENT}


def test_a_maximum_of_three_is_taken_two_by_two() -> None:
    """casadi.fmax(casadi.fmax(u, v), w) at 1, 1, 1 has ¼, ¼, ½; CasADi's own mmax has the same."""
    net = {"graph": {"inputs": {"u": 1, "v": 1, "w": 1}, "nodes": [["f", "max(u, v, w)"]], "output": "f"}}
    assert dict(derivegen.solve(net, conventions="casadi").gradients, f=None) == {
        "u": 0.25,
        "v": 0.25,
        "w": 0.5,
        "f": None,
    }


LIBRARIES_OF_HARD = ("torch", "jax", "tensorflow", "tinygrad", "tfjs", "casadi")
HARD = {
    # the slopes at both ends, measured at the function of that name; CasADi has none: made of its minimum and maximum; None: not asked
    "min(max(u, -1), 1)": (-1, 1, ((0, 0), (1, 1), (1, 1), (1, 1), None, (0.5, 0.5))),
    "max(0, min(6, u))": (0, 6, ((0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (0.5, 0.5))),
    "u*min(max(u + 3, 0), 6)/6": (-3, 3, ((0, 1), (0, 1), (0, 1), (0, 1.5), None, (-0.25, 1.25))),
    "min(max((u + 3)/6, 0), 1)": (-3, 3, ((0, 0), (0, 0), (0, 0), (0, 0), None, None)),
}


@pytest.mark.parametrize("formula", HARD)
def test_a_function_with_several_kinks_is_known_by_its_values(formula: str) -> None:
    low, high, measured = HARD[formula]
    for library, slopes in zip(LIBRARIES_OF_HARD, measured, strict=True):
        if slopes is not None:
            assert tuple(graph(formula, at, library)[0] for at in (low, high)) == slopes, library


def test_the_house_is_no_program_and_a_wrong_name_is_answered_with_the_nearest() -> None:
    assert Fraction(graph("abs(u)", 0.0, None)[0]) == 0  # type: ignore[arg-type]
    for wrong, said in (("tensorflwo", 'did you mean "tensorflow"?'), ("keras", "keras is called tensorflow here")):
        with pytest.raises(derivegen.InputError, match=said.replace("?", r"\?")):
            graph("abs(u)", 0.0, wrong)


TWO = {"units": 2, "activation": "relu", "weights": [[0.5], [0.25]], "biases": [-0.5, 0.1]}


@pytest.mark.parametrize(
    ("activation", "library", "said", "unsaid"),
    [
        ("relu", "pytensor", "exactly on the kink, neither on nor off; the slope there is taken to be 1.", " off. "),
        ("relu", "pytensor", "takes 1 for ReLU at 0 (maximum(z, 0)).", "Some programs take 1"),
        ("relu", "autograd", "the slope there is taken to be ½.", "The slope of a unit that is off"),
        ("relu", "jax", "is off and a⁽¹⁾₂ is on. The slope of a unit that is off is 0", "exactly on the kink"),
        ("relu", "jax", "½ in CasADi 3.8.2 (fmax(z, 0)) and autograd 1.9.1 (numpy.maximum(z, 0))", "neither side"),
        ("elu", "tinygrad", "takes a number that is the slope of neither side", "several kinks meet"),
        (
            "elu",
            "tinygrad",
            "Here it is that of tinygrad 0.14.0, which takes 0 for ELU at 0.",
            "branch that holds there",
        ),
    ],
)
def test_the_page_says_of_a_unit_on_its_kink_what_its_convention_takes(
    activation: str, library: str, said: str, unsaid: str
) -> None:
    layers = [TWO | {"activation": activation}, {"units": 1, "weights": [[1, 1]], "biases": [0.1]}]
    data = {"inputs": [[1]], "targets": [[1]]}
    document = {"conventions": library, "detail": "full"}
    network = {"data": data, "layer": layers, "loss": {"name": "half_squared_error"}, "document": document}
    text = " ".join(derivegen.solve(derivegen.load(network)).text("text").replace("|", " ").split())
    assert said in text and unsaid not in text
