"""Numbers in every arithmetic, the = forms, and what happens outside a function's domain."""

from __future__ import annotations

import math
from fractions import Fraction as F
from typing import Any

import mpmath
import pytest

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers, Symbolic, Trace, delta_name, settled
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.calculus.verify import verify
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import EXACT, FLOAT, Arithmetic, Irrational, precise
from derivegen.network.file.load import load
from derivegen.network.graph import build


def trace(source: Any, rounding: Rounding | None = None) -> Trace:
    graph = build(load(source))
    return Trace(graph, derive(graph), rounding or Rounding())


def single(
    weight: Any, activation: Any = "linear", loss: str = "half_squared_error", target: Any = 1, **layer: Any
) -> dict[str, Any]:
    """One unit over the input 1."""
    made = {"units": 1, "activation": activation, "weights": [[weight]]} | layer
    return {"data": {"inputs": [[1]], "targets": [[target]]}, "layer": [made], "loss": {"name": loss}}


# ------------------------------------------------------------------------------------------------------------- article 004


def test_article_004() -> None:
    t = trace("example:article-004")
    printed = {name: t.text(name) for name in ("z[1][1]", "a[1][1]", "a[2][1]", "loss", "dloss/da[2][1]")}
    assert printed == {
        "z[1][1]": "0.3",
        "a[1][1]": "0.5744",
        "a[2][1]": "0.3723",
        "loss": "0.0259",
        "dloss/da[2][1]": "-0.2277",
    }
    gradients = [t.text(f"dloss/d{name}") for name in ("w[2][1][1]", "b[2][1]", "w[1][1][1]", "b[1][1]")]
    assert gradients == ["-0.1308", "-0.2277", "-0.0083", "-0.0167"]
    h = 1 / (1 + math.exp(-0.3))
    assert t.number("a[1][1]") == pytest.approx(0.574442516811659, rel=1e-15)
    assert t.gradients["w[1][1][1]"] == pytest.approx((0.3 * h + 0.2 - 0.6) * 0.3 * h * (1 - h) * 0.5, rel=1e-14)
    assert t.number("w[1][1][1]'") == pytest.approx(0.4 - 0.1 * t.number("dloss/dw[1][1][1]"), rel=1e-15)
    assert t.number("Dw[1][1][1]") == pytest.approx(-0.1 * t.number("dloss/dw[1][1][1]"), rel=1e-15)


def test_local_derivatives_and_deltas_have_numbers() -> None:
    t = trace("example:article-004")
    assert t.number("dz[2][1]/da[1][1]") == 0.3
    assert t.number("da[1][1]/dz[1][1]") == pytest.approx(0.2444583, abs=1e-7)
    assert t.number("delta[1][1]") == t.number("dloss/dz[1][1]")
    assert t.number("dloss/dloss") == 1
    graph = build(load("example:softmax-2-3-2"))
    assert delta_name(graph, "delta[1][2]@3") == "dloss@3/dz[1][2]"
    assert delta_name(graph, "delta[1][2]") == "dloss/dz[1][2]"


# --------------------------------------------------------------------------------------------------- exact, = and ≈, rounded


def test_fractions_stay_exact_as_long_as_they_can() -> None:
    t = trace("example:article-004")
    assert t.exact("z[1][1]") == F(3, 10)
    assert t.exact("a[1][1]") is None
    assert t.exact("dz[2][1]/da[1][1]") == F(3, 10)
    assert t.shown_exactly("z[1][1]") and not t.shown_exactly("a[1][1]")
    linear = trace(single(F("0.3"), target=F("0.7")))
    assert linear.exact("loss") == F(8, 100)
    assert linear.exact("dloss/dw[1][1][1]") == F(-4, 10)
    assert linear.text("loss") == "0.08"


def test_drawn_numbers_are_never_exact() -> None:
    t = trace("example:article-000")
    assert t.exact("w[1][1][1]") is None and t.exact("x[1]") == 7
    assert t.exact("z[1][1]") is None


