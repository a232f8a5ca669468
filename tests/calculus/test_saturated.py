"""Saturated outputs and runs that leave the numbers: values against mpmath at 600 digits, and what the pages say."""

from __future__ import annotations

import json
import re
import warnings
from fractions import Fraction
from typing import Any

import mpmath
import pytest

import derivegen
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.numbers.evaluator import Evaluator
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.network.graph import build

mp = mpmath.MPContext()
mp.dps = 600


def sigmoid(z: float, t: float, more: str = "") -> str:
    return f"""
data = {{ inputs = [[1]], targets = [[{t}]] }}
layer = [{{ units = 1, activation = "sigmoid", weights = [[{z}]], biases = [0] }}]
loss = {{ name = "binary_cross_entropy" }}
{more}
"""


def softmax(zs: list[float], t: list[float], more: str = "") -> str:
    return f"""
data = {{ inputs = [[1]], targets = [{t}] }}
layer = [{{ units = {len(zs)}, activation = "softmax", weights = {[[z] for z in zs]}, biases = {[0] * len(zs)} }}]
loss = {{ name = "cross_entropy" }}
{more}
"""


def loaded(tmp_path: Any, text: str) -> Any:
    (tmp_path / "net.toml").write_text(text, "utf-8")
    return derivegen.load(tmp_path / "net.toml")


def near(found: Any, true: Any) -> bool:
    return bool(abs(mp.mpf(float(found)) - true) <= 2e-13 * abs(true) + mp.mpf(10) ** -310)


@pytest.mark.parametrize("z", [5, 17, 40, 120, 710, 1200, -38, -900])
def test_sigmoid_and_binary_cross_entropy(tmp_path: Any, z: float) -> None:
    for t in (0, 1, 0.75):
        chain = derive(build(loaded(tmp_path, sigmoid(z, t))))
        true = t * mp.log1p(mp.exp(-z)) + (1 - t) * mp.log1p(mp.exp(z))
        slope = (1 - t) / (1 + mp.exp(-z)) - t / (1 + mp.exp(z))
        numbers, arrays = Numbers(chain), Evaluator(chain)
        assert near(numbers["loss"], true) and near(numbers["dloss/dz[1][1]"], slope), t
        whole = arrays({})
        assert near(whole.loss, true) and near(whole.gradient["w[1]"][0][0], slope), t
        dict(numbers.backward())


@pytest.mark.parametrize("zs", [[50, 2, 1], [800, 2, 1], [-800, -801, -900], [40, 40, 0], [0.5, 0.25, 1]])
def test_softmax_and_cross_entropy(tmp_path: Any, zs: list[float]) -> None:
    powers = [mp.exp(z) for z in zs]
    a = [power / mp.fsum(powers) for power in powers]
    for t in ([1, 0, 0], [0, 1, 0], [0, 0, 1]):
        chain = derive(build(loaded(tmp_path, softmax(zs, t))))
        true = -mp.log(a[t.index(1)])
        slopes = [mine - target for mine, target in zip(a, t, strict=True)]
        numbers, whole = Numbers(chain), Evaluator(chain)({})
        assert near(numbers["loss"], true) and near(whole.loss, true), t
        for j, slope in enumerate(slopes):
            assert near(numbers[f"dloss/dz[1][{j + 1}]"], slope) and near(whole.gradient["w[1]"][j][0], slope), (t, j)


OWN = {
    "ln(1 + exp(z))": (lambda z: mp.log1p(mp.exp(z)), lambda z: 1 / (1 + mp.exp(-z))),
    "ln(sigmoid(z))": (lambda z: -mp.log1p(mp.exp(-z)), lambda z: 1 / (1 + mp.exp(z))),
    "softplus(z)": (lambda z: mp.log1p(mp.exp(z)), lambda z: 1 / (1 + mp.exp(-z))),
    "z*sigmoid(z)": (lambda z: z / (1 + mp.exp(-z)), None),
    "tanh(z)": (mp.tanh, lambda z: 1 - mp.tanh(z) ** 2),
}


