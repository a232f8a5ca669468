"""The layer reading: what it prints is right on random networks, what is corrupted is refused, and every page of it can be written."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy
import pytest

import derivegen
from derivegen.api import Solution
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.document.blocks import Derivation, Document, Row, derivations
from derivegen.document.pen import pen_over
from derivegen.document.press import press
from derivegen.document.verify import Judge
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.tree import (
    Array,
    Call,
    Formula,
    Hadamard,
    Indexed,
    Matrix,
    Negative,
    Number,
    Product,
    Quantity,
    Sum,
    Transpose,
    Value,
    transform,
    walk,
)
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.tables.notations import NOTATIONS
from derivegen.render.environment import Templates
from derivegen.render.typst_page import pdf
from derivegen.solution.array_pen import ArrayPen
from derivegen.solution.index_rules import by_offset
from tests.calculus.test_matrix import Net, by_hand, forward, jacobian, loss_slope, random_net
from tests.often import times

TEMPLATES = Templates()
EXAMPLES = ("article-003", "article-000", "softmax-2-3-2", "xor", "symbolic")


@lru_cache(maxsize=8)
def solved(name: str, view: str = "matrix", notation: str = "indexed") -> Solution:
    """An example read layer by layer."""
    return derivegen.solve(f"example:{name}", view=view, notation=notation)


def pen_of(solution: Solution) -> ArrayPen:
    """The pen the layer reading is written with."""
    return ArrayPen(pen_over(solution.press, solution.trace))


# the printed formulas, in numpy


def in_numpy(tree: Formula, known: dict[str, Any]) -> Any:
    """The number of a formula of arrays; `known` holds the arrays by name, and slopes as matrices."""
    match tree:
        case Array(name) | Quantity(name):
            return known[name]
        case Product(factors):
            found = in_numpy(factors[0], known)
            for factor in factors[1:]:
                found = found @ in_numpy(factor, known)
            return found
        case Hadamard((first, second)):
            return in_numpy(first, known) * in_numpy(second, known)
        case Sum(terms):
            return sum(in_numpy(term, known) for term in terms)
        case Negative(body):
            return -in_numpy(body, known)
        case Transpose(body):
            return in_numpy(body, known).T
        case Call(_, (Array(name),), 1):
            return known[f"slope {name}"]
    raise TypeError(type(tree).__name__)


def gradients_of_row(pen: ArrayPen, net: Net, row: int) -> list[Any]:
    """∂C/∂W of every layer for one example, from nothing but the printed formulas and the given numbers."""
    at, layers, data = pen.at, net["layer"], net["data"]
    known: dict[str, Any] = {f"x{at}": numpy.array([data["inputs"][row]], float).T}
    known[f"t{at}"] = numpy.array([data["targets"][row]], float).T
    for number, layer in enumerate(layers, 1):
        ones = numpy.ones((layer["units"], 1))
        known[f"w[{number}]"] = numpy.array(layer["weights"], float)
        known[f"mask[{number}]"] = numpy.array(layer.get("connections", numpy.ones_like(layer["weights"])), float)
        known[f"b[{number}]"] = ones * numpy.array(layer.get("biases", 0) or 0, float).reshape(-1, 1)
        known[f"theta[{number}]"] = ones * numpy.array(layer.get("thresholds", 0), float).reshape(-1, 1)
        z = known[f"z[{number}]{at}"] = in_numpy(pen.equations.value(pen.layer(number).z), known)
        a = known[f"a[{number}]{at}"] = forward(layer["activation"], z)
        known[f"da[{number}]{at}/dz[{number}]{at}"] = slopes = jacobian(layer["activation"], z, a)
        known[f"slope z[{number}]{at}"] = slopes.diagonal().reshape(-1, 1)
    known[pen.by(f"a[{pen.last}]{at}").name] = loss_slope(net["loss"]["name"], a, known[f"t{at}"])
    for number in reversed(pen.numbers_of_layers):
        known[pen.delta(number).name] = in_numpy(pen.equations.adjoint(pen.layer(number).z), known)
    return [in_numpy(pen.equations.adjoint(pen.layer(number).weights), known) for number in pen.numbers_of_layers]


@pytest.mark.parametrize("start", range(0, times(40, 200), 40))
def test_the_printed_matrix_formulas_give_the_gradient(start: int) -> None:
    for seed in range(start, start + 40):
        net = random_net(seed)
        graph = build(load(net))
        trace = Trace(graph, derive(graph), Rounding(4))
        pen = ArrayPen(pen_over(press(graph, TEMPLATES), trace))
        wanted = by_hand(net)
        rows = [gradients_of_row(pen, net, row) for row in range(len(net["data"]["inputs"]))]
        mean = net["loss"]["name"] not in ("half_squared_error", "squared_error")
        for number, array in enumerate(wanted, 1):
            found = sum(row[number - 1] for row in rows) / (len(rows) if mean else 1)
            numpy.testing.assert_allclose(found, array, rtol=1e-12, atol=1e-12, err_msg=f"{seed}, layer {number}")
            unit_steps = [value for name, value in trace.gradients.items() if name.startswith(f"w[{number}]")]
            mask = numpy.array(net["layer"][number - 1].get("connections", numpy.ones_like(array)), bool)
            numpy.testing.assert_allclose(
                unit_steps, array[mask], rtol=1e-12, atol=1e-12, err_msg=f"{seed}, layer {number}"
            )


@pytest.mark.parametrize("start", range(0, times(4, 36), 4))
def test_every_line_of_the_layer_reading_is_judged_true(start: int) -> None:
    for seed in range(start, start + 4):
        net = random_net(seed) | {"training": {"learning_rate": 0.1}}
        single = len(net["data"]["inputs"]) == 1  # carried rounding of several rows is not matrix algebra's business
        solution = derivegen.solve(net, view="matrix", carry="rounded" if single and seed % 2 else "exact")
        assert solution.lines > 20
        solution.text("md")


# corrupted lines


def corruptions(tree: Formula) -> list[Formula]:
    """A matrix with one entry changed, a product with a transpose dropped, ⊙ made a matrix product or a sum."""
    found: list[Formula] = []
    for part in walk(tree):
        if isinstance(part, Matrix):
            first, *rest = part.rows
            changed = Number("7") if not isinstance(first[0], Value) else Negative(first[0])
            found.append(swapped(tree, part, Matrix(((changed, *first[1:]), *rest))))
        elif isinstance(part, Transpose):
            found.append(swapped(tree, part, part.body))
        elif isinstance(part, Hadamard):
            found += [swapped(tree, part, Product(part.factors)), swapped(tree, part, Sum(part.factors))]
        elif isinstance(part, Indexed) and part.base.startswith("w"):
            found.append(swapped(tree, part, Indexed(part.base, part.letters[::-1])))
    return found


def swapped(tree: Formula, old: Formula, new: Formula) -> Formula:
    """The tree with a part replaced."""
    return transform(tree, lambda part: new if part is old else None)


def zero_values(solution: Solution, tree: Formula) -> bool:
    """Whether a value is 0, so that its sign says nothing."""
    return any(isinstance(p, Value) and float(solution.trace.text(p.name)) == 0 for p in walk(tree))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_corrupted_matrix_line_is_refused(name: str) -> None:
    solution = solved(name)
    judge = Judge(solution.trace, solution.notation)
    tried = 0
    for derivation in derivations(solution.document.blocks):
        for place, row in enumerate(derivation.rows):
            if zero_values(solution, row.right) or derivation.proves == "functions":
                continue
            for wrong in corruptions(row.right):
                rows = (*derivation.rows[:place], Row(row.left, row.relation, wrong), *derivation.rows[place + 1 :])
                with pytest.raises(CheckFailed):
                    judge.lines.judge(Derivation(rows))
                    pytest.fail(f"{judge.lines.show(row.right, Row(None, '=', wrong))} passed", pytrace=False)
                tried += 1
    assert tried > 15


# pages


PAGES = [(name, "indexed", view) for name in EXAMPLES for view in ("matrix", "both")]
PAGES += [
    (name, notation, times("matrix", "both"))
    for name in ("article-003", "symbolic")
    for notation in NOTATIONS
    if notation != "indexed"
]


@pytest.mark.parametrize(("name", "notation", "view"), PAGES)
def test_every_page_is_written_and_read_back(name: str, notation: str, view: str) -> None:
    """Three formats hold every formula; the page whose notation is the example's own is set as well."""
    if notation == "plain":  # which cannot tell two units apart
        with pytest.raises(InputError):
            derivegen.solve(f"example:{name}", notation=notation, view=view)
        return
    solution = solved(name, view, notation)
    loss = solution.trace.text("loss") if solution.trace.complete else ""
    pages = [solution.text(form) for form in ("md", "latex", "typst")]
    assert all("None" not in page and loss in page for page in pages)
    if notation == "indexed" and view == "both":
        assert pdf(pages[-1]).startswith(b"%PDF")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
