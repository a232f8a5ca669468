"""Every optimizer of the table against what its paper says, written here anew with numpy, and against what libraries have computed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derivegen
from derivegen.calculus.chain import derive
from derivegen.calculus.code.update import moved, started
from derivegen.calculus.numbers import training as training_module
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.numbers.training import train
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.network.rule import rule_of
from derivegen.network.tables.optimizers import OPTIMIZERS
from derivegen.network.training import Training

RECORDED = json.loads((Path(__file__).parent / "optimizers_of_libraries.json").read_text(encoding="utf-8"))
SINGLE = {("torch", "nadam"), "tinygrad"}
"""Where a library keeps its numbers in single precision whatever it is given, or a part of them: NAdam's product of momenta."""
RATE, STEPS, NETWORKS = 0.05, 5, 20

Step = tuple[Any, dict[str, Any]]


def gradient_descent(w: Any, g: Any, t: int, s: dict[str, Any]) -> Step:
    return w - RATE * g, s


def momentum(w: Any, g: Any, t: int, s: dict[str, Any]) -> Step:
    s["v"] = 0.9 * s.get("v", 0) + g
    return w - RATE * s["v"], s


def nesterov(w: Any, g: Any, t: int, s: dict[str, Any]) -> Step:
    """Sutskever et al. in what is looked ahead to: φ = θ + μv, v′ = μv − εg(φ), θ′ = θ + v′, φ′ = θ′ + μv′."""
    old = s.get("v", 0)
    s["v"] = 0.9 * old - RATE * g
    theta = w - 0.9 * old
    return theta + s["v"] + 0.9 * s["v"], s


def adagrad(w: Any, g: Any, t: int, s: dict[str, Any]) -> Step:
    s["sum"] = s.get("sum", 0) + g * g
    return w - RATE / (np.sqrt(s["sum"]) + 1e-8) * g, s


def rmsprop(w: Any, g: Any, t: int, s: dict[str, Any]) -> Step:
    s["r"] = 0.9 * s.get("r", 0) + (1 - 0.9) * g * g
    return w - RATE / np.sqrt(1e-8 + s["r"]) * g, s


def adadelta(w: Any, g: Any, t: int, s: dict[str, Any]) -> Step:
    s["g2"] = 0.95 * s.get("g2", 0) + 0.05 * g**2
    delta = -np.sqrt(s.get("x2", 0) + 1e-6) / np.sqrt(s["g2"] + 1e-6) * g
    s["x2"] = 0.95 * s.get("x2", 0) + 0.05 * delta**2
    return w + RATE * delta, s


def _moments(g: Any, s: dict[str, Any]) -> tuple[Any, Any]:
    s["m"] = 0.9 * s.get("m", 0) + (1 - 0.9) * g
    s["v"] = 0.999 * s.get("v", 0) + (1 - 0.999) * g**2
    return s["m"], s["v"]


def adam(w: Any, g: Any, t: int, s: dict[str, Any]) -> Step:
    m, v = _moments(g, s)
    return w - RATE * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), s


def adamw(w: Any, g: Any, t: int, s: dict[str, Any]) -> Step:
    new, s = adam(w, g, t, s)
    return new - RATE * 0.01 * w, s


def nadam(w: Any, g: Any, t: int, s: dict[str, Any]) -> Step:
    m, v = _moments(g, s)
    ahead = 0.9 * m / (1 - 0.9 ** (t + 1)) + (1 - 0.9) * g / (1 - 0.9**t)
    return w - RATE * ahead / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), s


def amsgrad(w: Any, g: Any, t: int, s: dict[str, Any]) -> Step:
    m, v = _moments(g, s)
    s["max"] = np.maximum(s.get("max", 0), v)
    return w - RATE * m / (np.sqrt(s["max"]) + 1e-8), s


def lion(w: Any, g: Any, t: int, s: dict[str, Any]) -> Step:
    m = s.get("m", 0)
    s["m"] = 0.99 * m + 0.01 * g
    return w - RATE * np.sign(0.9 * m + 0.1 * g), s


def rprop(w: Any, g: Any, t: int, s: dict[str, Any]) -> Step:
    before, step = s.get("g", np.zeros_like(g)), s.get("step", np.full_like(g, RATE))
    turned = np.sign(before * g)
    step = np.clip(step * np.select([turned > 0, turned < 0], [1.2, 0.5], 1.0), 1e-6, 50)
    s["g"], s["step"] = np.where(turned < 0, 0, g), step
    return w - np.sign(s["g"]) * step, s


PAPERS: dict[str, Callable[[Any, Any, int, dict[str, Any]], Step]] = {
    each.__name__: each
    for each in (
        *(gradient_descent, momentum, nesterov, adagrad, rmsprop, adadelta),
        *(adam, adamw, nadam, amsgrad, lion, rprop),
    )
}


