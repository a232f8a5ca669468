"""A reader with a calculator: every line of numbers on a page, worked by a reader and an arithmetic of its own, leads to its result."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

import derivegen
from derivegen.network.file.examples import example_names
from tests.calculator import followed, worked
from tests.gallery import GALLERY
from tests.various import various

SEEDS = (3, 5, 24, 41)
"""Of the networks of every kind; three hundred are in tests/thorough."""
CARRIED = ("article-000", "article-004", "relu-kink", "softmax-2-3-2")


@cache
def carried(name: str) -> derivegen.Solution:
    return derivegen.solve(f"example:{name}", carry="rounded")


@pytest.mark.parametrize("ending", ["md", "tex"])
def test_no_line_of_the_gallery_needs_a_remark_or_is_contradicted(ending: str) -> None:
    pages = [GALLERY / name / f"{name}.{ending}" for name in example_names()]
    found = [followed(page.read_text(encoding="utf-8"), 4) for page in pages if page.is_file()]
    assert sum(count for count, _, _ in found) > 100
    assert [line.side for _, false, _ in found for line in false] == []
    assert sum(remarks for _, _, remarks in found) == 0


@pytest.mark.parametrize("view", ["units", "matrix"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_a_network_of_three_hidden_layers_needs_no_remark(activation: str, view: str) -> None:
    """It needed ten: where the usual digits lead elsewhere, further ones are printed."""
    net = layers(2, 2, 2, 2, 1, activation=activation, seed=7)
    page = derivegen.solve({**net, "document": {"view": view}}).text("md")
    count, false, remarks = followed(page, 4)
    assert count > 15
    assert ([line.side for line in false], remarks) == ([], 0)


def layers(*widths: int, activation: str, seed: int) -> dict[str, Any]:
    """A network so wide, with drawn numbers of two decimals."""
    lot = random.Random(seed)

    def numbers(count: int) -> list[float]:
        return [round(lot.uniform(-1, 1), 2) for _ in range(count)]

    made = [
        {
            "units": own,
            "activation": activation,
            "weights": [numbers(below) for _ in range(own)],
            "biases": numbers(own),
        }
        for below, own in pairwise(widths)
    ]
    return {
        "data": {"inputs": [numbers(widths[0])], "targets": [numbers(widths[-1])]},
        "layer": made,
        "loss": {"name": "half_squared_error"},
        "training": {"learning_rate": 0.1, "steps": 1},
    }


def test_keys_are_followed_too() -> None:
    keys = sorted(GALLERY.glob("sheet-*/*-key.md"))
    found = [followed(page.read_text(encoding="utf-8"), 4) for page in keys]
    assert sum(count for count, _, _ in found) > 20
    assert [line.side for _, false, _ in found for line in false] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_networks_of_every_kind_are_followed(seed: int) -> None:
    net = various(seed)
    shown = net["document"]
    page = derivegen.solve(net).text("md")
    count, false, _ = followed(page, shown.get("digits", 4), shown.get("significant"))
    assert count > 5
    assert [line.side for line in false] == []


def test_a_result_below_a_power_of_ten_is_followed_to_the_digits_it_shows() -> None:
    """-0.98 - 0.1·0.25 is -1.005, and the result -0.9998: with two digits both are a 1, but -1.00 is printed with one zero more."""
    layer = {"units": 1, "activation": "linear", "weights": [[-0.975]]}
    net = {
        "data": {"inputs": [[1]], "targets": [[-1.099]]},
        "layer": [layer],
        "loss": {"name": "squared_error"},
        "training": {"learning_rate": 0.1, "steps": 1},
        "document": {"significant": 2},
    }
    page = derivegen.solve(net).text("md")
    assert "-0.975 - 0.1 \\cdot 0.248 \\approx -1.00" in page
    assert [line.side for line in followed(page, 4, 2)[1]] == []


@pytest.mark.parametrize("name", CARRIED)
def test_numbers_carried_on_as_printed_follow_from_the_numbers_printed(name: str) -> None:
    count, false, remarks = followed(carried(name).text("md"), 4)
    assert count > 10
    assert [line.side for line in false] == []
    assert remarks <= 2


def test_a_half_is_carried_away_from_zero() -> None:
    """−0.2277 · 0.3 · 0.2445 · 0.5 is −0.00835…, and so is −0.0167 · 0.5 exactly: −0.0084."""
    solution = derivegen.solve("example:article-004", carry="rounded", detail="full")
    assert solution.trace.text("dloss/dw[1][1][1]") == "-0.0084"
    assert solution.values["a[1][1]"] == pytest.approx(0.574442516811659, rel=1e-15)  # scripts get all digits
    assert json.loads(solution.text("json"))["values"]["a[1][1]"] == solution.values["a[1][1]"]


@pytest.mark.parametrize("name", ["article-000", "relu-kink", "softmax-2-3-2"])
def test_a_notebook_carries_on_what_is_printed(name: str) -> None:
    cells = json.loads(carried(name).text("ipynb"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert code.count("# carried on as printed") > 0


def test_the_calculator_finds_a_false_line() -> None:
    """A line as the pages had it: the printed factors come to −0.0084."""
    rows = r"""\begin{aligned}
