"""Mistakes of time and place: each against the way back written by hand in numpy, with a switch for every mistake, on networks with index
letters whose numbers are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.errors import InputError
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import MistakenNumbers, Right
from derivegen.mistakes.outcomes import outcome
from derivegen.network.file.load import load
from derivegen.network.graph import build
from tests.indexed_nets import IDS, KEPT, NETS, network
from tests.often import times

Arrays = Mapping[str, Any]
SEEDS = range(1, 1 + times(3, 20))


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def rnn(p: Arrays, slip: str) -> dict[str, Any]:
    """Σ_t ½(V h_t − y_t)², h_t = tanh(W x_t + U h_{t−1} + b)."""
    h, steps = [p["h"]], range(1, 4)
    z = [p["h"]]
    turned = slip == "transposed-weights-forward"
    w, u = (p[name].T if turned else p[name] for name in "WU")
    for t in steps:
        z.append(w @ p["x"][t - 1] + u @ h[t - 1] + (0 if slip == "bias-forgotten" else p["b"]))
        h.append(z[t] if slip == "activation-forgotten" else np.tanh(z[t]))
    out = [p["V"] @ h[t] for t in steps]
    loss = sum(0.5 * np.sum((out[t - 1] - p["y"][t - 1]) ** 2) for t in steps)
    if slip == "loss-without-half":
        loss = 2 * loss
    error = {"sign-of-error": -1, "lost-half": 2, "lost-two": 0.5}.get(slip, 1)
    dp = [error * (out[t - 1] - p["y"][t - 1]) for t in steps]
    w, u = (p[name] if slip == "transposed-index" else p[name].T for name in "WU")
    dz: dict[int, Any] = {}
    for t in reversed(steps):
        dh = p["V"].T @ dp[t - 1]
        if t < 3 and slip != "bptt-truncated":
            dh = dh + u @ dz[t + 1]
        slope = {"missing-hidden-slope": 1, "activation-for-slope": h[t], "one-plus-a-squared": 1 + h[t] ** 2}.get(
            slip, 1 - (z[t] if slip == "z-in-slope" else h[t]) ** 2
        )
        dz[t] = dh * slope
    first = {"last-step-only": 3, "last-two-steps-only": 2}.get(slip, 1)
    used, state = range(first, 4), 0 if slip == "same-step-state" else 1
    return {
        "L": loss,
        "h": np.array(h),
        "dU": sum(np.outer(dz[t], h[t - state]) for t in used),
        "dW": sum(np.outer(dz[t], p["x"][t - 1]) for t in used),
        "db": sum(dz[t] for t in used),
        "dV": sum(np.outer(dp[t - 1], h[t]) for t in used),
        "dx": np.array([w @ dz[t] for t in steps]),
    }


def lstm(p: Arrays, slip: str) -> dict[str, Any]:
    """Σ (h_2 − y)² of a cell with gates over two steps."""
    gates = {"i": sigmoid, "f": sigmoid, "o": sigmoid, "n": np.tanh}
    h, c, g = [p["h"]], [p["c"]], [{}]
    for t in (1, 2):
        g.append(
            {
                k: each(p[f"W{k}"] @ p["x"][t - 1] + p[f"U{k}"] @ h[t - 1] + p[f"b{k}"])  # type: ignore[operator]
                for k, each in gates.items()
            }
        )
        c.append(g[t]["f"] * c[t - 1] + g[t]["i"] * g[t]["n"])
        h.append(g[t]["o"] * np.tanh(c[t]))
    sums = {f"d{a}{k}": 0 for k in gates for a in "WUb"}
    dh, dc = 2 * (h[2] - p["y"]), 0
    for t in (2, 1):
        own = g[t]
        dc = dc + dh * own["o"] * (1 - np.tanh(c[t]) ** 2)
        through = {
            "o": dh * np.tanh(c[t]) * own["o"] * (1 - own["o"]),
            "f": dc * c[t - 1] * own["f"] * (1 - own["f"]),
            "i": dc * own["n"] * own["i"] * (1 - own["i"]),
            "n": dc * own["i"] * (1 - own["n"] ** 2),
        }
        for k, dz in through.items():
            sums[f"dW{k}"] = sums[f"dW{k}"] + np.outer(dz, p["x"][t - 1])
            sums[f"dU{k}"] = sums[f"dU{k}"] + np.outer(dz, h[t - 1])
            sums[f"db{k}"] = sums[f"db{k}"] + dz
        cut = slip == "bptt-truncated"
        dc = 0 * dc if cut or slip == "cell-path-forgotten" else dc * own["f"]
        dh = sum(p[f"U{k}"].T @ dz for k, dz in through.items()) * (0 if cut or slip == "cell-path-only" else 1)
    return sums


def convolution(p: Arrays, slip: str) -> dict[str, Any]:
    """(Σ v_q m_q − 1)² of a kernel of three along eight places, relu, the greater of each two."""
    late = 1 if slip == "window-off-by-one" else 0
    padded = np.append(p["x"], 0)
    z = np.array([np.sum(p["w"] * padded[n + late : n + late + 3]) + p["b"] for n in range(6)])
    a = np.where(z > 0, z, 0)
    windows = [a[2 * q + late : 2 * q + late + 2] for q in range(3)]
    m = np.array([max(window) for window in windows])
    loss = (np.sum(p["v"] * m) - 1) ** 2
    found: dict[str, Any] = {"L": loss, "z": z, "m": m}
    if late:
        return found
    dm = 2 * (np.sum(p["v"] * m) - 1) * p["v"]
    da = np.zeros(6)
    for q, window in enumerate(windows):
        share = {"pool-spread": np.full(2, 0.5), "pool-to-all": np.ones(2)}.get(slip)
        if share is None:
            share = np.eye(2)[int(np.argmax(window))]
        da[2 * q : 2 * q + 2] = dm[q] * share
    dz = da if slip == "gate-ignored" else da * (z > 0)
    dw, dx = np.zeros(3), np.zeros(8)
    for n in range(1 if slip == "one-position-only" else 6):
        dw += dz[n] * p["x"][n : n + 3]
    for n in range(6):
        dx[n : n + 3] += dz[n] * (p["w"][::-1] if slip == "kernel-not-flipped" else p["w"])
    if slip == "forward-window-backwards":
        dx = np.array([sum(dz[n + u] * p["w"][u] for u in range(3) if n + u < 6) for n in range(8)])
    db = dz[0] if slip == "one-position-only" else np.sum(dz)
    return found | {"da": da, "dz": dz, "dw": dw, "dx": dx, "db": db}


def strided(p: Arrays, slip: str) -> dict[str, Any]:
    """The input's derivative of a convolution with stride, padding and two channels."""
    x = np.pad(p["x"], ((0, 0), (1, 1), (1, 1)))
    two = range(2)
    z = np.array(
        [
            [[np.sum(p["w"][c] * x[:, 2 * m : 2 * m + 3, 2 * n : 2 * n + 3]) + p["b"][c] for n in two] for m in two]
            for c in two
        ]
    )
    dx = np.zeros_like(x)
    for c in two:
        most = z[c] == np.max(z[c])
        dz = p["g"][c] * (np.full((2, 2), 0.25) if slip == "pool-spread" else most)
        dz = dz + 2 * np.mean(z[c]) * (1 if slip == "mean-not-divided" else 1 / 4)
        kernel = p["w"][c][:, ::-1, ::-1] if slip == "kernel-not-flipped" else p["w"][c]
        for m in two:
            for n in two:
                dx[:, 2 * m : 2 * m + 3, 2 * n : 2 * n + 3] += dz[m, n] * kernel
    return {"dx": dx[:, 1:5, 1:5]}


