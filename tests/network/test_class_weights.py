"""Classes that count more than others: the numbers of PyTorch, those of two classes by hand, and what is made of them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derivegen
from derivegen.calculus.chain import derive
from derivegen.errors import InputError
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import MistakenNumbers, Right
from derivegen.network.file.as_file import network_file
from derivegen.network.graph import build
from derivegen.solution.program.libraries import tried

MANY: dict[str, Any] = {
    "data": {"inputs": [[2, 1, 0], [0, 0, 1]], "targets": [[1, 0, 0], [0, 0, 1]]},
    "layer": [{"units": 3, "activation": "softmax", "weights": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}],
    "loss": {"name": "cross_entropy", "class_weights": [1, 2, 3]},
}
TWO: dict[str, Any] = {
    "data": {"inputs": [[1, 0.5], [0.2, -1]], "targets": [[1], [0]]},
    "layer": [{"units": 1, "activation": "sigmoid", "weights": [[0.3, -0.4]], "biases": [0.1]}],
    "loss": {"name": "binary_cross_entropy", "class_weights": [0.5, 2]},
}

FORGOTTEN = ("class-weights-forgotten", "loss-without-class-weights")


def with_loss(net: dict[str, Any], **own: Any) -> dict[str, Any]:
    return {**net, "loss": {**net["loss"], **own}}


def test_the_losses_are_those_of_torch() -> None:
    """F.cross_entropy of torch 2.13.0 with these logits and weights: 0.5154850265601334 where the targets are the classes 0 and 2, and
    1.0309700531202668 where they are the same as one-hot rows."""
    assert derivegen.solve(MANY).values["loss"] == pytest.approx(1.0309700531202668, rel=1e-15)
    divided = derivegen.solve(with_loss(MANY, reduction="weighted_mean"))
    assert divided.values["loss"] == pytest.approx(0.5154850265601334, rel=1e-15)


@pytest.mark.parametrize(("reduction", "among"), [("sum", 1.0), ("mean", 2.0), ("weighted_mean", 2.5)])
def test_two_classes_by_hand(reduction: str, among: float) -> None:
    x, t, w, b = np.array([[1, 0.5], [0.2, -1]]), np.array([1, 0]), np.array([0.3, -0.4]), 0.1
    p, counts = 1 / (1 + np.exp(-(x @ w + b))), np.where(t == 1, 2.0, 0.5)
    solution = derivegen.solve(with_loss(TWO, reduction=reduction))
    assert solution.values["loss"] == pytest.approx(-(counts * np.log(np.where(t == 1, p, 1 - p))).sum() / among)
    assert solution.array("dloss/dw[1]")[0] == pytest.approx((counts * (p - t)) @ x / among)
    assert solution.gradients["b[1][1]"] == pytest.approx((counts * (p - t)).sum() / among)


def test_steps_that_count_alone_are_weighed() -> None:
    """As cross_entropy of PyTorch with ignore_index: among two rows of two steps each, one of which is left out."""
    weights = {"w": [[0.3, -0.4], [0.1, 0.2], [0, 0.5]], "u": [[0] * 3] * 3}
    step = {"kind": "rnn", "units": 3, "activation": "softmax", "parameters": weights, "biases": False}
    x, classes = [[[1, 0.5], [0.2, -1]], [[0.3, 0.3], [1, 1]]], [[0, 2], [1, 0]]
    targets = [[[int(j == c) for j in range(3)] for c in row] for row in classes]
    data = {"inputs": x, "targets": targets, "mask": [[1, 1], [1, 0]]}
    solution = derivegen.solve({"data": data, "layer": [step], "loss": {**MANY["loss"], "reduction": "weighted_mean"}})
    z = np.array(x) @ np.array(weights["w"]).T
    p = np.exp(z) / np.exp(z).sum(-1, keepdims=True)
    counts = np.array([[1, 3], [2, 0]])
    own = -np.log(np.take_along_axis(p, np.array(classes)[..., None], -1)[..., 0])
    assert solution.values["loss"] == pytest.approx((counts * own).sum() / counts.sum())


def test_the_program_the_file_and_the_sheet_have_them() -> None:
    solution = derivegen.solve(with_loss(MANY, reduction="weighted_mean"))
    assert tried("numpy", solution.program("numpy")).startswith("ran here")
    assert "omega = torch.tensor(omega, dtype=torch.float64)" in solution.program("torch")
    again = network_file(solution.network)
    assert again["loss"]["class_weights"] == [1, 2, 3] and again["loss"]["reduction"] == "weighted_mean"
    assert derivegen.solve(again).values["loss"] == solution.values["loss"]
    marking = derivegen.check(MANY, f"dL/dw11 = {derivegen.solve(MANY).gradients['w[1][1][1]']:.6f}")
    assert marking.score == 1


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_the_page_says_so_and_whose_the_division_is(language: str) -> None:
    words = {"en": "says how much", "de": "sagt, wie viel", "es": "dice cuánto", "fr": "dit combien"}
    said = " ".join(derivegen.solve(MANY, language=language).text("text").split())
    assert f"ω {words[language]}" in said and "Keras" in said and "PyTorch" in said


def test_no_tokens_are_drawn_of_classes() -> None:
    assert "tokens" not in derivegen.solve(MANY).figures("svg")


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"class_weights": [1, 2]}, "loss.class_weights: found 2 numbers; expected 3 numbers, one for each class"),
        ({"class_weights": [1, -2, 1]}, r"loss.class_weights: found \[1, -2, 1\]; expected numbers of 0 or more"),
        ({"class_weights": None, "reduction": "weighted_mean"}, 'loss.reduction: found "weighted_mean"; expected sum'),
        ({"name": "half_squared_error"}, "loss.class_weights: .*expected none, or one of binary_cross_entropy, cross"),
    ],
)
def test_what_cannot_be_weighed_is_said(own: dict[str, Any], said: str) -> None:
    loss = {key: value for key, value in {**MANY["loss"], **own}.items() if value is not None}
    with pytest.raises(InputError, match=said):
        derivegen.load({**MANY, "loss": loss})


@pytest.mark.parametrize("reduction", ["sum", "mean", "weighted_mean"])
@pytest.mark.parametrize(("net", "weight"), [(MANY, "w[1][1][3]"), (TWO, "w[1][1][2]")])
def test_weights_that_are_forgotten_are_named(net: dict[str, Any], weight: str, reduction: str) -> None:
    """Without its weights the loss and its derivatives are those of the same network without classes that count more."""
    own = with_loss(net, reduction=reduction)
    kind = {"name": net["loss"]["name"], "reduction": "sum" if reduction == "sum" else "mean"}
    alike = derivegen.solve({**net, "loss": kind})
    right = Right(derive(build(derivegen.load(own))))
    for slip, name, expected in (
        (FORGOTTEN[0], f"dloss/d{weight}", alike.gradients[weight]),
        (FORGOTTEN[1], "loss", alike.values["loss"]),
    ):
        numbers = MistakenNumbers(right.with_mistakes([CATALOGUE[slip]]))
        assert float(numbers[name]) == pytest.approx(expected, rel=1e-12)
        assert float(right.numbers[name]) != pytest.approx(expected, rel=1e-3)
        (finding,) = derivegen.check(own, f"{name} = {expected:.6f}").findings
        assert (finding.verdict, finding.explanations[0].mistakes) == ("wrong", (slip,))


def test_a_network_without_them_knows_no_such_mistake() -> None:
    right = Right(derive(build(derivegen.load({**MANY, "loss": {"name": "cross_entropy", "l1": 0.1}}))))
    assert not any(right.reaches(CATALOGUE[slip], name) for slip in FORGOTTEN for name in ("dloss/dw[1][1][3]", "loss"))


def test_sheets_and_json_have_them(tmp_path: Path) -> None:
    """The numbers of a sheet by hand, from what it gives; the weights stay as they are."""
    derivegen.sheet(TWO, seed=3).write(tmp_path, to="md")
    (variant,) = json.loads((tmp_path / "teacher" / "exercises.json").read_text("utf-8"))["variants"]
    given = {name: float(text) for name, text in variant["givens"].items()}
    assert (given["omega0"], given["omega1"]) == (0.5, 2)
    loss = slope = plain = 0.0
    for r in (1, 2):
        z = given["b[1][1]"] + sum(given[f"w[1][1][{k}]"] * given[f"x[{k}]@{r}"] for k in (1, 2))
        p, t = 1 / (1 + math.exp(-z)), given[f"t[1]@{r}"]
        counts = 2 * t + 0.5 * (1 - t)
        loss -= counts * math.log(p if t else 1 - p) / 2
        slope, plain = slope + counts * (p - t) / 2, plain + (p - t) / 2
    asked = {each["quantity"]: each for each in variant["answers"]}
    assert asked["loss"]["value"] == pytest.approx(loss, rel=1e-12)
    assert asked["dloss/db[1][1]"]["value"] == pytest.approx(slope, rel=1e-12)
    assert asked["dloss/db[1][1]"]["wrong"]["class-weights-forgotten"] == pytest.approx(plain, rel=1e-12)
    sheet = next((tmp_path / "students").glob("*-sheet.md")).read_text("utf-8")
    assert "say how much an example of each class counts" in sheet
    values = json.loads(derivegen.solve(TWO).text("json"))["values"]
    assert (values["omega0"], values["omega1"]) == (0.5, 2)
