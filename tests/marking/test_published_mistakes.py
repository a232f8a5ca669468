"""Slips of the kind that public worked examples are known for, on numbers of our own: each is named, from a bare number or from working.

The wrong numbers are worked out here, by the formula with the slip in it.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

import derivegen


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


X, T, RATE = (0.6, 0.2), (0.1, 0.9), 0.4
W1, B1 = ((0.3, -0.4), (0.7, 0.2)), (0.25, -0.15)
W2, B2 = ((0.55, -0.35), (-0.65, 0.8)), (0.1, -0.6)
NET: dict[str, Any] = {
    "title": "Two, two, two",
    "notation": "net-out",
    "data": {"inputs": [list(X)], "targets": [list(T)]},
    "layer": [
        {"units": 2, "activation": "sigmoid", "weights": [list(row) for row in W1], "biases": list(B1)},
        {"units": 2, "activation": "sigmoid", "weights": [list(row) for row in W2], "biases": list(B2)},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": RATE, "steps": 1},
}
Z1 = [W1[j][0] * X[0] + W1[j][1] * X[1] + B1[j] for j in (0, 1)]
H = [sigmoid(z) for z in Z1]
Z2 = [W2[j][0] * H[0] + W2[j][1] * H[1] + B2[j] for j in (0, 1)]
O = [sigmoid(z) for z in Z2]  # noqa: E741 (as the examples call it)
E = [o - t for o, t in zip(O, T, strict=True)]
S1, S2 = [h * (1 - h) for h in H], [o * (1 - o) for o in O]
D = [e * s for e, s in zip(E, S2, strict=True)]
BACK = [D[0] * W2[0][k] + D[1] * W2[1][k] for k in (0, 1)]
G5 = D[0] * H[0]
G1 = BACK[0] * S1[0] * X[0]
NEW5 = W2[0][0] - RATE * G5

BATCH: dict[str, Any] = {
    "title": "Two rows",
    "notation": "plain",
    "data": {"inputs": [[0.5], [-0.3]], "targets": [[0.9], [0.2]]},
    "layer": [{"units": 1, "activation": "sigmoid", "weights": [[0.8]], "biases": [0.1]}],
    "loss": {"name": "squared_error", "reduction": "mean"},
    "training": {"learning_rate": 0.5, "steps": 1},
}
ROWS = [(x, sigmoid(0.8 * x + 0.1), t) for x, t in ((0.5, 0.9), (-0.3, 0.2))]
MEAN = sum(2 * (a - t) * a * (1 - a) * x for x, a, t in ROWS) / 2

SLIPS: dict[str, tuple[dict[str, Any], str, float]] = {
    "missing-output-slope": (NET, "dE/dw5", E[0] * H[0]),
    "missing-hidden-slope": (NET, "dE/dw1", BACK[0] * X[0]),
    "sign-of-error": (NET, "dE/dw5", -G5),
    "loss-without-half": (NET, "E_total", E[0] ** 2 + E[1] ** 2),
    "lost-two": (NET, "dE/dw5", G5 / 2),
    "s-times-one-plus-s": (NET, "dE/dw5", E[0] * O[0] * (1 + O[0]) * H[0]),
    "slope-at-activation": (NET, "dE/dw5", E[0] * sigmoid(O[0]) * (1 - sigmoid(O[0])) * H[0]),
    "z-in-slope": (NET, "dE/dw5", E[0] * Z2[0] * (1 - Z2[0]) * H[0]),
    "z-for-a": (NET, "dE/dw5", D[0] * Z1[0]),
    "one-route-only": (NET, "dE/dw1", D[0] * W2[0][0] * S1[0] * X[0]),
    "missing-downstream-weight": (NET, "dE/dw1", (D[0] + D[1]) * S1[0] * X[0]),
    "missing-input": (NET, "dE/dw1", BACK[0] * S1[0]),
    "bias-times-input": (NET, "dloss/db[1][1]", BACK[0] * S1[0] * X[0]),
    "transposed-index": (NET, "dE/dw1", (D[0] * W2[0][0] + D[1] * W2[0][1]) * S1[0] * X[0]),
    "updated-weights-used": (
        NET, "dE/dw1",
        (D[0] * (W2[0][0] - RATE * D[0] * H[0]) + D[1] * (W2[1][0] - RATE * D[1] * H[0])) * S1[0] * X[0],
    ),
    "sign-of-update": (NET, "w5+", W2[0][0] + RATE * G5),
    "rate-forgotten": (NET, "w5+", W2[0][0] - G5),
    "rate-twice": (NET, "w5+", W2[0][0] - RATE**2 * G5),
    "gradient-for-parameter": (NET, "w5+", G5),
    "rate-in-gradient": (NET, "dE/dw5", RATE * G5),
    "update-for-gradient": (NET, "dE/dw5", -RATE * G5),
    "bias-forgotten": (NET, "out_h1", sigmoid(Z1[0] - B1[0])),
    "activation-forgotten": (NET, "out_h1", Z1[0]),
    "sign-in-sigmoid": (NET, "out_h1", sigmoid(-Z1[0])),
    "mean-twice": (BATCH, "dL/dw", MEAN / 2),
    "lost-mean": (BATCH, "dL/dw", MEAN * 2),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_of_a_public_example_is_named(slip: str) -> None:
    network, name, number = SLIPS[slip]
    (found,) = derivegen.check(network, f"{name} = {number:.6f}").findings
    assert found.verdict == "wrong"
    assert (slip,) in [each.mistakes for each in found.explanations], (found.reason, found.explanations)


WORKED = {
    f"dE/dw5 = ({O[0]:.6f} - 0.1)*{H[0]:.6f} = {E[0] * H[0]:.6f}": "factor-missing",
    f"dE/dw5 = ({O[0]:.6f} - 0.1)*{S2[0]:.6f}*{H[1]:.6f} = {D[0] * H[1]:.6f}": "stands-for",
    f"net_h1 = 0.3*0.6 - 0.4*0.3 + 0.25 = {0.3 * 0.6 - 0.4 * 0.3 + 0.25:.6f}": "stands-for",
    f"net_h1 = 0.3*0.6 - 0.4*0.2 + 0.25 = {0.3 * 0.6 + 0.4 * 0.2 + 0.25:.6f}": "arithmetic-as",
    f"w5+ = 0.55 + 0.4*({G5:.6f}) = {W2[0][0] + RATE * G5:.6f}": "sign-of-update",
}


@pytest.mark.parametrize("line", WORKED)
def test_a_slip_shown_in_its_working_is_named(line: str) -> None:
    found = [one for one in derivegen.check(NET, line).findings if one.verdict == "wrong"]
    assert WORKED[line] in {
        word for one in found for word in (one.reason, *(each.mistakes[0] for each in one.explanations))
    }