@pytest.mark.parametrize("name", times(("softmax-2-3-2", "symbolic"), EXAMPLES))
def test_latex_compiles_and_no_line_runs_out(name: str, tmp_path: Path) -> None:
    (tmp_path / "page.tex").write_text(solved(name, "both").text("latex"), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert run.returncode == 0, run.stdout[-2000:]
    too_wide = [line for line in run.stdout.splitlines() if "Overfull \\hbox" in line and "alignment" in line]
    assert not too_wide


def test_a_large_layer_is_said_in_symbols() -> None:
    net = {
        "data": {"inputs": 30},
        "layer": [{"units": 12, "activation": "tanh"}, {"units": 3, "activation": "softmax"}],
        "loss": {"name": "cross_entropy"},
    }
    solution = derivegen.solve(net, view="matrix")
    page = solution.text("md")
    assert "too large to be written out" in page
    assert not any(
        len(part.rows) > 10 or len(part.rows[0]) > 10
        for tree in right_sides(solution.document)
        for part in walk(tree)
        if isinstance(part, Matrix)
    )


def right_sides(document: Document) -> list[Formula]:
    return [row.right for derivation in derivations(document.blocks) for row in derivation.rows]


def test_many_parameters_are_read_in_matrices_if_nothing_else_is_said() -> None:
    net = {
        "data": {"inputs": 30},
        "layer": [{"units": 10, "activation": "tanh", "biases": False}, {"units": 2, "biases": False}],
        "loss": {"name": "half_squared_error"},
    }
    assert any(isinstance(p, Array) for tree in right_sides(derivegen.solve(net).document) for p in walk(tree))
    asked = derivegen.solve(net, wrt=["w[2][1][1]"]).document
    assert not any(isinstance(p, Array) for tree in right_sides(asked) for p in walk(tree))


def test_views_differ_in_what_they_hold() -> None:
    units, matrix, both = (
        derivegen.solve("example:article-000", view=view).document for view in ("units", "matrix", "both")
    )
    arrays = [any(isinstance(p, Array) for tree in right_sides(d) for p in walk(tree)) for d in (units, matrix, both)]
    assert arrays == [False, True, True]
    assert len(both.blocks) > max(len(units.blocks), len(matrix.blocks))


def test_a_recurrent_network_is_worked_in_whole_arrays_step_by_step() -> None:
    text = " ".join(derivegen.solve("example:rnn", view="matrix").text("text").split())
    steps = (
        "⁽³⁾ = (∂L/∂p · V) ⊙ tanh′(z⁽³⁾)",
        "⁽²⁾ = (Uᵀ · ∂L/∂z⁽³⁾) ⊙ tanh′(z⁽²⁾)",
        "⁽¹⁾ = (Uᵀ · ∂L/∂z⁽²⁾) ⊙ tanh′(z⁽¹⁾)",
    )
    places = [text.index(f"∂L/∂z{step}") for step in steps]
    assert places == sorted(places)
    assert "∂L/∂U = ∂L/∂z⁽¹⁾ · (h⁽⁰⁾)ᵀ + ∂L/∂z⁽²⁾ · (h⁽¹⁾)ᵀ + ∂L/∂z⁽³⁾ · (h⁽²⁾)ᵀ" in text
    assert "One use in full" not in text and "≈ [0.3165, 0.2001; −0.1170, −0.0422]" in text


@pytest.mark.parametrize("name", ["lstm", "attention", "conv-pool"])
def test_other_kinds_are_worked_in_whole_arrays(name: str) -> None:
    solution = derivegen.solve(f"example:{name}", view="matrix")
    assert solution.verified.compared
    assert len(solution.text("text")) < len(derivegen.solve(f"example:{name}").text("text"))


def test_a_graph_of_ones_own_has_no_matrices() -> None:
    with pytest.raises(InputError, match="no layers"):
        derivegen.solve("example:graph-product", view="matrix").text("md")


def test_an_assumption_settles_a_gate() -> None:
    page = derivegen.solve("example:article-001", view="matrix", assume=["z[1][1] > 0"]).text("md")
    assert "as assumed" in page


def test_shared_biases_add_up_and_thresholds_turn_the_sign() -> None:
    net = {
        "data": {"inputs": [[1]], "targets": [[1]]},
        "layer": [
            {"units": 2, "activation": "tanh", "weights": [[1], [2]], "biases": 0.5},
            {"units": 2, "activation": "sigmoid", "weights": [[1, 2], [2, 3]], "thresholds": [0.1, 0.2]},
            {"units": 1, "weights": [[1, 1]]},
        ],
        "loss": {"name": "half_squared_error"},
    }
    pen = pen_of(derivegen.solve(net))
    first, second = pen.layer(1).offset, pen.layer(2).offset
    assert first is not None and second is not None
    assert by_offset(pen, first) == (Quantity("dloss/db[1]"), Sum((Quantity("delta[1][1]"), Quantity("delta[1][2]"))))
    assert by_offset(pen, second) == (Array("dloss/dtheta[2]"), Negative(Array("delta[2]")))
    assert pen.equations.value(pen.layer(2).z) == Sum(
        (Product((Array("w[2]"), Array("a[1]")), dotted=False), Negative(Array("theta[2]")))
    )


def test_units_that_all_pass_are_matrices_of_numbers_though_the_targets_have_none() -> None:
    layer = {"units": 2, "activation": {"name": "elu", "alpha": 0.5}, "weights": [[0.5], [1]], "biases": [1, 0]}
    net = {"data": {"inputs": [[2]], "targets": 2}, "layer": [layer], "loss": {"name": "squared_error"}}
    text = derivegen.solve({**net, "document": {"view": "matrix"}}).text("text")
    assert re.search(r"= \[2; 2\]", text)