d
  &\approx -0.2277 \cdot 0.3 \cdot 0.2445 \cdot 0.5
  && \text{numbers} \\[4pt]
{}
  &\approx -0.0083
\end{aligned}"""
    count, false, _ = followed(rows, 4)
    assert count == 1 and len(false) == 1
    assert followed(rows.replace("0.2277", "0.22767").replace("0.2445", "0.24446"), 4)[1] == []
    told = rows.replace("-0.0083", "-0.0083\n  && \\text{(the printed numbers alone would give $-0.0084$)}")
    assert followed(told, 4)[1:] == ([], 1)


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        (r"-\frac{1}{0.4134}", -2.418964683115627),
        (r"\tfrac{1}{2} {(0.3723 - 0.6)}^{2}", 0.025923645),
        (r"0{,}269 \cdot \sigma(0{,}269) - 2 \ln(3)", -2.044741),
        (r"\frac{\mathrm{e}^{0.15} - \mathrm{e}^{-0.15}}{\mathrm{e}^{0.15} + \mathrm{e}^{-0.15}}", 0.14888503),
        (r"1.5 \times 10^{-3} \cdot 2 (1 - 3)", -0.006),
        (r"\max(0; 1 - 0.5 \cdot 3) + \left| -2 \right| + \sqrt{2.25}", 3.5),
    ],
)
def test_the_calculator_reads_as_people_do(formula: str, result: float) -> None:
    assert float(worked(formula)) == pytest.approx(result, rel=1e-6)  # type: ignore[arg-type]


def test_the_calculator_multiplies_matrices() -> None:
    left, right = r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", r"\begin{bmatrix} 5 \\ 6 \end{bmatrix}"
    assert worked(f"{left} {right} - 2 {right}") == [[7], [27]]
    assert worked(rf"\left( {right} {{{right}}}^{{\top}} \right) \odot {left}") == [[25, 60], [90, 144]]


# ------------------------------------------------------------------------------------------------- digits, where they help


def deep() -> dict[str, Any]:
    """A 2-2-2-2-1 network, whose page needed ten remarks."""
    weights = [[[0.35, -0.72], [0.61, 0.44]], [[-0.53, 0.27], [0.82, -0.36]], [[0.47, 0.66], [-0.29, 0.58]]]
    hidden = [{"units": 2, "activation": "sigmoid", "weights": each, "biases": [0.1, -0.2]} for each in weights]
    return {
        "data": {"inputs": [[0.83, -0.41]], "targets": [[0.37]]},
        "layer": [*hidden, {"units": 1, "activation": "sigmoid", "weights": [[0.73, -0.51]], "biases": [0.15]}],
        "loss": {"name": "half_squared_error"},
        "training": {"learning_rate": 0.5},
    }


def test_a_deep_network_needs_no_remark() -> None:
    count, false, remarks = followed(derivegen.solve(deep()).text("md"), 4)
    assert count > 15
    assert false == [] and remarks == 0


def test_a_half_rounds_one_way_in_one_document() -> None:
    """The loss of relu-kink is 0.66125."""
    page = derivegen.solve("example:relu-kink").text("md")
    assert "0.6613" in page and not re.search(r"0\.6612(?!\d)", page)


def test_what_is_nothing_is_printed_as_nothing() -> None:
    """A weight that a run brings back to where it was: 0.1 + 0.2 is not 0.3 in doubles."""
    net = {
        "data": {"inputs": [[1]], "targets": [[0.3]]},
        "layer": [{"units": 1, "weights": [[0.1]], "biases": [0.2]}],
        "loss": {"name": "half_squared_error"},
        "training": {"learning_rate": 0.5, "steps": 3},
    }
    solution = derivegen.solve(net)
    assert (
        solution.trace.text("moved w[1][1][1]#3") == solution.trace.text("loss") == solution.trace.text("norm#2") == "0"
    )
    assert "\\times 10" not in solution.text("md")


def test_the_json_says_what_the_page_says_of_a_saturated_unit() -> None:
    net = {
        "data": {"inputs": [[1]], "targets": [[1]]},
        "layer": [{"units": 1, "activation": "tanh", "weights": [[25]], "biases": False}],
        "loss": {"name": "squared_error"},
    }
    solution = derivegen.solve(net)
    shown = solution.trace.text("da[1][1]/dz[1][1]")
    assert shown == "7.7e-22"
    assert json.loads(solution.text("json"))["values"]["loss"] == pytest.approx(
        float(solution.trace.text("loss")), rel=0.05
    )


# ------------------------------------------------------------------------------------------------ what the judge refused


def own(formula: str, **inputs: float) -> dict[str, Any]:
    return {"graph": {"inputs": inputs, "nodes": [["f", formula]], "output": "f"}}


@pytest.mark.parametrize("carry", ["exact", "rounded"])
@pytest.mark.parametrize(
    ("net", "name", "true"),
    [
        (own("(1-b)*g^2/(1-b)", b=0.3, g=1.7), "g", 3.4),
        (own("((x+1)-x)*y", x=1e17, y=0.7), "y", 1.0),
        (own("((x+1)-x)*y", x=1.2345e25, y=0.7), "y", 1.0),
        (own("(x*y)^2 + y", x=1.2345e25, y=0.7), "x", 2 * 1.2345e25 * 0.49),
        (own("exp(x)*y - exp(x)*0.3", x=58.0, y=0.7), "x", 6.182155742360415e24),
        (own("sin(x)*y - y*sin(x)", x=0.7, y=0.3), "y", 0.0),
    ],
)
def test_rounding_noise_is_nothing_to_refuse(net: dict[str, Any], name: str, true: float, carry: str) -> None:
    solution = derivegen.solve(net, carry=carry)
    assert solution.gradients[name] == pytest.approx(true, rel=1e-12, abs=1e-30)
    assert solution.text("md")


def test_a_run_that_has_come_to_rest_is_printed() -> None:
    """Its gradient is what cancellation leaves of doubles; norm#36 was refused."""
    net = {
        "data": {"inputs": [[0.5]], "targets": [[0.6]]},
        "layer": [{"units": 1, "weights": [[0.4]], "biases": [0.1]}],
        "loss": {"name": "half_squared_error"},
        "training": {"learning_rate": 0.5, "steps": 60},
    }
    solution = derivegen.solve(net)
    assert float(solution.trace.text("norm#36")) == pytest.approx(0.3 * 5**0.5 / 2 * 0.375**36, rel=0.05)
    assert solution.text("md")
