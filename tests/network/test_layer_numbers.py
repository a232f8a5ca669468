"""Where the numbers of layers of several kinds come from: typed, drawn, read, or what a kind starts with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from derivegen.network.file.load import load
from derivegen.network.network import FormulaGraph

LOSS = {"name": "half_squared_error"}
STEPS = [[[1, 2], [3, 4]]]


def graph_of(inputs: Any, *layers: dict[str, Any], base: Path | None = None) -> FormulaGraph:
    found = load({"data": {"inputs": inputs}, "layer": [*layers], "loss": LOSS}, base=base).graph
    assert found is not None
    return found


def array(numbers: Any, name: str, *sizes: int) -> list[float]:
    return [float(numbers[name + "".join(f"[{i + 1}]" for i in at)]) for at in numpy.ndindex(*sizes)]


def test_drawn_numbers_come_from_one_stream_weights_before_biases() -> None:
    layer = {"kind": "rnn", "units": 2, "weights": {"seed": 7, "scale": 0.1}, "biases": {"seed": 7, "scale": 0.1}}
    numbers = graph_of(STEPS, layer).parameters
    stream = numpy.random.RandomState(7)
    for name, sizes in (("w[1]", (2, 2)), ("u[1]", (2, 2)), ("b[1]", (2,))):
        assert array(numbers, name, *sizes) == pytest.approx(numpy.ravel(stream.randn(*sizes) * 0.1))


def test_drawn_inputs_have_a_shape() -> None:
    graph = graph_of({"seed": 3, "scale": 1, "shape": [2, 3]}, {"kind": "rnn", "units": 1})
    assert array(graph.inputs, "x", 2, 3) == pytest.approx(numpy.random.RandomState(3).randn(6))


def test_arrays_of_any_number_of_dimensions_are_read(tmp_path: Path) -> None:
    draw = numpy.random.RandomState(0)
    grids, weights = draw.randn(2, 1, 3, 3), draw.randn(2, 1, 2, 2)
    numpy.save(tmp_path / "x.npy", grids)
    numpy.savez(tmp_path / "w.npz", kernels=weights)
    layer = {"kind": "conv", "channels": 2, "size": 2, "weights": {"file": "w.npz", "key": "kernels"}}
    graph = graph_of({"file": "x.npy"}, layer, base=tmp_path)
    assert array(graph.parameters, "w[1]", 2, 1, 2, 2) == pytest.approx(weights.ravel())
    assert float(graph.inputs["x[1][2][3]@2"] or 0) == pytest.approx(grids[1, 0, 1, 2])


def test_single_arrays_are_given_by_name() -> None:
    layer = {"kind": "rnn", "units": 1, "parameters": {"u": [[0.5]]}, "weights": {"seed": 1}}
    numbers = graph_of(STEPS, layer).parameters
    assert numbers["u[1][1][1]"] == 0.5 and "b[1][1]" not in numbers
    assert array(numbers, "w[1]", 1, 2) == pytest.approx(numpy.random.RandomState(1).randn(2) * 0.5)


def test_a_norm_starts_with_ones_and_zeros() -> None:
    numbers = graph_of([[1, 2]], {"kind": "layer_norm"}).parameters
    assert numbers == {"g[1][1]": 1, "g[1][2]": 1, "b[1][1]": 0, "b[1][2]": 0}


def test_what_is_left_out_is_symbolic() -> None:
    numbers = graph_of(STEPS, {"kind": "gru", "units": 1}).parameters
    assert set(numbers.values()) == {None} and "bh[1][1]" in numbers


def test_a_drawn_mask_leaves_its_share_out() -> None:
    row = [[1] * 400]
    constants = graph_of(row, {"kind": "dropout", "rate": 0.25, "mask": {"seed": 4}}).constants
    kept = [value for name, value in constants.items() if name.startswith("keep[1]")]
    assert {*kept} == {0, 1} and 0.68 < sum(map(float, kept)) / 400 < 0.82  # type: ignore[arg-type]


def test_sinusoids_are_those_of_the_paper() -> None:
    constants = graph_of([[[0] * 4] * 3], {"kind": "position"}).constants
    angles = [2 / 10_000 ** (2 * (k // 2) / 4) for k in range(4)]
    wanted = [numpy.cos(angle) if k % 2 else numpy.sin(angle) for k, angle in enumerate(angles)]
    assert [constants[f"pe[1][3][{k}]"] for k in (1, 2, 3, 4)] == pytest.approx(wanted)
