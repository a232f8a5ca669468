"""Pages about an optimizer that is more than gradient descent: what it keeps and adds is worked, and nothing is said that holds of gradient
descent alone."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import derivegen
from derivegen.classroom.sheet import exercises
from derivegen.network.tables.optimizers import OPTIMIZERS

NET: dict[str, Any] = {
    "notation": "plain",
    "data": {"inputs": [[0.5]], "targets": [[0.6]]},
    "layer": [
        {"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": False},
        {"units": 1, "weights": [[0.9]], "biases": False},
    ],
    "loss": {"name": "half_squared_error"},
}


def trained(optimizer: str, **settings: Any) -> dict[str, Any]:
    return NET | {"training": {"optimizer": optimizer, "learning_rate": 0.1, "steps": 3, **settings}}


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "gradient_descent"])
def test_every_optimizer_has_a_page_that_is_judged(optimizer: str) -> None:
    page = derivegen.solve(derivegen.load(trained(optimizer))).text("text")
    assert "gradient descent" not in page and "squared length" not in page
    assert "The second update begins" in page


@pytest.mark.parametrize("options", [{"carry": "rounded"}, {"view": "matrix"}, {"detail": "full"}, {"language": "fr"}])
def test_adam_in_other_pages(options: dict[str, str]) -> None:
    page = derivegen.solve(derivegen.load(trained("adam")), **options).text("text")
    assert "m̂_{w2}" in page or "m̂_{w1}" in page


@pytest.mark.parametrize(
    "options",
    [{"significant": 1}, {"significant": 2, "carry": "rounded"}, {"digits": 0, "carry": "rounded"}, {"digits": 15}],
)
def test_settings_stand_in_full_however_many_digits_are_shown_of_others(options: dict[str, Any]) -> None:
    """0.999 is not 1.0, by which nothing could be divided: 1 − 0.999 is 0.001."""
    page = derivegen.solve("example:adam", **options).text("text")
    assert "β₂ = 0.999 " in page and "(1 − 0.999)" in page


def test_a_root_of_what_is_printed_as_0_is_judged() -> None:
    layer = {"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": [2**31]}
    data = {"inputs": [[0.5]], "targets": [[1]]}
    net = trained("adam") | {"data": data, "layer": [layer], "loss": {"name": "binary_cross_entropy"}}
    assert "√" in derivegen.solve(net).text("text")


def test_whose_form_it_is_is_said_in_one_line() -> None:
    page = derivegen.solve(derivegen.load(trained("adam", **{"as": "keras"}))).text("text")
    assert "Keras 3.15.1 corrects the rate" in " ".join(page.split())


def test_the_state_stands_in_the_json() -> None:
    page = json.loads(derivegen.solve(derivegen.load(trained("adam"))).text("json"))
    slope = page["gradients"]["w[2][1][1]"]
    assert page["state"]["m[w[2][1][1]]#1"] == pytest.approx(0.1 * slope)
    assert page["state"]["vhat[w[2][1][1]]#1"] == pytest.approx(slope**2)


@pytest.mark.parametrize(
    "line",
    [
        "m_w2 = 0.1*(-0.0578) = -0.00578",
        "v_w2 = 0.001*0.0578^2 = 0.00000334",
        "w_2' = 0.9 - 0.1*(-0.0578)/(sqrt(0.00334)+0.00000001) = 1.0",
    ],
)
def test_a_step_of_adam_by_hand_is_right(line: str) -> None:
    marking = derivegen.check(derivegen.load(trained("adam")), line)
    assert [finding.verdict for finding in marking.findings] == ["right"]


@pytest.mark.parametrize("letter", ["α", "alpha"])
def test_the_corrected_rate_is_known_by_its_letter_and_its_name(letter: str) -> None:
    marking = derivegen.check(derivegen.load(trained("adam", **{"as": "keras"})), f"{letter}_w2 = 0.0316")
    assert [finding.verdict for finding in marking.findings] == ["right"]


def test_a_sheet_states_the_rule_it_asks_for() -> None:
    made = exercises(derivegen.load(trained("adam")), kinds=["update"], vary=["nothing"])
    (variant,) = made.variants(["007"])
    work = made.work(variant)
    sheet, key = (" ".join(work.text(part, "text").split()) for part in ("sheet", "key"))
    assert (
        "Updates are made with Adam" in sheet and "the first step of Adam" in sheet and "gradient descent" not in sheet
    )
    assert "moving mean of the derivatives" in key and "less rate" not in key


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_a_setting_as_small_as_epsilon_is_a_power_of_ten(language: str) -> None:
    page = derivegen.solve(derivegen.load(trained("adam")), language=language).text("text")
    assert "10⁻⁸" in page and not re.search(r"0[.,]0{7}1", page)


def test_a_step_that_decay_turns_round_is_not_said_to_follow_the_derivative() -> None:
    """∂L/∂w2 = −0.0578, but w2 = 0.9 is to be made smaller by 0.1 · (−0.0578 + 0.9)."""
    falls, larger = "L falls as w₂ grows", "L falls as w₂ grows: the step will make it larger"
    for optimizer, settings, follows in (
        ("gradient_descent", {"weight_decay": 1}, False),
        ("gradient_descent", {"weight_decay": 0.01}, True),
        ("adam", {}, True),
        ("adamw", {"weight_decay": 2}, False),
    ):
        page = " ".join(derivegen.solve(derivegen.load(trained(optimizer, **settings))).text("text").split())
        assert falls in page and (larger in page) == follows, (optimizer, settings)