def attention(p: Arrays, slip: str) -> dict[str, Any]:
    """Σ y² of causal attention with two heads and a residual."""
    x = p["x"]
    y, dy_of, seen = x.copy(), [], np.tril(np.ones((3, 3))) > 0
    if slip == "mask-ignored":
        seen = np.ones((3, 3)) > 0
    forward = 1 if slip == "scale-forgotten" else np.sqrt(2.0)
    for g in range(2):
        q, k, v = (x @ p[name][g].T for name in "QKV")
        powers = np.exp(q @ k.T / forward) * seen
        a = powers if slip == "softmax-not-normalised" else powers / powers.sum(1, keepdims=True)
        y = y + a @ v @ p["O"][:, g, :].T
        dy_of.append((q, k, v, a))
    found: dict[str, Any] = {"L": np.sum(y**2), "y": y}
    if slip in ("mask-ignored", "scale-forgotten", "softmax-not-normalised"):
        return found
    dy = 2 * y
    dx = np.zeros_like(x) if slip == "skip-forgotten" else dy.copy()
    back = 1 if slip == "scale-not-differentiated" else np.sqrt(2.0)
    for name in "QKV":
        found[f"d{name}"] = np.zeros_like(p[name])
    once = 1 if slip == "one-position-only" else 3
    for g, (q, k, v, a) in enumerate(dy_of):
        do = dy @ p["O"][:, g, :]
        da, dv = do @ v.T, a.T @ do
        sign = 0 if slip == "diagonal-softmax" else -1 if slip == "sign-of-softmax-cross" else 1
        cross = np.array([[sum(da[t, r] * a[t, r] for r in range(3) if r != s) for s in range(3)] for t in range(3)])
        de = a * (da * (1 - a) - sign * cross)
        dq, dk = de @ k / back, de.T @ q / back
        for name, each in (("Q", dq), ("K", dk), ("V", dv)):
            found[f"d{name}"][g] = each[:once].T @ x[:once]
            dx = dx + each @ p[name][g]
    return found | {"dx": dx}