def test_sigmoid_at_zero_and_square_roots_are_exact() -> None:
    assert trace(single(0, "sigmoid")).exact("a[1][1]") == F(1, 2)
    assert trace(single(0, "sigmoid")).exact("dloss/dw[1][1][1]") == F(-1, 8)
    root = trace({"graph": {"inputs": {"x": 9}, "nodes": [["f", "sqrt(x)/4"]], "output": "f"}})
    assert root.exact("f") == F(3, 4) and root.exact("df/dx") == F(1, 24)


def test_squares_of_squares_do_not_fill_the_memory() -> None:
    nodes = [[f"n{i}", f"{'x' if i == 1 else f'n{i - 1}'}^2"] for i in range(1, 40)]
    t = trace({"graph": {"inputs": {"x": 0.9999999999}, "nodes": nodes, "output": "n39"}})
    assert t.exact("n39") is None
    assert t.number("n39") == pytest.approx(math.exp(-(2.0**39) * 1e-10), rel=1e-4)


def test_a_carried_rounding_goes_on_with_what_is_printed() -> None:
    t = trace("example:article-004", Rounding(4, carry="rounded"))
    assert t.number("a[1][1]") == 0.5744
    assert t.number("dloss/da[2][1]") == -0.2277
    assert t.text("dloss/dw[2][1][1]") == "-0.1308"
    assert t.number("dloss/dw[2][1][1]") == float(t.text("dloss/dw[2][1][1]"))


def test_fifty_digits_agree_with_the_floats() -> None:
    graph = build(load("example:softmax-2-3-2"))
    d = derive(graph)
    floats, many = Numbers(d), Numbers(d, precise())
    for name, number in [*floats.forward(), *floats.backward()]:
        assert float(many[name]) == pytest.approx(number, rel=1e-13, abs=1e-16)


def test_no_negative_zero() -> None:
    source = {
        "data": {"inputs": [[0, 1]], "targets": [[0]]},
        "layer": [{"units": 1, "activation": "relu", "weights": [[-1, -2]]}, {"units": 1, "weights": [[-3]]}],
        "loss": {"name": "half_squared_error"},
    }
    t = trace(source)
    for number in [*t.values.values(), *t.gradients.values()]:
        assert number != 0 or math.copysign(1, number) == 1


# ----------------------------------------------------------------------------------------------------------- symbolic, gaps


def test_what_is_symbolic_has_no_number() -> None:
    t = trace("example:symbolic")
    assert not t.complete and t.values == {} and not t.known("loss")
    with pytest.raises(Symbolic):
        t.number("dloss/dw[1][1][1]")


def test_weights_without_data_and_data_without_weights_go_as_far_as_they_go() -> None:
    file = single(0.5)
    del file["layer"][0]["weights"]
    t = trace(file)
    assert t.known("x[1]") and not t.known("z[1][1]") and not t.complete
    file = single(0.5) | {"data": {"inputs": 1}}
    assert trace(file).values == {"w[1][1][1]": 0.5}


def test_exact_arithmetic_says_irrational() -> None:
    graph = build(load("example:article-004"))
    with pytest.raises(Irrational):
        Numbers(derive(graph), EXACT)["a[1][1]"]


def test_unknown_names_are_answered_with_near_ones() -> None:
    with pytest.raises(InputError, match=r"z\[1\]\[1\]"):
        trace("example:article-004").number("z[1][2]")


# ------------------------------------------------------------------------------------------------- overflow, outside a domain


def failing(source: dict[str, Any], name: str) -> str:
    with pytest.raises(InputError) as problem:
        trace(source).number(name)
    return str(problem.value)


def test_overflow_names_quantity_and_layer() -> None:
    message = failing(single(800, {"formula": "exp(z)"}), "loss")
    assert "a[1][1] (layer 1)" in message and "too large" in message and "z[1][1] = 800" in message
    assert "loss" in failing(single(F(10) ** 200), "loss")


def test_logarithm_of_zero_names_the_loss_and_the_output() -> None:
    message = failing(single(0, loss="cross_entropy"), "loss")
    assert "loss (the loss)" in message and "a[1][1] = 0" in message and "logarithm" in message
    message = failing(single(1, loss="binary_cross_entropy"), "loss")
    assert "a[1][1] = 1" in message


