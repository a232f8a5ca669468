"""Every mistake shows in drawn numbers: what variants say a mistake comes to, against back-propagation by hand in plain numpy."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from derivegen.exercise.variants import variants
from derivegen.network.file.load import load
from derivegen.network.restated import with_givens
from tests.exercise.networks import MASKED, RELU, SIGMOID, SOFTMAX, asked
from tests.mistakes.test_catalogue import REWRITING, ByHand
from tests.often import times

COUNT, CHANGED = times(8, 25), times(4, 10)


def layers(file: dict[str, Any], *names: str, **keys: Any) -> dict[str, Any]:
    """The file with other activations, and other keys in its first layer."""
    first, *rest = ({**layer, "activation": name} for layer, name in zip(file["layer"], names, strict=True))
    return {**file, "layer": [{**first, **keys}, *rest]}


ROWS = {"inputs": [[0.5, -1.5], [0.3, 0.8], [-0.7, 0.4]], "targets": [[0.2, 0.9], [0.4, 0.1], [0.6, 0.3]]}
NETWORKS: dict[str, dict[str, Any]] = {
    "sigmoid": SIGMOID,
    "relu": RELU,
    "softmax": SOFTMAX,
    "thresholds": {**MASKED, "training": {"learning_rate": 0.5}},
    "tanh, squared error": {**layers(SIGMOID, "tanh", "sigmoid"), "loss": {"name": "squared_error"}},
    "leaky": layers(RELU, {"name": "leaky_relu", "slope": 0.1}, "linear"),  # type: ignore[arg-type]
    "elu, awake or not": layers(RELU, "elu", "linear", biases=[-0.9, -0.2, 0.3]),
    "dead": layers(RELU, "relu", "linear", biases=[0.1, -0.9, 1.1]),
    "rows": {**layers(SIGMOID, "sigmoid", "linear"), "data": ROWS, "loss": {"name": "mean_squared_error"}},
    "softmax, squares": {**SOFTMAX, "loss": {"name": "half_squared_error"}},
    "adam": {**SIGMOID, "training": {"learning_rate": 0.1, "optimizer": "adam"}},
    "adamw": {**SIGMOID, "training": {"learning_rate": 0.1, "optimizer": "adamw"}},
    "momentum": {**SIGMOID, "training": {"learning_rate": 0.1, "optimizer": "momentum"}},
    "clipped": {**SIGMOID, "training": {"learning_rate": 0.1, "clip_norm": 0.02}},
    "warm-up": {**SIGMOID, "training": {"learning_rate": 0.1, "schedule": "warm_up", "rate_steps": 4}},
}
"""Networks on which every mistake of the catalogue can be made somewhere."""


@pytest.fixture(scope="module")
def shown() -> dict[str, list[int]]:
    """For every mistake, on each network that lets it be made, in how many of the variants it changes a number."""
    found: dict[str, list[int]] = {}
    for file in NETWORKS.values():
        counts: dict[str, int] = {}
        net = load(file)
        for variant in variants(net, asked(net), map(str, range(COUNT)), 5):
            own = with_givens(net, variant.givens)
            right = ByHand(own).numbers
            for mistake in sorted({one for by_mistake in variant.wrong.values() for one in by_mistake}):
                wrong = ByHand(own, mistake).numbers
                if any(abs(number) < 1e-12 for name, number in wrong.items() if name.startswith("z")):
                    continue  # exactly at a kink, where either side may be taken
                changed = False
                for quantity, by_mistake in variant.wrong.items():
                    expected = wrong[quantity] if mistake in by_mistake else right[quantity]
                    number = by_mistake.get(mistake, variant.answers[quantity])
                    if not numpy.isfinite(expected):  # 0/0, or what rounding makes of it
                        continue
                    assert numpy.isclose(number, expected, rtol=1e-9, atol=1e-11), (mistake, quantity, number, expected)
                    changed = changed or not numpy.isclose(number, right[quantity], rtol=1e-9, atol=1e-11)
                counts[mistake] = counts.get(mistake, 0) + changed
        for mistake, count in counts.items():
            found.setdefault(mistake, []).append(count)
    return found


@pytest.mark.parametrize("identifier", REWRITING)
def test_a_mistake_changes_a_number_on_most_variants_it_applies_to(
    shown: dict[str, list[int]], identifier: str
) -> None:
    assert max(shown.get(identifier, [0])) >= CHANGED
