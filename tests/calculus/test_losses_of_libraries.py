"""Losses with a library's averages: loss and derivatives are those which that library computed (tests/thorough/record_losses.py)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derivegen
from derivegen.errors import InputError
from derivegen.network.file.as_file import network_file
from derivegen.network.tables.losses import AVERAGES
from derivegen.solution.program.libraries import tried

HELD = json.loads(Path(__file__).with_name("losses_of_libraries.json").read_text("utf-8"))
FOUND: list[dict[str, Any]] = HELD["found"]
PARAMETERS = ("w[1]", "b[1]", "w[2]", "b[2]")


def solved(each: dict[str, Any]) -> derivegen.Solution:
    """The network with that loss as that library has it; scikit-learn divides its alpha by the rows."""
    rows = each["net"]["data"]["inputs"]
    held = {"weight_decay": each["alpha"] / len(rows)} if "alpha" in each else {}
    return derivegen.solve({**each["net"], "loss": {"name": each["loss"], "as": each["as"], **held}})


@pytest.mark.parametrize("each", FOUND, ids=lambda each: f"{each['as']}-{each['loss']}-{len(each['slopes'][3])}")
def test_loss_and_derivatives_are_the_librarys(each: dict[str, Any]) -> None:
    solution, outputs = solved(each), len(each["slopes"][3])
    near = {"rel": 2e-7, "abs": 1e-7} if each["as"] == "keras" else {"rel": 1e-12, "abs": 1e-13}  # it adds 1e-7 to some
    for name, slopes in zip(PARAMETERS, each["slopes"], strict=True):
        assert np.asarray(solution.array(f"dloss/d{name}")) == pytest.approx(np.array(slopes), **near)
    # scikit-learn prints the squares averaged over the outputs, and goes down their sum
    if each["as"] != "sklearn" or each["loss"] != "half_squared_error" or outputs == 1:
        assert solution.values["loss"] == pytest.approx(each["value"], rel=5e-6 if each["as"] == "keras" else 1e-12)


def test_every_loss_of_the_table_is_measured() -> None:
    assert {(each["as"], each["loss"]) for each in FOUND} == {
        (who, name) for who, own in AVERAGES.items() for name in own.losses
    }
    assert {who: own.version for who, own in AVERAGES.items()} == {
        who: HELD["versions"]["scikit-learn" if who == "sklearn" else who] for who in AVERAGES
    }


SEVERAL = next(each for each in FOUND if each["loss"] == "binary_cross_entropy" and len(each["slopes"][3]) > 1)


def test_the_page_the_program_and_the_file_have_the_mean_over_outputs() -> None:
    solution = solved(SEVERAL)
    assert derivegen.load(network_file(solution.network)).loss == solution.network.loss
    assert "/ 3" in solution.program("numpy") and tried("numpy", solution.program("numpy")).startswith("ran here")
    assert derivegen.check(solution.network, f"dL/db^2_1 = {solution.gradients['b[2][1]']:.6f}").score == 1


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (
            {"name": "squared_error", "as": "torch"},
            'loss.as: found "torch" beside name = "squared_error"; expected a loss',
        ),
        (
            {"formula": "(t - a)^4", "as": "keras"},
            'loss.as: found "keras" beside a formula; expected a loss that it has',
        ),
        ({"name": "abstract", "outputs": "mean"}, 'loss.outputs: found "mean"; expected nothing'),
        ({"name": "hinge", "as": "pytorch"}, "torch"),
    ],
)
def test_averages_that_cannot_be_taken_are_said(loss: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        derivegen.load({**SEVERAL["net"], "loss": loss})
