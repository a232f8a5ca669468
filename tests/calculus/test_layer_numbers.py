"""The numbers of a large network, array by array, are those of the fold over its steps, under every kind of name."""

from dataclasses import replace
from fractions import Fraction

import numpy
import pytest

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.matrix import Arrays
from derivegen.calculus.numbers.array_values import ArrayValues
from derivegen.calculus.numbers.evaluate import Numbers, Trace
from derivegen.calculus.numbers.large import in_arrays
from derivegen.calculus.numbers.layer_numbers import LayerNumbers
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.calculus.verify import verify
from derivegen.document.verify.numbers import PrintedNumbers
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.arithmetic.value import value
from derivegen.formula.tree import Array, Call, Hadamard, Negative, Product, Quantity, Sum, Transpose
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.network.tables.losses import LOSSES
from derivegen.network.training import Training


def wide(rows: int = 3, inputs: int = 30, hidden: int = 20, scale: float = 0.3, last: str = "softmax") -> Derivation:
    draw = numpy.random.RandomState(7)

    def matrix(height: int, width: int) -> list[list[float]]:
        return [[round(float(x), 3) for x in row] for row in scale * draw.randn(height, width)]

    raw = {
        "data": {"inputs": matrix(rows, inputs), "targets": [[1, 0] if r % 2 else [0, 1] for r in range(rows)]},
        "layer": [
            {"units": hidden, "activation": "tanh", "weights": matrix(hidden, inputs), "biases": matrix(1, hidden)[0]},
            {"units": 40, "activation": "sigmoid", "weights": matrix(40, hidden), "biases": matrix(1, 40)[0]},
            {"units": 2, "activation": last, "weights": matrix(2, 40), "biases": [0.5, -0.5]},
        ],
        "loss": {"name": "cross_entropy" if last == "softmax" else "binary_cross_entropy"},
    }
    return derive(build(load(raw)))


NAMES = [
    "x[3]@2", "t[1]@1", "w[1][20][30]", "b[3][2]", "z[1][7]@3", "a[3][2]@1", "loss", "loss@2", "loss[1]@3",
    "dloss/dw[1][4][5]", "dloss/db[2][40]", "dloss/da[1][3]@2", "dloss/dx[30]@3", "dloss@2/dw[1][4][5]", "dloss@3/db[3][1]",
    "dloss@2/dz[2][8]", "dloss@1/da[2][8]", "delta[2][8]@2", "delta[3][1]@1", "dz[2][3]@1/da[1][4]@1", "da[1][2]@1/dz[1][2]@1",
]  # fmt: skip


@pytest.mark.parametrize("last", ["softmax", "sigmoid"])
def test_every_kind_of_name(last: str) -> None:
    derivation = wide(last=last)
    assert in_arrays(derivation.graph)
    arrays, fold = LayerNumbers(derivation), Numbers(derivation)
    for name in NAMES:
        assert arrays[name] == pytest.approx(fold[name], rel=1e-11, abs=1e-15), name
        assert arrays.step_by_step(name) == pytest.approx(fold[name], rel=1e-11, abs=1e-15), name


def test_all_by_name() -> None:
    derivation = wide(rows=1)
    arrays, fold = LayerNumbers(derivation), Numbers(derivation)
    slopes = {name: slope for name, slope in fold.gradients.items() if not name.startswith("t[")}  # one by one only
    for ours, true in ((arrays.values, fold.values), (arrays.gradients, slopes)):
        assert set(ours) == set(true) and len(ours) == len(true)
        assert all(ours[name] == pytest.approx(true[name], rel=1e-11, abs=1e-15) for name in true)
    for one, other in ((arrays.forward(), fold.forward()), (arrays.backward(), fold.backward())):
        assert list(dict(one)) == list(true := dict(other))
        assert all(arrays[name] == pytest.approx(true[name], rel=1e-11, abs=1e-15) for name in true)


