"""The conventions of libraries at kinks: what is computed with each is what that library was measured to take."""

from __future__ import annotations

from fractions import Fraction

import pytest

import derivegen
from derivegen.network.tables.conventions import HOUSE, LIBRARIES, SIDES

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
    inputs = {name: at for name in "uv" if name in formula.partition("(")[2]}
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


def test_every_program_is_measured_and_every_kink_has_sides() -> None:
    assert set(MEASURED) == set(LIBRARIES)
    assert all(set(library.rows) <= set(SIDES) for library in LIBRARIES.values())
    assert set(HOUSE) == set(SIDES)


def test_a_maximum_of_three_is_taken_two_by_two() -> None:
    """casadi.fmax(casadi.fmax(u, v), w) at 1, 1, 1 has ¼, ¼, ½; CasADi's own mmax has the same."""
    net = {"graph": {"inputs": {"u": 1, "v": 1, "w": 1}, "nodes": [["f", "max(u, v, w)"]], "output": "f"}}
    assert dict(derivegen.solve(net, conventions="casadi").gradients, f=None) == {
        "u": 0.25,
        "v": 0.25,
        "w": 0.5,
        "f": None,
    }


def test_several_kinks_in_a_formula_follow_the_program_function_by_function() -> None:
    """z·relu6(z + 3)/6 at 3, made of min and max: jax takes half of either side there, tinygrad too, TensorFlow the first."""
    for library, slope in (("jax", 1.25), ("tensorflow", 1.5)):
        net = {"graph": {"inputs": {"z": 3}, "nodes": [["f", "z*min(max(z + 3, 0), 6)/6"]], "output": "f"}}
        assert derivegen.solve(net, conventions=library).gradients["z"] == slope


def test_the_house_is_no_program_and_a_wrong_name_is_answered_with_the_nearest() -> None:
    assert Fraction(graph("abs(u)", 0.0, None)[0]) == 0  # type: ignore[arg-type]
    for wrong, said in (("tensorflwo", 'did you mean "tensorflow"?'), ("keras", "keras is called tensorflow here")):
        with pytest.raises(derivegen.InputError, match=said.replace("?", r"\?")):
            graph("abs(u)", 0.0, wrong)