def norms(p: Arrays, slip: str) -> dict[str, Any]:
    """Σ w g n(x) + Σ w² b(x) + Σ w r(x)³: norms over units, over rows, and by the mean square alone."""
    x, tiny = p["x"], 0.00001

    def back(by: Any, axis: int) -> Any:
        count = x.shape[axis]
        c = x - np.mean(x, axis, keepdims=True)
        s = np.sqrt(np.mean(c**2, axis, keepdims=True) + tiny)
        share = 1 if slip == "mean-not-divided" else 1 / count
        dv = 0 if slip == "variance-constant" else np.sum(by * c, axis, keepdims=True) * -0.5 / s**3
        dc = by / s + dv * 2 * c * share
        mean = 0 if slip == "mean-constant" else np.sum(dc, axis, keepdims=True) * share
        return dc - mean

    ms = np.sqrt(np.mean(x**2, 1, keepdims=True) + tiny)
    by = 3 * p["w"] * (x / ms) ** 2
    share = 1 if slip == "mean-not-divided" else 1 / x.shape[1]
    through = 0 if slip == "variance-constant" else np.sum(by * x, 1, keepdims=True) * -0.5 / ms**3
    return {"dx": back(p["w"] * p["g"], 1) + back(p["w"] ** 2, 0) + by / ms + through * 2 * x * share}


def tied(p: Arrays, slip: str) -> dict[str, Any]:
    h = np.tanh(p["W"] @ p["x"] + p["b"])
    do = 2 * (p["W"].T @ h + p["c"] + p["x"] - 1)
    dz = (p["W"] @ do) * (1 - h**2)
    skip = 0 if slip == "skip-forgotten" else do
    below = 0 if slip == "one-use-only" else np.outer(dz, p["x"])
    return {"dW": np.outer(h, do) + below, "dx": p["W"].T @ dz + skip}


def embedding(p: Arrays, slip: str) -> dict[str, Any]:
    ids = np.array(IDS) - 1
    kept = np.ones(3) if slip == "mask-ignored" else np.array(KEPT)
    half = 1 if slip == "scale-forgotten" else 0.5
    z = p["W"] @ (np.mean(p["E"][ids], 0) * kept / half)
    a = np.exp(z) / np.sum(np.exp(z))
    if slip in ("mask-ignored", "scale-forgotten"):
        return {"a": a, "L": -np.log(a[1])}
    upstream = -1 / a[1]
    dz = upstream * a[1] * np.array([0 if slip == "diagonal-softmax" else -a[0], 1 - a[1]])
    dm = (p["W"].T @ dz) * kept / (1 if slip == "scale-not-differentiated" else 0.5)
    found = np.zeros_like(p["E"])
    for at, word in enumerate(ids):
        last = at == max(place for place, other in enumerate(ids) if other == word)
        if slip != "lookup-last-only" or last:
            found[word] += dm / (1 if slip == "mean-not-divided" else 4)
    return {"dE": found}


By = Callable[[Arrays, str], dict[str, Any]]
CASES: Mapping[str, tuple[By, tuple[str, ...]]] = {
    "rnn": (
        rnn,
        (
            "",
            "bptt-truncated",
            "last-step-only",
            "last-two-steps-only",
            "same-step-state",
            "missing-hidden-slope",
            "activation-for-slope",
            "one-plus-a-squared",
            "z-in-slope",
            "sign-of-error",
            "lost-half",
            "lost-two",
            "transposed-index",
            "transposed-weights-forward",
            "bias-forgotten",
            "activation-forgotten",
            "loss-without-half",
        ),
    ),
    "LSTM": (lstm, ("", "bptt-truncated", "cell-path-forgotten", "cell-path-only")),
    "convolution and pool": (
        convolution,
        (
            "",
            "window-off-by-one",
            "pool-spread",
            "pool-to-all",
            "gate-ignored",
            "one-position-only",
            "kernel-not-flipped",
            "forward-window-backwards",
        ),
    ),
    "convolution with stride, padding and channels": (
        strided,
        ("", "pool-spread", "mean-not-divided", "kernel-not-flipped"),
    ),
    "attention": (
        attention,
        (
            "",
            "mask-ignored",
            "scale-forgotten",
            "softmax-not-normalised",
            "scale-not-differentiated",
            "diagonal-softmax",
            "sign-of-softmax-cross",
            "skip-forgotten",
            "one-position-only",
        ),
    ),
    "layer, batch and RMS norm": (norms, ("", "mean-constant", "variance-constant", "mean-not-divided")),
    "tied weights and a residual": (tied, ("", "one-use-only", "skip-forgotten")),
    "embedding, mean and dropout": (
        embedding,
        (
            "",
            "mask-ignored",
            "scale-forgotten",
            "scale-not-differentiated",
            "diagonal-softmax",
            "lookup-last-only",
            "mean-not-divided",
        ),
    ),
}
ELSEWHERE = {"penalty-forgotten", "padding-counted", "class-weights-forgotten", "loss-without-class-weights"}
"""Of layers: tests/calculus/test_penalties.py and test_mask.py, tests/network/test_class_weights.py."""
FORWARD = {name for name, mistake in CATALOGUE.items() if mistake.stage == "forward"}