@cache
def network(seed: int) -> Network:
    draw = np.random.RandomState(seed)
    file = {
        "data": {"inputs": draw.randn(2, 2).round(3).tolist(), "targets": draw.randn(2, 1).round(3).tolist()},
        "layer": [
            {"units": 2, "activation": "tanh", "weights": draw.randn(2, 2).round(3).tolist(), "biases": [0.1, -0.2]},
            {"units": 1, "weights": draw.randn(1, 2).round(3).tolist(), "biases": [0.3]},
        ],
        "loss": {"name": "half_squared_error"},
    }
    return derivegen.load(file)


def slopes(given: Network, w: list[Any]) -> list[Any]:
    """Back-propagation by hand, for the two layers of `network`."""
    x, t = (np.array(rows, dtype=float) for rows in (given.inputs, given.targets))
    hidden = np.tanh(x @ w[0].T + w[1])
    back = hidden @ w[2].T + w[3] - t
    through = back @ w[2] * (1 - hidden**2)
    return [through.T @ x, through.sum(0), back.T @ hidden, back.sum(0)]


def by_hand(given: Network, step: Callable[..., Step]) -> list[Any]:
    w = [np.array(part, dtype=float) for layer in given.layers for part in (layer.weights, layer.biases)]
    kept: list[dict[str, Any]] = [{} for _ in w]
    for t in range(1, STEPS + 1):
        found = slopes(given, w)
        for n, g in enumerate(found):
            w[n], kept[n] = step(w[n], g, t, kept[n])
    return w


@pytest.fixture(autouse=True)
def in_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few updates of so small networks are computed quantity by quantity; here arrays are what is looked at."""
    monkeypatch.setattr(training_module, "FOLDED_UP_TO", 0)


def trained(optimizer: str) -> Iterator[tuple[list[Any], list[Any]]]:
    for seed in range(NETWORKS):
        given = network(seed)
        training = Training(optimizer, Fraction(str(RATE)), STEPS)
        last = train(derive(build(replace(given, training=training))))[-1].values.arrays  # type: ignore[attr-defined]
        yield [last[name] for name in ("w[1]", "b[1]", "w[2]", "b[2]")], by_hand(given, PAPERS[optimizer])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimizer_takes_the_steps_of_its_paper(optimizer: str) -> None:
    for ours, theirs in trained(optimizer):
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("row", RECORDED["rows"], ids=lambda row: f"{row['library']}-{row['optimizer']}")
def test_a_form_is_what_its_library_has_computed(row: dict[str, Any]) -> None:
    settings = tuple((name, Fraction(str(value))) for name, value in row["settings"].items())
    rule = rule_of(row["optimizer"], row["library"], settings)
    move, start = moved(rule, arrays=True), started(rule, row["rate"])
    w, kept = np.array(RECORDED["start"]), tuple(np.full(3, each) for each in start)
    half = row["library"] in SINGLE or (row["library"], row["optimizer"]) in SINGLE
    off = 1e-5 if half else 1e-14  # 1 − β₂ᵗ is left with few digits
    for count, (slope, expected) in enumerate(zip(RECORDED["slopes"], row["iterates"], strict=True), 1):
        squares = float(np.sum(np.square(slope)))
        added, kept = move(w, np.array(slope), row["rate"], count, kept, squares)
        w = w + added
        np.testing.assert_allclose(w, expected, rtol=0, atol=off)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_steps_of_the_derivation_are_the_code(optimizer: str) -> None:
    """One network, three updates: the fold over the steps comes to what the compiled update does, state and all."""
    training = Training(optimizer, Fraction(str(RATE)), 3)
    chain = derive(build(replace(network(3), training=training)))
    updates, fold = train(chain), Numbers(chain)
    for name in ("w[1][2][1]", "b[2][1]"):
        for step in (1, 2, 3):
            assert fold[f"{name}#{step}"] == pytest.approx(updates[step].values[name], rel=1e-12)
            for base in training.rule.kept:
                assert fold[f"{base}[{name}]#{step}"] == pytest.approx(
                    updates[step].values[f"{base}[{name}]"], rel=1e-12
                )


def test_what_a_setting_of_0_takes_away_is_gone() -> None:
    assert rule_of("momentum", "keras", (("momentum", Fraction(0)),)).is_plain
    assert rule_of("rmsprop").kept == ("v",)
    centred = rule_of("rmsprop", None, (("centered", Fraction(1)), ("momentum", Fraction(1, 2))))
    assert set(centred.kept) == {"v", "a", "m"} and "centered" not in centred.settings
    assert not rule_of("gradient_descent", None, (("weight_decay", Fraction(1, 10)),)).is_plain
