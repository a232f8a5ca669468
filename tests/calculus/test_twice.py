"""Second derivatives: every entry of the Hessian and its products with vectors against an outside library; the page of a row, judged."""

from __future__ import annotations

import json
from typing import Any

import numpy
import pytest
from autograd import hessian as outside
from autograd import numpy as np
from click.testing import CliRunner

from derivegen import hessian, second, solve
from derivegen.calculus import twice
from derivegen.calculus.chain import derive
from derivegen.cli import main
from derivegen.errors import CheckFailed, InputError
from derivegen.network.file.load import load
from derivegen.network.graph import build
from tests.calculus.test_layer_kinds import KINDS, SEED, file_of, given, with_targets
from tests.kind_nets import output

NETS: dict[str, tuple[tuple[int, ...], list[dict[str, Any]]]] = {
    "2-3-1": ((2,), [{"units": 3, "activation": "tanh", **SEED}, {"units": 1, "activation": "sigmoid", **SEED}]),
    "softmax": ((2,), [{"units": 2, "activation": "softplus", **SEED}, {"units": 3, "activation": "softmax", **SEED}]),
    **{name: KINDS[name] for name in ("rnn", "attention", "layer norm", "batch norm")},
    "gru": ((2, 1), [{"kind": "gru", "units": 1, **SEED}, {"kind": "last"}]),
}


@pytest.mark.parametrize("name", NETS)
def test_every_second_derivative_is_that_of_an_outside_library(name: str) -> None:
    shape, sections = NETS[name]
    file = with_targets(file_of(shape, sections, 2 if "batch" in name else 1))
    derivation = derive(build(load(file)))
    arrays = {family.name: array for family, array in given(derivation, 1) if family.is_parameter}
    x, targets = (numpy.array(file["data"][key], float) for key in ("inputs", "targets"))
    sizes = [numpy.size(each) for each in arrays.values()]

    def loss(flat: Any) -> Any:
        parts = np.split(flat, numpy.cumsum(sizes)[:-1])
        own = {
            key: np.reshape(part, numpy.shape(each)) for (key, each), part in zip(arrays.items(), parts, strict=True)
        }
        return 0.5 * np.sum((output(sections, own, x) - targets) ** 2)

    true = outside(loss)(np.concatenate([numpy.ravel(each) for each in arrays.values()]))
    names = [
        family.member(at) for family in map(derivation.graph.families.__getitem__, arrays) for at in family.members()
    ]
    found = hessian(file)
    ours = numpy.array([[found[row][column] for column in names] for row in names])
    assert ours == pytest.approx(true, abs=1e-12)
    vector = {names[0]: 1.5, names[-1]: -2}
    along = solve(second(file, vector)).gradients
    by_outside = 1.5 * true[0] - 2 * true[-1]
    mine = second(file, vector)
    assert mine.graph is not None
    assert [along[key] for key in mine.graph.wrt] == pytest.approx(
        [by_outside[names.index(n)] for n in found], abs=1e-12
    )


def test_a_row_is_worked_line_by_line_and_judged() -> None:
    solution = solve(second("example:article-004", "w1"))
    assert solution.verified.compared
    assert solution.gradients["w_2_1_1"] == pytest.approx(hessian("example:article-004")["w[1][1][1]"]["w[2][1][1]"])
    result = CliRunner().invoke(
        main, ["solve", "example:article-004", "--second", "w1 = 1, w2 = -2", "--to", "text", "-o", "-"]
    )
    text = " ".join(result.output.split())
    assert "second derivatives" in text and "along = g_{w1} + (−2) · g_{w2}" in text
    assert "∂g_z/∂h = g_h · (1 − h − h)" in text


def layer(units: int, activation: str) -> dict[str, Any]:
    """A layer with two inputs."""
    return with_targets(file_of((2,), [{"units": units, "activation": activation, **SEED}], 1))


@pytest.mark.parametrize(
    ("network", "of", "says"),
    [
        (layer(1, "relu"), "w[1][1][1]", "found a function with a kink"),
        ("example:symbolic", "w[1][1][1]", None),
        (layer(17, "tanh"), "b[1][1]", "found 51 parameters; expected at most 50"),
        ("example:article-004", "w9", "found 'w9'; expected one of w"),
        ("example:article-004", "w1 = a", "found 'w1 = a'; expected a name, or name = number"),
    ],
)
def test_what_has_no_second_derivatives_is_refused(network: Any, of: str, says: str | None) -> None:
    if says is None:  # without numbers there are formulas
        assert "∂" in solve(second(network, of)).text("text")
        return
    with pytest.raises(InputError) as problem:
        second(network, of)
    assert says in str(problem.value)


def test_a_page_and_json_have_the_whole_matrix_where_it_is_asked_for() -> None:
    matrix = hessian("example:article-004")
    solution = solve("example:article-004", only=("hessian",))
    lines = [line.split() for line in solution.text("text").splitlines() if line.startswith(("  w", "  b"))]
    rows = [[float(cell.replace("−", "-")) for cell in line[1:]] for line in lines]
    assert rows == [[pytest.approx(each, abs=5.1e-5) for each in row.values()] for row in matrix.values()]
    with_it = solve("example:article-004", **{"with": ("hessian",)})
    assert json.loads(with_it.text("json"))["hessian"] == matrix
    assert "hessian" not in json.loads(solve("example:article-004").text("json"))


def test_an_entry_that_is_a_fraction_is_printed_as_what_it_is() -> None:
    net = {
        "data": {"inputs": [[2]], "targets": [[0.5]]},
        "layer": [{"units": 1, "weights": [[0.3]], "biases": [0.1]}],
        "loss": {"name": "half_squared_error"},
    }
    lines = solve(net, only=("hessian",)).text("text").splitlines()
    assert [line.split()[1:] for line in lines if line.startswith(("  w", "  b"))] == [["4", "2"], ["2", "1"]]


def test_a_matrix_that_is_not_true_is_refused() -> None:
    derivation = derive(build(load("example:article-004")))
    matrix = {name: {**row} for name, row in hessian("example:article-004").items()}
    matrix["b[1][1]"]["w[2][1][1]"] *= -1
    with pytest.raises(CheckFailed, match=r"by b\[1\]\[1\] and w\[2\]\[1\]\[1\]"):
        twice.held_to_quotients(derivation, matrix)


@pytest.mark.parametrize(("name", "found"), [("relu-kink", "a kink"), ("symbolic", "symbols")])
def test_a_network_without_second_derivatives_is_told_so(name: str, found: str) -> None:
    with pytest.raises(InputError, match=found):
        _ = solve(f"example:{name}", only=("hessian",)).document


def test_a_first_derivative_that_is_another_parameter_has_a_slope_of_its_own() -> None:
    """(x + y)·z by x is z; the second derivative by x and z was 0."""
    names = ("x", "y", "z")
    assert hessian("example:graph-product") == {
        row: {by: float((row == "z") != (by == "z")) for by in names} for row in names
    }
    assert solve(second("example:graph-product", "x")).gradients["z"] == 1
