"""Masked steps: the loss counts those of a row that are no padding, in its derivatives, on the page, on sheets and when checked."""

from __future__ import annotations

import math
from typing import Any

import numpy
import pytest
from autograd import grad
from autograd import numpy as np

from derivegen import check, sheet, solve
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.errors import InputError
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import MistakenNumbers, Right
from derivegen.network.file.as_file import network_file
from derivegen.network.file.load import load
from derivegen.network.graph import build
from tests.calculus.test_layer_kinds import SEED, array_of, file_of, given, with_targets
from tests.kind_nets import output

MASK = ((1, 1, 1), (1, 0, 0))
SECTIONS: list[dict[str, Any]] = [{"kind": "rnn", "units": 2, **SEED}, {"units": 2, **SEED}]
PADDED: dict[str, Any] = {
    "data": {
        "inputs": [[[0.5], [1], [-0.5]], [[1], [0.5], [0]]],
        "targets": [[[0.2], [0.4], [-0.1]], [[0.3], [0.1], [0]]],
        "mask": [[1, 1, 1], [1, 1, 0]],
    },
    "layer": [
        {"kind": "rnn", "units": 1, "parameters": {"w": [[0.5]], "u": [[0.4]], "b": [0.1]}},
        {"units": 1, "weights": [[0.7]], "biases": [0.2]},
    ],
    "loss": {"name": "squared_error", "steps": "mean"},
}


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("steps", ["sum", "mean"])
def test_the_loss_counts_the_steps_of_the_mask(steps: str, rows: int) -> None:
    file = with_targets(file_of((3, 2), SECTIONS, rows))
    mask = numpy.array(MASK[-rows:])
    file = {
        **file,
        "data": {**file["data"], "mask": mask.tolist()},
        "loss": {"name": "mean_squared_error", "steps": steps},
    }
    derivation = derive(build(load(file)))
    numbers, arrays = Numbers(derivation), {family.name: array for family, array in given(derivation, rows)}
    arrays["x"] = arrays["x"].reshape(rows, 3, 2)
    targets = numpy.array(file["data"]["targets"])

    def loss(own: Any) -> Any:
        each = np.mean((output(SECTIONS, own, own["x"]) - targets) ** 2, -1) * mask
        return np.mean(np.sum(each, -1) / (np.sum(mask, -1) if steps == "mean" else 1))

    assert numbers["loss"] == pytest.approx(float(loss(arrays)), abs=1e-14)
    true = grad(loss)(arrays)
    for family, _ in given(derivation, rows):
        found = array_of(family, numbers, derivation.name_of)
        assert numpy.ravel(found) == pytest.approx(numpy.ravel(true[family.name]), abs=1e-14), family.name
    again = load(network_file(load(file)))
    assert Numbers(derive(build(again)))["loss"] == numbers["loss"]


def by_hand(mask: Any) -> dict[str, Any]:
    """The padded network forwards, and back with this mask in place of its own."""
    x, y, own = (numpy.array(PADDED["data"][key], float) for key in ("inputs", "targets", "mask"))
    x, y = x[:, :, 0], y[:, :, 0]
    h = numpy.zeros((2, 4))
    for t in range(3):
        h[:, t + 1] = numpy.tanh(0.5 * x[:, t] + 0.4 * h[:, t] + 0.1)
    a = 0.7 * h[:, 1:] + 0.2
    each = (y - a) ** 2
    da = 2 * (a - y) * mask / mask.sum(1, keepdims=True)
    dz = numpy.zeros((2, 4))
    for t in (2, 1, 0):
        dz[:, t] = (0.7 * da[:, t] + 0.4 * dz[:, t + 1]) * (1 - h[:, t + 1] ** 2)
    rows = (each * own).sum(1) / own.sum(1), each.mean(1)
    return {"rows": rows, "a": da, "u": (dz[:, :3] * h[:, :3]).sum(), "w": (da * h[:, 1:]).sum()}