@pytest.mark.parametrize("text", OWN)
def test_formulas_that_overflow_on_the_way(tmp_path: Any, text: str) -> None:
    function, slope = OWN[text]
    for z in (-800, -30, 40, 800, 2000):
        net = loaded(
            tmp_path,
            sigmoid(z, 0)
            .replace('"sigmoid"', f'{{ formula = "{text}" }}')
            .replace("binary_cross_entropy", "squared_error"),
        )
        numbers = Numbers(derive(build(net)))
        true = function(mp.mpf(z))
        assert abs(float(numbers["a[1][1]"]) - true) <= 1e-13 * abs(true) + 1e-16
        if slope is not None:
            assert abs(float(numbers["da[1][1]/dz[1][1]"]) - slope(mp.mpf(z))) < 1e-13


def page(tmp_path: Any, text: str, **options: Any) -> str:
    derivegen.solve(loaded(tmp_path, text), **options).write(tmp_path, to="text,json")
    found: dict[str, Any] = json.loads(
        (tmp_path / "net.json").read_text("utf-8"), parse_constant=lambda constant: pytest.fail(constant)
    )
    assert found["values"]["loss"] >= 0
    return re.sub(r"\s*\n\s*(\|\s*)?", " ", (tmp_path / "net.txt").read_text("utf-8"))


def test_a_saturated_sigmoid_is_joined_on_the_page(tmp_path: Any) -> None:
    right = page(tmp_path, sigmoid(40, 1))
    assert "= ln(1 + e^(−40)) + (1 − 1) · 40" in right and "≈ 4.2·10⁻¹⁸" in right
    assert "= (1 − 1) − σ(−40)" in right and "≈ −4.2·10⁻¹⁸" in right
    assert "are therefore taken together" in right
    wrong = page(tmp_path, sigmoid(800, 0), language="de")
    assert "= ln(1 + e^(−800)) + (1 − 0) · 800" in wrong and "werden deshalb zusammengenommen" in wrong


def test_a_saturated_softmax_is_joined_on_the_page(tmp_path: Any) -> None:
    right = page(tmp_path, softmax([50, 2, 2], [1, 0, 0]))
    assert "= ln(1 + e^(2 − 50) + e^(2 − 50)) + 0 · (50 − 2) + 0 · (50 − 2)" in right and "≈ 2.9·10⁻²¹" in right
    assert "outputs add up to 1; so no two nearly equal numbers are subtracted" in right


def test_an_unsaturated_output_keeps_its_plain_form(tmp_path: Any) -> None:
    assert "taken together" not in page(tmp_path, sigmoid(2, 1))


DIVERGING = """
data = { inputs = [[1], [2]], targets = [[1], [3]] }
layer = [{ units = 1, weights = [[0.5]], biases = [0.1] }]
loss = { name = "squared_error" }
training = { learning_rate = %s, steps = 400, every = 40 }
"""


def test_a_run_that_diverges_is_shown_as_far_as_numbers_go(tmp_path: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        solution = derivegen.solve(loaded(tmp_path, DIVERGING % 3))
        shown = page(tmp_path, DIVERGING % 3)
    w, b = Fraction(1, 2), Fraction(1, 10)
    losses = []
    for _ in range(len(solution.trace.updates)):
        errors = [(w + b - 1, 1), (2 * w + b - 3, 2)]
        losses.append(sum(e * e for e, _ in errors))
        w, b = w - 3 * sum(2 * e * x for e, x in errors), b - 3 * sum(2 * e for e, _ in errors)
    for update, loss in zip(solution.trace.updates, losses, strict=True):
        assert abs(Fraction(update.loss) / loss - 1) < Fraction(1, 10**9)
    assert (
        losses[-1]
        < Fraction(17976931348623157) * 10**292
        < sum((e * e for e in (w + b - 1, 2 * w + b - 3)), Fraction(0))
    )
    assert f"Of the 400 updates {len(losses) - 1} could be made." in shown
    assert re.search(r"\d\.\d{3}·10³⁰⁵", shown) and "96 – – – –" in re.sub(r" +", " ", shown)


def test_a_step_that_leads_nowhere_is_said(tmp_path: Any) -> None:
    assert "already the first update leads to numbers too large" in page(tmp_path, DIVERGING % "1e300")


def test_large_numbers_have_a_power_of_ten() -> None:
    assert Rounding(4).text(1.2345e45) == "1.235e45" and Rounding(4).text(-(Fraction(10) ** 299)) == "-1.000e299"
    assert Rounding(2, significant=3).text(1.0e300) == "1.00e300"
