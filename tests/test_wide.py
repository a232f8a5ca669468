"""Networks of any width: their numbers are those of the outside library, and what is written of them is whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import autograd.numpy as np
import numpy
import pytest
from autograd import value_and_grad

import derivegen
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluator import Evaluator
from derivegen.calculus.numbers.layer_arrays import given_arrays
from derivegen.document.blocks import Derivation
from derivegen.document.verify import Judge
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.tree import BigSum, Number, Product, transform, walk
from derivegen.network.file.load import load
from derivegen.network.graph import build
from tests.bench.sized import SIZES, XXL, Size, arrays_of, saved
from tests.bench.sized import file as sized_file
from tests.pace import USUAL, counted

Arrays = Mapping[str, Any]


def outside(size: Size, rows: int) -> Callable[[Arrays], Any]:
    """The loss as one would write it for autograd, a column an example."""

    def loss(arrays: Arrays) -> Any:
        a, t = arrays["x"], arrays["t"]
        for number in range(1, len(size.widths)):
            offsets = arrays[f"b[{number}]"]
            z = np.dot(arrays[f"w[{number}]"], a) + (offsets if rows == 1 else offsets[:, None])
            a = 1 / (1 + np.exp(-z))
        if size.entropy:
            return -np.sum(t * np.log(a) + (1 - t) * np.log(1 - a)) / rows
        return np.sum((t - a) ** 2) / size.widths[-1] / rows

    return loss


@pytest.mark.parametrize("rows", [1, 7, 100])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_every_size_agrees_with_the_outside_library(size: Size, rows: int) -> None:
    network = load(sized_file(size, rows))
    arrays = dict(arrays_of(network))
    true, slopes = value_and_grad(outside(size, rows))(arrays)
    found = Evaluator(derive(build(network)))(arrays)
    assert found.loss == pytest.approx(float(true), rel=1e-12)
    assert set(found.gradient) == set(arrays) - {"x", "t"}
    for name, slope in found.gradient.items():
        assert numpy.abs(slope - slopes[name]).max() <= 1e-10 * numpy.abs(slopes[name]).max(), name


MIDDLE = Size((60, 30, 4))


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> derivegen.Solution:
    return derivegen.solve(saved(MIDDLE, 6, tmp_path_factory.mktemp("wide")))


def test_a_solution_answers_by_name_and_by_array(solved: derivegen.Solution) -> None:
    given = given_arrays(solved.graph)
    true, slopes = value_and_grad(outside(MIDDLE, 6))(dict(given))
    assert solved.values["loss"] == pytest.approx(float(true), rel=1e-12)
    assert solved.gradients["w[1][30][60]"] == pytest.approx(slopes["w[1]"][29, 59], rel=1e-10)
    for name in ("w[1]", "b[2]", "x"):
        assert numpy.allclose(solved.array(f"dloss/d{name}"), slopes[name], rtol=1e-10, atol=1e-14)
    assert solved.array("x").shape == (60, 6) and solved.array("z[1]").shape == (30, 6)
    with pytest.raises(InputError, match="no array"):
        solved.array("dloss/dw[9]")


def test_every_expression_of_a_solution(solved: derivegen.Solution) -> None:
    found = dict(solved.expressions("weight", "bias"))
    assert len(found) == len(solved.graph.parameters)
    assert found["dloss/db[2][4]"] == solved.expr("dloss/db[2][4]")


def test_the_document_of_a_wide_network(solved: derivegen.Solution) -> None:
    text = solved.text("md")
    for title in ("The layers as matrices", "The rules, with indices", "One weight followed with its numbers"):
        assert title in text
    assert "30 × 60" in text and "agree to" in text and "not looked at one by one" in text


def test_a_single_weight_of_a_wide_network(solved: derivegen.Solution) -> None:
    named = derivegen.solve(solved.network, wrt="w.1.3.57")
    assert "w_{3,57}^{(1)}" in named.text("md")
    assert named.step("dloss/dw[1][3][57]").terms


def test_the_json_has_what_is_wanted_and_the_shapes(solved: derivegen.Solution) -> None:
    page = json.loads(solved.text("json"))
    assert page["shapes"]["w[1]"] == [30, 60] and page["shapes"]["a[2]"] == [4, 6]
    assert page["gradients"].keys() == {"w[1][1][1]", "b[1][1]", "w[2][1][1]", "b[2][1]"}
    assert page["values"]["loss"] == solved.values["loss"] and "a[2][4]@6" in page["values"]


@pytest.mark.parametrize("source", ["example:article-000", "example:xor", "example:article-003"])
def test_arrays_of_a_small_network(source: str) -> None:
    solution = derivegen.solve(source)
    if not solution.trace.complete:
        with pytest.raises(InputError, match="give every number"):
            solution.content("npz")
        return
    with numpy.load(BytesIO(solution.content("npz"))) as held:
        assert "loss" in held and "dloss/dw[1]" in held
        weights = next(f for f in solution.graph.families.values() if f.name == "w[1]")
        for indices in weights.members():
            place = tuple(int(index) - 1 for index in indices)
            assert held["w[1]"][place] == solution.values[weights.member(indices)]
            assert held["dloss/dw[1]"][place] == solution.gradients[weights.member(indices)]


def test_the_gradients_as_arrays(solved: derivegen.Solution, tmp_path: Path) -> None:
    (path,) = solved.write(tmp_path, "npz")
    with numpy.load(path) as held:
        assert held["dloss/dw[1]"].shape == (30, 60)
        assert numpy.array_equal(held["dloss/dw[1]"], solved.array("dloss/dw[1]"))
    assert solved.content("npz") == path.read_bytes()


def test_the_largest_network_is_solved_with_a_thousand_rows(tmp_path: Path) -> None:
    solution = derivegen.solve(saved(XXL, 1000, tmp_path))
    assert solution.verified.method.startswith("complex") and solution.verified.largest < 1e-10
    assert solution.lines > 50
    assert solution.gradients["w[1][128][784]"] == pytest.approx(solution.array("dloss/dw[1]")[127, 783])
    text = solution.text("md")
    assert text.count("the others likewise") == 2  # of ten outputs one slope is worked
    assert "-1 iterations" not in text


def in_symbols(view: str, rows: int | str = 1, inputs: int = 20_000) -> dict[str, Any]:
    """A network of many inputs without a number."""
    layers = [{"units": 2, "activation": "sigmoid"}, {"units": 1}]
    data = {"inputs": inputs, "rows": rows}
    return {"data": data, "layer": layers, "loss": {"name": "half_squared_error"}, "document": {"view": view}}


@pytest.mark.parametrize(("view", "rows"), [("units", 1), ("matrix", 1), ("matrix", "N")])
def test_a_wide_network_in_symbols_is_judged_array_by_array(view: str, rows: int | str) -> None:
    with counted() as paces:
        assert derivegen.solve(in_symbols(view, rows)).text("text")
    assert paces.count < USUAL


def test_a_long_sum_is_judged_to_its_last_term() -> None:
    solution = derivegen.solve(in_symbols("units", inputs=1500))
    blocks = [block for block in solution.document.blocks if isinstance(block, Derivation)]
    row = next(
        row for block in blocks for row in block.rows if any(isinstance(part, BigSum) for part in walk(row.right))
    )
    sums = [part for part in walk(row.right) if isinstance(part, BigSum)]
    judge = Judge(solution.trace, solution.notation)
    judge.lines.judge(Derivation((row,)))
    for wrong in (replace(sums[0], high=Number("1499")), replace(sums[0], body=Product((sums[0].body, Number("2"))))):
        false = replace(row, right=transform(row.right, lambda part, w=wrong: w if part == sums[0] else None))
        with pytest.raises(CheckFailed):
            judge.lines.judge(Derivation((false,)))