def test_padding_that_is_counted_is_named_as_that() -> None:
    own = np.array(PADDED["data"]["mask"])
    right = Right(derive(build(load(PADDED))))
    for mask, numbers in (
        (own, right.numbers),
        (np.ones((2, 3)), MistakenNumbers(right.with_mistakes([CATALOGUE["padding-counted"]]))),
    ):
        true = by_hand(mask)
        found = [[numbers[f"dloss/da[2][{t}][1]@{r}"] for t in (1, 2, 3)] for r in (1, 2)]
        assert numpy.array(found, float) == pytest.approx(true["a"], abs=1e-14)
        assert numbers["dloss/du[1][1][1]"] == pytest.approx(true["u"], abs=1e-14)
        assert numbers["dloss/dw[2][1][1]"] == pytest.approx(true["w"], abs=1e-14)
    true = by_hand(own)
    forward = MistakenNumbers(right.with_mistakes([CATALOGUE["mask-ignored"]]))
    for r in (1, 2):
        assert right.numbers[f"loss@{r}"] == pytest.approx(true["rows"][0][r - 1], abs=1e-14)
        assert forward[f"loss@{r}"] == pytest.approx(true["rows"][1][r - 1], abs=1e-14)
    wrong = by_hand(np.ones((2, 3)))["a"][1][0]
    (explained,) = check(PADDED, f"dL/da^(1)_{{1,2}} = {wrong:.4f}").findings[0].explanations
    assert explained.mistakes == ("padding-counted",)


def test_pages_and_sheets_say_what_the_mask_is() -> None:
    said = "is 1 at steps that count and 0 at those that only fill up a shorter row"
    assert said in " ".join(solve(PADDED).text("text").split())
    assert sheet(PADDED, count=1, seed=1)


@pytest.mark.parametrize(
    ("data", "layers", "says"),
    [
        (
            {"mask": [[1, 1, 1]]},
            2,
            "data.mask: found 1 × 3 numbers; expected 2 × 3 numbers: a row for each row of inputs",
        ),
        ({"mask": [[1, 1, 1], [1, 0.5, 0]]}, 2, "data.mask[2]: found 0.5; expected 0 or 1"),
        ({"mask": [[1, 1, 1], [0, 0, 0]]}, 2, "data.mask[2]: found zeros alone; expected a step that counts"),
        ({"mask": {"seed": 1}}, 2, "data.mask: found drawn numbers; expected 0 at each step that is padding, else 1"),
        ({"targets": [[0.1], [0.2]]}, 3, "data.mask: found a mask of steps; expected nothing"),
        ({"inputs": [[1], [2]], "targets": [[0.1], [0.2]]}, 0, "data.mask: found a mask of steps; expected nothing"),
    ],
)
def test_masks_that_do_not_fit_are_refused(data: dict[str, Any], layers: int, says: str) -> None:
    own = [*PADDED["layer"], {"kind": "last"}][:layers] or [{"units": 1}]
    loss = {"name": "squared_error"}
    with pytest.raises(InputError) as problem:
        load({"data": {**PADDED["data"], **data}, "layer": own, "loss": loss})
    assert says in str(problem.value)


def test_targets_at_each_step_are_those_of_the_loss() -> None:
    sections = [{"kind": "rnn", "units": 2, **SEED}, {"units": 2, "activation": "softmax", **SEED}]
    data = {"inputs": [[[0.5], [1]]], "targets": [[[1, 0], [1, 1]]]}
    with pytest.raises(InputError) as problem:
        load({"data": data, "layer": sections, "loss": {"name": "cross_entropy"}})
    assert "data.targets[1][2]: found [1, 1], which sums to 2; expected 2 numbers from 0 up" in str(problem.value)


def test_tokens_are_steps_too() -> None:
    """Attention with an output for each token: masked, averaged over those that count, by default as at steps."""
    data = {"inputs": [[[1, 0], [0.5, 0.5], [0, 1]]], "targets": [[[1, 0], [0, 1], [0, 0]]]}
    sections = [
        {"kind": "attention", "weights": {"seed": 1}},
        {"units": 2, "activation": "softmax", "weights": {"seed": 2}},
    ]
    file = {"data": data, "layer": sections, "loss": {"name": "cross_entropy"}}
    solved = {mask: solve({**file, "data": {**data, "mask": [[*mask]]}}) for mask in ((1, 1, 0), (1, 1, 1))}
    first = solved[1, 1, 0]
    shares = [first.values[f"a[2][{t}][{k}]"] for t, k in ((1, 1), (2, 2))]
    assert first.values["loss"] == pytest.approx(-sum(map(math.log, shares)) / 2)
    assert solved[1, 1, 1].values["loss"] == pytest.approx(first.values["loss"] * 2 / 3)
    assert "y_{tj} ln" in first.text("text") and "looks at whom" in first.text("text")
    assert "looks at whom" not in solve({**file, "layer": [{"kind": "rnn", "units": 2}, sections[1]]}).text("text")