@cache
def right(name: str, seed: int) -> Right:
    return Right(derive(build(load(network(name, seed)[0]))))


@pytest.mark.parametrize(("name", "slip"), [(name, slip) for name, (_, slips) in CASES.items() for slip in slips])
def test_a_mistake_gives_what_the_work_by_hand_gives_with_it(name: str, slip: str) -> None:
    changed = 0
    for seed in SEEDS:
        own, expected = right(name, seed), CASES[name][0](network(name, seed)[1], slip)
        numbers = MistakenNumbers(own.with_mistakes([CATALOGUE[slip]])) if slip else own.numbers
        for key, true in expected.items():
            if slip in FORWARD and key.startswith("d"):
                continue  # the way back by hand goes on from what the mistake made
            family = own.graph.families[key.removeprefix("d")]
            found = np.array(
                [
                    float(numbers[own.derivation.name_of(member) if key.startswith("d") else member])
                    for member in map(family.member, family.members())
                ]
            )
            assert found == pytest.approx(np.ravel(true), rel=1e-9, abs=1e-11), (key, seed)
            changed += any(
                not np.isclose(float(numbers[each]), float(own.numbers[each]))
                for member in map(family.member, family.members())
                for each in [own.derivation.name_of(member) if key.startswith("d") else member]
            )
    assert bool(changed) == bool(slip)


def test_every_mistake_of_time_and_place_has_a_referee() -> None:
    made = {slip for _, slips in CASES.values() for slip in slips} | ELSEWHERE
    assert {name for name, mistake in CATALOGUE.items() if mistake.where == "letters"} <= made


@pytest.mark.parametrize("identifier", [name for name, each in CATALOGUE.items() if each.where == "letters"])
def test_the_example_shows_the_mistake(identifier: str) -> None:
    mistake = CATALOGUE[identifier]
    example = mistake.example
    assert example is not None
    derivation = derive(build(load(example.network)))
    assert Right(derivation).reaches(mistake, example.quantity)
    assert Numbers(derivation)[example.quantity] == pytest.approx(example.right, rel=1e-5)
    assert Numbers(Right(derivation).with_mistakes([mistake]))[example.quantity] == pytest.approx(
        example.wrong, rel=1e-5
    )
    assert abs(example.right - example.wrong) > 1e-4


@pytest.mark.parametrize("name", NETS)
def test_no_mistake_raises(name: str) -> None:
    own = right(name, 1)
    asked = list(own.derivation.targets())[:: max(1, own.graph.size // 12)]
    for mistake in CATALOGUE.values():
        for each in asked if mistake.rewrite is not None else ():
            try:
                outcome(own, each, [mistake])
            except InputError as reason:  # pragma: no cover
                raise AssertionError((mistake.identifier, each)) from reason


def test_mistakes_of_letters_are_made_in_no_layers() -> None:
    layers = Right(derive(build(load("example:article-000"))))
    letters = [mistake for mistake in CATALOGUE.values() if mistake.where == "letters"]
    assert not any(layers.reaches(mistake, "dloss/dw[1][4][3]") for mistake in letters)
    assert not right("rnn", 1).reaches(CATALOGUE["z-for-a"], "dloss/dU[1][1]")


def test_no_mistake_of_an_updated_recurrent_network_goes_in_a_circle() -> None:
    own = Right(derive(build(load({**network("rnn", 1)[0], "training": {"learning_rate": 0.1}}))))
    for mistake in CATALOGUE.values():
        for name in ("U[1][2]'", "DW[1][1]") if mistake.rewrite is not None else ():
            outcome(own, name, [mistake])
    assert own.reaches(CATALOGUE["sign-of-update"], "U[1][2]'")
    assert not own.reaches(CATALOGUE["updated-weights-used"], "U[1][2]'")