def test_what_is_no_quantity_has_no_number() -> None:
    arrays = LayerNumbers(wide())
    for name in ("w[9][1][1]", "dloss/dw[1][99][1]", "nothing"):
        with pytest.raises((InputError, KeyError, LookupError)):
            arrays[name]
        assert name not in arrays.values


def test_a_number_that_is_too_large_is_named() -> None:
    with pytest.raises(InputError, match=r"z\[1\]\[1\]@1 .* needs a number too large") as caught:
        LayerNumbers(wide(scale=1e200))["loss"]
    assert len(str(caught.value)) < 400


def traced(derivation: Derivation) -> Trace:
    return Trace(derivation.graph, derivation, Rounding(4))


@pytest.mark.parametrize("loss", sorted(set(LOSSES) - {"abstract", "cross_entropy"}))
@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - {"abstract", "softmax"}))
def test_complex_steps_agree(activation: str, loss: str) -> None:
    draw = numpy.random.RandomState(3)
    targets = [[1.0, -1.0]] if loss == "hinge" else [[1.0, 0.0]]
    layers = [
        {"units": 30, "activation": activation, "weights": (draw.randn(30, 40) * 0.2).tolist()},
        {"units": 25, "activation": activation, "weights": (draw.randn(25, 30) * 0.2).tolist(), "biases": 0.1},
        {"units": 2, "activation": "sigmoid", "weights": (draw.randn(2, 25) * 0.2).tolist()},
    ]
    raw = {"data": {"inputs": draw.randn(1, 40).tolist(), "targets": targets}, "layer": layers, "loss": {"name": loss}}
    verified = verify(traced(derive(build(load(raw)))))
    assert verified.method.startswith("complex") and verified.largest < 1e-12


def test_a_wrong_derivative_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = traced(wide())
    adjoints = dict(trace.floats.adjoints)  # type: ignore[attr-defined]
    adjoints["w[2]"] = adjoints["w[2]"].copy()
    adjoints["w[2]"][3, 4] += 1e-6
    trace.floats.__dict__["adjoints"] = adjoints
    with pytest.raises(CheckFailed, match="direction 1"):
        verify(trace)


ARRAYS = [
    "x@2", "t@1", "w[1]", "b[2]", "z[1]@3", "a[3]@1", "dloss/dw[2]", "dloss/db[1]", "dloss/dz[1]@2", "dloss/da[2]@3", "delta[1]@2",
    "delta[3]@3", "dloss@2/dz[1]", "da[1]@1/dz[1]@1", "w[1]'",
]  # fmt: skip