def test_division_by_zero_in_a_graph_and_in_a_slope() -> None:
    graph = {"graph": {"inputs": {"x": 0}, "nodes": [["q", "1/x"], ["f", "q + 1"]], "output": "f"}}
    message = failing(graph, "f")
    assert "q (the graph)" in message and "division by zero" in message and "x = 0" in message
    root = {"graph": {"inputs": {"x": 0}, "nodes": [["f", "sqrt(x)"]], "output": "f"}}
    assert trace(root).number("f") == 0
    assert "division by zero" in failing(root, "df/dx")


def test_large_pre_activations_do_not_overflow() -> None:
    for z in (-1000, 1000):
        t = trace(single(z, "sigmoid"))
        assert t.number("a[1][1]") == (z > 0)
        assert t.number("dloss/dw[1][1][1]") == 0
    assert trace(single(1000, "softplus")).number("a[1][1]") == 1000
    assert trace(single(-1000, "elu")).number("a[1][1]") == -1


# ------------------------------------------------------------------------------------------------------------- long graphs


def long_graph(length: int) -> dict[str, Any]:
    nodes = [[f"n{i}", f"{'x' if i == 1 else f'n{i - 1}'}*0.999 + 0.001*y"] for i in range(1, length + 1)]
    return {"graph": {"inputs": {"x": 1.5, "y": 2}, "nodes": nodes, "output": f"n{length}"}}


@pytest.mark.parametrize("length", [10, 300, 3000])
def test_a_long_graph_does_not_exhaust_the_recursion(length: int) -> None:
    expected = 0.999**length
    assert trace(long_graph(length)).number("dloss/dx") == pytest.approx(expected, rel=1e-10)
    t = trace(long_graph(length))
    assert t.complete
    assert t.number(f"n{length}") == pytest.approx(2 - 0.5 * expected, rel=1e-10)
    if length < 1000:
        assert verify(trace(long_graph(length))).largest < 1e-9


def test_verify_covers_every_derivative_of_a_small_network() -> None:
    found = verify(trace("example:relu-kink"))
    assert found.largest < 1e-12
    assert "w[1][1][1]" in found.kinks and "w[2][1][1]" not in found.kinks


def test_the_derivatives_of_one_row_are_found_without_recursion_along_depth() -> None:
    layers = [{"units": 1, "weights": [[1.0]]}] * 150
    net = {"data": {"inputs": [[0.5], [0.25]], "targets": [[0.0], [0.0]]}, "layer": layers}
    numbers = Numbers(derive(build(load({**net, "loss": {"name": "half_squared_error"}}))))
    assert numbers["dloss@1/dw[1][1][1]"] == 0.25  # a · x with a = x


@pytest.mark.parametrize(
    ("left", "again", "true"), [("0", "2.5e-103", 0), ("3e-52", "1e-103", 0), ("3e-52", "3e-52", 3e-52)]
)
def test_what_more_digits_make_nothing_of_is_nothing(left: str, again: str, true: float) -> None:
    assert float(settled(mpmath.mpf(left), lambda: mpmath.mpf(again))) == true


def one_by_one(numbers: Numbers) -> Numbers:
    """Numbers each of which is found by itself."""
    numbers._fill = lambda names: [numbers._found(name) for name, _ in names if name not in numbers._values]  # type: ignore
    return numbers


@pytest.mark.parametrize("arithmetic", [FLOAT, EXACT, precise()])
def test_a_deep_network_filled_in_in_order_has_the_same_numbers(arithmetic: Arithmetic) -> None:
    hidden = ({"units": 1, "activation": a, "weights": [[1.5]], "biases": [0.1]} for a in ("tanh", "relu", "linear"))
    net = {
        "data": {"inputs": [[0.5], [-2]], "targets": [[1], [0]]},
        "layer": [*hidden] * 14 + [{"units": 1, "activation": "sigmoid", "weights": [[90]]}],
        "loss": {"name": "binary_cross_entropy"},
    }
    derivation = derive(build(load(net)))
    names = [*derivation.graph.names(), *derivation.targets(), "dloss@2/dw[1][1][1]"]

    def of(numbers: Numbers) -> list[Any]:
        found = []
        for name in reversed(names):
            try:
                found.append(numbers[name])
            except (Symbolic, Irrational, InputError) as error:
                found.append(str(error))
        return found

    assert of(Numbers(derivation, arithmetic)) == of(one_by_one(Numbers(derivation, arithmetic)))
