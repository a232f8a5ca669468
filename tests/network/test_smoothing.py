"""Targets that are smoothed: the numbers of optax and Keras, and what is said of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import derivegen
from derivegen.network.restated import with_givens

SOFT: dict[str, Any] = {
    "data": {"inputs": [[1, 0.5]], "targets": [[1, 0, 0]]},
    "layer": [{"units": 3, "activation": "softmax", "weights": [[0.3, -0.4], [0.1, 0.2], [0, 0.5]]}],
    "loss": {"name": "cross_entropy", "label_smoothing": 0.1},
}
TWO: dict[str, Any] = {
    "data": {"inputs": [[1, 0.5], [0.2, -1]], "targets": [[1], [0]]},
    "layer": [{"units": 1, "activation": "sigmoid", "weights": [[0.3, -0.4]]}],
    "loss": {"name": "binary_cross_entropy", "label_smoothing": 0.1},
}


def test_the_targets_are_those_of_optax_and_keras() -> None:
    """optax 0.2.8's smooth_labels and Keras 3.15.1: 0.93333333, 0.03333333; binary_crossentropy of Keras makes 0.95 of 1."""
    assert derivegen.load(SOFT).targets == ((Fraction(28, 30), Fraction(1, 30), Fraction(1, 30)),)
    assert derivegen.load(TWO).targets == ((Fraction("0.95"),), (Fraction("0.05"),))


def test_the_derivative_is_that_by_the_smoothed_targets() -> None:
    solution = derivegen.solve(SOFT)
    for j, target in enumerate((28 / 30, 1 / 30, 1 / 30), 1):
        expected = solution.values[f"a[1][{j}]"] - target
        assert solution.gradients[f"z[1][{j}]"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_the_page_says_so(language: str) -> None:
    said = " ".join(derivegen.solve(TWO, language=language).text("text").split())
    word = {"en": "are smoothed", "de": "sind geglättet", "es": "están suavizados", "fr": "sont lissées"}
    assert word[language] in said and ("0.9 " in said or "0,9 " in said)


def test_other_targets_are_taken_as_they_are() -> None:
    net = derivegen.load(TWO)
    other = with_givens(net, {**dict(derivegen.solve(net).graph.givens), "t[1]@1": Fraction(1)})
    assert other.targets is not None and other.targets[0] == (1,)
    assert other.loss is not None and not other.loss.smoothed
