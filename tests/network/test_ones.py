"""Axes of one place: pools of one, kernels as long as what they run over, one channel, one step, one token, one word, one unit."""

from __future__ import annotations

from typing import Any

import pytest

import derivegen
from derivegen.errors import InputError

DRAWN = {"weights": {"seed": 1}}
DENSE = {"units": 1, **DRAWN}
FLAT, LAST, ROW, STEP = {"kind": "flatten"}, {"kind": "last"}, [[1, 2, 3]], [[[0.5]]]


def conv(size: int | list[int], **more: Any) -> dict[str, Any]:
    return {"kind": "conv", "size": size, **DRAWN, **more}


def stack(inputs: Any, *layers: dict[str, Any]) -> dict[str, Any]:
    return {
        "data": {"inputs": inputs, "targets": [[1]]},
        "layer": [*layers, DENSE],
        "loss": {"name": "half_squared_error"},
    }


@pytest.mark.parametrize(
    ("inputs", "layers"),
    [
        (ROW, [conv(3), {"kind": "max_pool", "size": 1}, FLAT]),
        (ROW, [{"kind": "max_pool", "size": 1}, FLAT]),
        (ROW, [conv(2), {"kind": "average_pool", "size": 1}, FLAT]),
        ([[[1, 2, 3]]], [conv([1, 2]), {"kind": "max_pool", "size": [1, 2]}, FLAT]),
        (STEP, [{"kind": "rnn", "units": 1, **DRAWN}, LAST]),
        (STEP, [{"kind": "gru", "units": 2, **DRAWN}, {"kind": "mean"}]),
        (STEP, [{"kind": "lstm", "units": 1, **DRAWN}, LAST]),
        ([[1]], [{"kind": "embedding", "words": 1, "units": 1, **DRAWN}, LAST]),
        (STEP, [{"kind": "layer_norm"}, {"kind": "mean"}]),
    ],
)
def test_a_page_of_one_place_is_written_and_judged(inputs: Any, layers: list[dict[str, Any]]) -> None:
    solution = derivegen.solve(stack(inputs, *layers))
    assert solution.lines > 0 and solution.verified.compared > 0 and solution.verified.largest < 1e-9


@pytest.mark.parametrize("fold", ["max", "min", "sum", "mean"])
def test_what_is_chosen_from_one_is_that_one(fold: str) -> None:
    graph = {
        "axes": {"u": 1, "v": 2},
        "inputs": {"x[u,v]": [[3, 5]]},
        "nodes": [["y[v]", f"{fold}(u, x[u,v])"], ["L", "y[1]*y[2]"]],
        "output": "L",
    }
    found = derivegen.solve({"graph": graph})
    assert (found.gradients["x[1][1]"], found.gradients["x[1][2]"]) == (5, 3)
    assert "max" not in found.text("md") and "frac{1}{1}" not in found.text("md")


def test_a_softmax_over_one_token_is_told_so() -> None:
    with pytest.raises(InputError, match=r"layer\[1\].kind: found one token to choose from.*expected two tokens"):
        derivegen.solve(stack(STEP, {"kind": "attention", **DRAWN}, LAST))
    graph = {
        "axes": {"t": 1},
        "inputs": {"x[t]": [3]},
        "nodes": [["a[t]", "softmax(t, x[t])"], ["L", "sum(t, a[t])"]],
        "output": "L",
    }
    with pytest.raises(InputError, match="one value, so that it is always 1"):
        derivegen.solve({"graph": graph})


def test_every_size_that_fits_is_said() -> None:
    with pytest.raises(InputError, match=r"write size = 1 to 5"):
        derivegen.solve(stack([[1, 2, 3, 4, 5]], conv(6), FLAT))