@pytest.mark.parametrize("rate", [None, 0.5])
def test_whole_arrays(rate: float | None) -> None:
    derivation = wide()
    if rate is not None:
        network = replace(derivation.graph.network, training=Training(learning_rate=Fraction(rate)))
        derivation = derive(build(network))
    arrays, fold = Arrays(derivation), Numbers(derivation)
    values = ArrayValues(arrays, LayerNumbers(derivation))
    for name in ARRAYS if rate is not None else ARRAYS[:-1]:
        rows, columns = arrays.size(name)
        found = values(Array(name))
        assert found.shape == (rows, columns), name
        for j, k in {(1, 1), (rows, columns), (rows // 2 + 1, columns // 2 + 1)}:
            true = value(arrays.member(name, j, k), fold.__getitem__, fold.arithmetic)
            assert found[j - 1, k - 1] == pytest.approx(float(true), rel=1e-11, abs=1e-15), (name, j, k)


def test_algebra_of_arrays() -> None:
    arrays = Arrays(wide(rows=1))
    values = ArrayValues(arrays, LayerNumbers(arrays.chain))
    back = Hadamard((Product((Transpose(Array("w[3]")), Array("delta[3]"))), Call("sigmoid", (Array("z[2]"),), 1)))
    z = Sum((Product((Array("w[1]"), Array("x"))), Array("b[1]")))
    outer = Product((Array("delta[2]"), Transpose(Array("a[1]"))))
    for tree, name in ((back, "delta[2]"), (z, "z[1]"), (outer, "dloss/dw[2]"), (Negative(Negative(z)), "z[1]")):
        assert numpy.allclose(values(tree), values(Array(name)), rtol=1e-12, atol=1e-15), name


def test_the_derivatives_of_one_rows_loss_by_a_parameter_are_entries_of_arrays() -> None:
    """Each was worked out by its own step: a thousand rows took twenty seconds."""
    numbers = LayerNumbers(wide())
    for name in ("dloss@2/dw[1][4][5]", "dloss@3/db[3][1]"):
        assert numbers._entry(name) == pytest.approx(numbers.step_by_step(name), rel=1e-12)


@pytest.mark.parametrize(
    "text", ["dloss@{}/dw[1][4][5]", "dloss@{}/dz[2][3] a[1][2]@{}", "loss@{} rate", "w[1][4][5] x[5]@{}"]
)
def test_a_sum_over_rows_is_found_at_once(text: str) -> None:
    """Each term was looked up by its name: the lines of a hundred thousand rows took forty seconds."""
    numbers, rows = LayerNumbers(wide()), 3
    terms = [Product(tuple(map(Quantity, text.format(row, row).split()))) for row in range(1, rows + 1)]
    found = numbers.over_rows(terms[0])
    if "rate" in text:  # what no array holds is worked out term by term
        assert found is None
    else:
        assert found is not None and float(found.text) == pytest.approx(float(numbers.of(Sum(tuple(terms)))), rel=1e-12)


def test_code_for_the_losses_of_rows_is_made_once_for_all_families_and_rows() -> None:
    """It was made for each family anew, all that comes after it as well: of 86 layers that took three quarters of the time of a page."""
    derivation = wide()
    numbers = LayerNumbers(derivation)
    for name in ("dloss@2/dw[1][4][5]", "dloss@3/db[3][1]"):
        assert numbers._entry(name) is not None
    for array in ("dloss@1/dz[2]", "dloss@2/da[1]"):
        assert numbers.array(array) is not None
    assert list(derivation.compiled) == [("of one row",)]


@pytest.mark.parametrize(("last", "scale"), [("softmax", 0.3), ("sigmoid", 0.3), ("sigmoid", 2), ("softmax", 2)])
def test_the_steps_of_all_rows_are_worked_out_at_once_and_are_those_of_each(last: str, scale: float) -> None:
    """Also where an output of some rows is saturated: their losses are worked out by themselves. To find the step of each row anew took a
    quarter of a millisecond, and a sum over three thousand rows a tenth of a second."""
    derivation = wide(last=last, scale=scale)
    numbers, fold = LayerNumbers(derivation), Numbers(wide(last=last, scale=scale))
    for by in ("w[1][4][5]", "b[3][1]", "w[3][2][7]", "w[2][8][3]"):
        for name in (f"dloss/d{by}", *(f"dloss@{row}/d{by}" for row in (1, 2, 3))):
            assert numbers.step_by_step(name) == pytest.approx(fold[name], rel=1e-10, abs=1e-14), name
    assert {row for row, chain in derivation._rows.items() if chain._steps} == {1}
    for name in ("loss", "loss@1", "loss@2", "loss@3"):
        assert numbers.step_by_step(name) == pytest.approx(fold[name], rel=1e-10, abs=1e-14), name


def test_the_judge_takes_the_terms_of_a_sum_over_many_rows_from_their_steps() -> None:
    """Of the first thousand it did, and believed the arrays in all others."""
    derivation = wide(rows=1100)
    judge, other = (PrintedNumbers(Trace(derivation.graph, derivation, Rounding())) for _ in range(2))
    numbers, names = judge.own.floats, [f"dloss@{row}/dw[1][4][5]" for row in range(1, 1101)]
    assert isinstance(numbers, LayerNumbers)
    true = [judge.true(name) for name in names]
    assert true == pytest.approx([numbers[name] for name in names], rel=1e-12)
    assert isinstance(other.own.floats, LayerNumbers)
    other.own.floats[names[-1]]  # the arrays of that row are made
    other.own.floats._one_row.by("1100")["w[1]"][3, 4] += 1
    assert [other.true(name) for name in names] == true
