"""The catalogue of mistakes: each against a back-propagation written by hand in numpy, with a switch for every mistake."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers.evaluate import Numbers, Symbolic
from derivegen.document.words import Words
from derivegen.errors import InputError
from derivegen.formula.tree import Formula, Quantity
from derivegen.mistakes.mistake import CATALOGUE, Mistake
from derivegen.mistakes.mistaken import MistakenNumbers, Right
from derivegen.mistakes.outcomes import behind, outcome, pairs, singles, tried, tried_together
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.network import Dense, Network
from derivegen.render.environment import Templates
from tests.often import times

NAMED = (
    "sign-of-error",
    "sign-of-bce-term",
    "lost-two",
    "lost-half",
    "lost-mean",
    "missing-output-slope",
    "missing-hidden-slope",
    "slope-at-activation",
    "s-times-one-plus-s",
    "z-for-a",
    "updated-weights-used",
    "transposed-index",
    "one-route-only",
    "routes-multiplied",
    "missing-downstream-weight",
    "missing-input",
    "bias-times-input",
    "gate-ignored",
    "gate-on-gradient",
    "diagonal-softmax",
    "shortcut-with-squared-error",
    "extra-slope-with-cross-entropy",
    "sign-of-update",
    "rate-forgotten",
    "update-for-gradient",
    "gradient-for-parameter",
    "last-digit",
)
"""The identifiers that are promised to users."""

REWRITING = [name for name, mistake in CATALOGUE.items() if mistake.rewrite is not None and mistake.where != "letters"]
"""Those of layers; tests/mistakes/test_lettered.py has the others."""
NETWORKS, CHANGED, DRAWS = times(10, 50), times(4, 20), 800
CLOSE, NOISE = 1e-9, 1e-12


# --------------------------------------------------------------------------------------------- back-propagation by hand


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


ACTIVATIONS: dict[str, Any] = {
    "linear": lambda z, p: z,
    "sigmoid": lambda z, p: sigmoid(z),
    "tanh": lambda z, p: np.tanh(z),
    "relu": lambda z, p: np.where(z > 0, z, 0.0),
    "leaky_relu": lambda z, p: np.where(z > 0, z, p * z),
    "elu": lambda z, p: np.where(z > 0, z, p * (np.exp(z) - 1)),
    "softplus": lambda z, p: np.log(1 + np.exp(z)),
    "silu": lambda z, p: z * sigmoid(z),
    "softmax": lambda z, p: softmax(z),
}
SLOPES: dict[str, Any] = {
    "linear": lambda z, a: np.ones_like(z),
    "sigmoid": lambda z, a: a * (1 - a),
    "tanh": lambda z, a: 1 - a**2,
    "softplus": lambda z, a: sigmoid(z),
    "silu": lambda z, a: sigmoid(z) + a * (1 - sigmoid(z)),
}
GATES = ("relu", "leaky_relu", "elu")
PARAMETERS = {"leaky_relu": ("slope", 0.01), "elu": ("alpha", 1.0)}
TERMS: dict[str, Any] = {
    "squared_error": lambda t, a: (t - a) ** 2,
    "mean_squared_error": lambda t, a: (t - a) ** 2,
    "half_squared_error": lambda t, a: (t - a) ** 2 / 2,
    "binary_cross_entropy": lambda t, a: -(t * np.log(a) + (1 - t) * np.log(1 - a)),
    "cross_entropy": lambda t, a: -t * np.log(a),
}
LOSS_SLOPES: dict[str, Any] = {
    "squared_error": lambda t, a: 2 * (a - t),
    "mean_squared_error": lambda t, a: 2 * (a - t),
    "half_squared_error": lambda t, a: a - t,
    "binary_cross_entropy": lambda t, a: -t / a + (1 - t) / (1 - a),
    "cross_entropy": lambda t, a: -t / a,
}
JOINED = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}


class ByHand:
    """One network worked by hand with one mistake (or none); `numbers` holds what comes out by canonical name."""

    def __init__(self, network: Network, slip: str = "") -> None:
        self.network, self.slip = network, slip
        self.numbers: dict[str, float] = {}
        self.before: dict[str, float] = {}
        self.rate = float(network.training.learning_rate or 0)
        self.x, self.t = np.array(network.inputs, float), np.array(network.targets, float)
        self.rows, self.depth = len(self.x), len(network.layers)
        self.masks = [self.mask(layer) for layer in network.layers]
        self.weights = [
            np.array(layer.weights, float) * mask for layer, mask in zip(network.layers, self.masks, strict=True)
        ]
        self.a, self.z = [self.x], [self.x]
        with np.errstate(all="ignore"):
            self.forward()
            self.backward()
            self.shorten(float(dict(network.training.settings).get("clip_norm", math.inf)))

    @staticmethod
    def mask(layer: Dense) -> Any:
        shape = (layer.units, len((layer.weights or ())[0]))
        return np.ones(shape, bool) if layer.mask is None else np.array(layer.mask, bool)

    def parameter(self, layer: Dense) -> float:
        key, default = PARAMETERS.get(layer.activation.name, ("", 0.0))
        return float(layer.activation.parameters.get(key, default))

    # forward ---------------------------------------------------------------------------------------------------------

    def forward(self) -> None:
        for number, layer in enumerate(self.network.layers, 1):
            weights = self.weights[number - 1]
            if self.slip == "transposed-weights-forward":
                weights = self.exchanged(number)
            z = self.a[-1] @ weights.T
            sign = -1 if layer.bias_kind == "threshold" and self.slip != "threshold-added" else 1
            if layer.bias_kind != "none" and self.slip != "bias-forgotten":
                z = z + sign * np.array(layer.biases, float)
            self.z.append(z)
            self.a.append(self.activation(layer, z))
            self.note(f"z[{number}]", z)
            self.note(f"a[{number}]", self.a[-1])
        self.loss()

    def exchanged(self, number: int) -> Any:
        """Row by row the weights with their indices exchanged, where all of those exist."""
        weights, mask = self.weights[number - 1], self.masks[number - 1]
        found = weights.copy()
        if weights.shape[0] != weights.shape[1]:
            return found
        for j in range(len(weights)):
            if all(mask[k, j] for k in range(len(weights)) if mask[j, k]):
                found[j] = [weights[k, j] if mask[j, k] else 0 for k in range(len(weights))]
        return found

    def activation(self, layer: Dense, z: Any) -> Any:
        name = layer.activation.name
        if self.slip == "activation-forgotten":
            return z
        if self.slip == "sign-in-sigmoid" and name == "sigmoid":
            return sigmoid(-z)
        if self.slip == "softmax-not-normalised" and name == "softmax":
            return np.exp(z)
        return ACTIVATIONS[name](z, self.parameter(layer))

    def loss(self) -> None:
        choice = self.network.loss
        assert choice is not None
        self.kind, outputs = choice.name, self.t.shape[1]
        terms = TERMS[self.kind](self.t, self.a[-1])
        if "entropy" in self.kind:
            terms = terms / {"log-base-ten": math.log(10), "log-base-two": math.log(2)}.get(self.slip, 1.0)
        if self.slip == "loss-without-half" and self.kind == "half_squared_error":
            terms = 2 * terms
        self.terms = terms
        own = terms.mean(axis=1) if self.kind == "mean_squared_error" else terms.sum(axis=1)
        if outputs > 1:
            self.note("loss", terms)
        if self.rows > 1:
            self.numbers |= {f"loss@{r + 1}": own[r] for r in range(self.rows)}
        self.numbers["loss"] = own.mean() if choice.reduction == "mean" else own.sum()
        self.over_rows = 1 / self.rows if choice.reduction == "mean" else 1.0
        self.over_outputs = 1 / outputs if self.kind == "mean_squared_error" else 1.0

    # backward --------------------------------------------------------------------------------------------------------

    def backward(self) -> None:
        shares = {"lost-mean": 0, "mean-twice": 2}.get(self.slip, 1)
        share = (self.over_rows * self.over_outputs) ** shares
        back = share * self.loss_slope()
        for number in range(self.depth, 0, -1):
            self.note(f"dloss/da[{number}]", back)
            delta = self.through_unit(number, back)
            self.note(f"dloss/dz[{number}]", delta)
            gradient = self.weight_gradient(number, delta)
            self.offset_gradient(number, delta)
            back = self.through_weights(number, delta, gradient)
        self.note("dloss/dx", back)

    def loss_slope(self) -> Any:
        t, a = self.t, self.a[-1]
        plain = LOSS_SLOPES[self.kind](t, a)
        squared = self.kind.endswith("squared_error")
        half = self.kind == "half_squared_error"
        return {
            "sign-of-error": -plain,
            "sign-of-bce-term": -t / a - (1 - t) / (1 - a) if self.kind == "binary_cross_entropy" else plain,
            "lost-two": plain / 2 if squared else plain,
            "lost-half": plain * 2 if half else plain,
            "missing-loss-slope": np.ones_like(a),
            "loss-for-slope": self.terms,
        }.get(self.slip, plain)

    def through_unit(self, number: int, back: Any) -> Any:
        layer, z, a = self.network.layers[number - 1], self.z[number], self.a[number]
        name, output = layer.activation.name, number == self.depth
        squared = self.kind.endswith("squared_error")
        if self.slip == "shortcut-with-squared-error" and output and squared and name in ("sigmoid", "softmax"):
            return self.over_rows * (a - self.t)
        if self.slip == ("missing-output-slope" if output else "missing-hidden-slope") and name not in GATES:
            return back
        if name == "softmax":
            delta = self.through_softmax(a, back)
        elif name in GATES:
            delta = back * self.gate(layer, z, a, back)
        else:
            delta = back * self.slope(name, z, a)
        extra = self.slip == "extra-slope-with-cross-entropy" and output and JOINED.get(self.kind) == name
        return delta * a * (1 - a) if extra else delta

    def through_softmax(self, a: Any, back: Any) -> Any:
        own = back * a * (1 - a)
        cross = np.array(
            [
                [sum(-r[i] * g[i] * r[j] for i in range(len(r)) if i != j) for j in range(len(r))]
                for r, g in zip(a, back, strict=True)
            ]
        )
        if self.slip == "diagonal-softmax":
            return own
        return own - cross if self.slip == "sign-of-softmax-cross" else own + cross

    def gate(self, layer: Dense, z: Any, a: Any, back: Any) -> Any:
        name, p = layer.activation.name, self.parameter(layer)
        shut = {"relu": 0 * a, "leaky_relu": p + 0 * a, "elu": a + p}[name]
        if self.slip == "gate-ignored":
            return np.ones_like(a)
        if self.slip == "leak-forgotten" and name == "leaky_relu":
            shut = 0 * a
        return np.where((back if self.slip == "gate-on-gradient" else z) > 0, 1.0, shut)

    def slope(self, name: str, z: Any, a: Any) -> Any:
        plain = SLOPES[name](z, a)
        if name == "linear":
            return plain
        again = ACTIVATIONS[name](a, 0.0)
        if self.slip == "activation-forgotten":
            return plain
        return {
            "slope-at-activation": SLOPES[name](a, again),
            "activation-for-slope": a,
            "s-times-one-plus-s": a * (1 + a) if name == "sigmoid" else plain,
            "one-plus-a-squared": 1 + a**2 if name == "tanh" else plain,
            "z-in-slope": SLOPES[name](z, z) if name in ("sigmoid", "tanh") else plain,
        }.get(self.slip, plain)

    def weight_gradient(self, number: int, delta: Any) -> Any:
        mask, weights, below = self.masks[number - 1], self.weights[number - 1], self.a[number - 1]
        gradient = np.zeros(weights.shape)
        for j, k in np.ndindex(*weights.shape):
            own, source = delta[:, j], below[:, k]
            if self.slip == "missing-input":
                source = np.ones(self.rows)
            elif self.slip == "z-for-a" and number > 1:
                source = self.z[number - 1][:, k]
            elif self.slip == "data-for-activation" and k < self.x.shape[1]:
                source = self.x[:, k]
            elif self.slip == "own-activation-for-input":
                source = self.a[number][:, j]
            elif self.slip == "weight-for-input":
                source = weights[j, k] * np.ones(self.rows)
            elif self.slip == "transposed-gradient" and weights.shape[0] == weights.shape[1]:
                own, source = delta[:, k], below[:, j]
            gradient[j, k] = self.over_examples(own * source)
        gradient = gradient * self.rate_in_gradient()
        for j, k in np.ndindex(*weights.shape):
            if mask[j, k]:
                self.update(f"w[{number}][{j + 1}][{k + 1}]", weights[j, k], gradient[j, k])
        return gradient

    def over_examples(self, contributions: Any) -> float:
        return float(contributions[0] if self.slip == "one-example-only" else contributions.sum())

    def rate_in_gradient(self) -> float:
        return {"rate-in-gradient": self.rate, "update-for-gradient": -self.rate}.get(self.slip, 1.0)

    def offset_gradient(self, number: int, delta: Any) -> None:
        layer = self.network.layers[number - 1]
        if layer.bias_kind == "none":
            return
        shared, base = layer.bias_kind == "shared", "theta" if layer.bias_kind == "threshold" else "b"
        given = np.broadcast_to(np.array(layer.biases, float), (layer.units,))
        found = np.zeros(layer.units)
        for j in range(layer.units):
            local = np.ones(self.rows) * (-1.0 if base == "theta" and self.slip != "sign-of-threshold" else 1.0)
            existing = np.flatnonzero(self.masks[number - 1][j])
            if self.slip == "bias-times-bias":
                local = local * given[j]
            elif self.slip == "bias-times-input" and len(existing):
                local = local * self.a[number - 1][:, existing[0]]
            found[j] = self.over_examples(delta[:, j] * local) * self.rate_in_gradient()
        if shared:
            self.update(f"b[{number}]", given[0], found[0] if self.slip == "shared-bias-one-unit" else found.sum())
            return
        for j in range(layer.units):
            self.update(f"{base}[{number}][{j + 1}]", given[j], found[j])

    def through_weights(self, number: int, delta: Any, gradient: Any) -> Any:
        mask, weights = self.masks[number - 1], self.weights[number - 1]
        if self.slip == "updated-weights-used":
            weights = weights + np.vectorize(self.change)(gradient, weights)
        back = np.zeros(self.a[number - 1].shape)
        for k in range(weights.shape[1]):
            units = np.flatnonzero(mask[:, k])
            over = self.crossed(number, k, units, weights)
            parts = [delta[:, i] * w for i, w in zip(units, over, strict=True)]
            if self.slip == "one-route-only":
                parts = parts[:1]
            if self.slip == "routes-multiplied" and len(parts) > 1:
                parts = [np.prod(parts, axis=0)]
            back[:, k] = sum(parts, np.zeros(self.rows))
        return back

    def crossed(self, number: int, k: int, units: Any, weights: Any) -> list[Any]:
        """What is multiplied in on the way back to place k: the weights, or what is taken for them."""
        plain: list[Any] = [weights[i, k] for i in units]
        mask = self.masks[number - 1]
        if self.slip == "missing-downstream-weight":
            return [1.0 for _ in units]
        if self.slip == "input-for-weight":
            return [self.a[number - 1][:, k] for _ in units]
        square = weights.shape[0] == weights.shape[1]
        if self.slip == "transposed-index" and square and all(mask[k, i] for i in units):
            return [weights[k, i] for i in units]
        if self.slip == "incoming-weight" and number > 1:
            entering, there = self.weights[number - 2], self.masks[number - 2]
            if all(i < entering.shape[1] and there[k, i] for i in units):
                return [entering[k, i] for i in units]
        return plain

    # update and names ------------------------------------------------------------------------------------------------

    def update(self, name: str, old: float, gradient: float) -> None:
        self.before[name] = old
        change = self.change(gradient, old, name)
        if self.slip == "sign-of-update":
            change = -change
        if self.slip == "rate-forgotten":  # also one that a schedule has made
            change = change / self.numbers.get(f"eta[{name}]'", self.rate)
        if self.slip == "rate-twice":
            change = change * self.rate
        if self.slip == "bias-not-updated" and not name.startswith("w"):
            change = 0.0
        new = gradient if self.slip == "gradient-for-parameter" else old + change
        self.numbers |= {f"dloss/d{name}": gradient, f"D{name}": change, name + "'": new}

    def shorten(self, limit: float) -> None:
        """The update again by derivatives that are all shortened together, where there is a limit."""
        slopes = {name: self.numbers[f"dloss/d{name}"] for name in self.before}
        squares = sum(g**2 for g in slopes.values())
        length = squares if self.slip == "length-without-root" else math.sqrt(squares)
        for name, g in slopes.items() if limit < math.inf else ():
            taken = limit / length * g if length > limit and self.slip != "clipping-forgotten" else g
            self.update(name, self.before[name], taken)
            self.numbers |= {f"nu[{name}]'": length, f"gbar[{name}]'": taken, f"dloss/d{name}": g}
            if self.slip == "gradient-for-parameter":
                self.numbers[name + "'"] = g

    def change(self, g: float, w: float, name: str = "") -> float:
        """What the first update adds: with momentum, Adam (and L2), AdamW; what is kept is noted by the name."""
        training = self.network.training
        if training.optimizer == "gradient_descent":
            warmed = 1.0 if self.slip == "schedule-ignored" or training.schedule is None else 0.25
            if training.schedule is not None:
                self.numbers[f"eta[{name}]'"] = self.rate * warmed
            return -self.rate * warmed * g
        if training.optimizer == "momentum":
            m = self.rate * g if self.slip == "rate-in-moment" else g
            self.numbers[f"m[{name}]'"] = m
            return -self.rate * m
        settings = {each: float(value) for each, value in training.settings}
        usual = 0.01 if training.optimizer == "adamw" else 0.0
        decay, epsilon = settings.get("weight_decay", usual), settings.get("epsilon", 1e-8)
        through = (training.optimizer == "adam") != (self.slip == "decay-in-wrong-place")
        taken = g + decay * w if through else g
        whole = self.slip == "share-of-derivative-forgotten"
        m = (1 if whole else 0.1) * taken
        v = (1 if whole else 0.001) * (taken if self.slip == "square-not-squared" else taken**2)
        corrected = self.slip != "bias-correction-forgotten"
        mhat, vhat = (m / 0.1, v / 0.001) if corrected else (m, v)
        if name:
            self.numbers |= {
                f"{base}[{name}]'": kept
                for base, kept in zip(("m", "v", "mhat", "vhat"), (m, v, mhat, vhat), strict=True)
            }
        inside = self.slip == "epsilon-inside-root"
        if self.slip == "optimizer-ignored":
            return -self.rate * g
        bottom = np.sqrt(vhat + epsilon) if inside else np.sqrt(vhat) + epsilon
        return float(-self.rate * (mhat / bottom + (0 if through else decay * w)))

    def told(self) -> list[str]:
        """The quantities that can be told by another's arithmetic too: what an optimizer makes of a derivative that is 0 but for the last
        bits of a sum, its sign even, is whatever they are."""
        noise = {name.removeprefix("dloss/d") for name, g in self.numbers.items() if "/" in name and abs(g) < NOISE}
        plain = self.network.training.optimizer == "gradient_descent"
        return [
            name
            for name in self.numbers
            if plain or not any(name in (f"D{w}", f"{w}'") or f"[{w}]" in name for w in noise)
        ]

    def note(self, base: str, array: Any) -> None:
        for (r, j), number in np.ndenumerate(array):
            row = "" if self.rows == 1 else f"@{r + 1}"
            self.numbers[f"{base}[{j + 1}]{row}"] = float(number)


# -------------------------------------------------------------------------------------------------------- random networks

HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
NEEDS: dict[str, dict[str, Any]] = {
    "sign-of-bce-term": {"loss": "binary_cross_entropy"},
    "lost-half": {"loss": "half_squared_error"},
    "lost-mean": {"loss": "mean_squared_error"},
    "mean-twice": {"loss": "mean_squared_error"},
    "loss-without-half": {"loss": "half_squared_error"},
    "log-base-ten": {"loss": "binary_cross_entropy"},
    "log-base-two": {"loss": "cross_entropy"},
    "extra-slope-with-cross-entropy": {"loss": "cross_entropy"},
    "shortcut-with-squared-error": {"loss": "squared_error", "output": "sigmoid"},
    "diagonal-softmax": {"output": "softmax", "loss": "cross_entropy"},
    "sign-of-softmax-cross": {"output": "softmax"},
    "softmax-not-normalised": {"output": "softmax"},
    "s-times-one-plus-s": {"hidden": "sigmoid"},
    "one-plus-a-squared": {"hidden": "tanh"},
    "gate-ignored": {"hidden": "relu"},
    "gate-on-gradient": {"hidden": "elu"},
    "leak-forgotten": {"hidden": "leaky_relu"},
    "threshold-added": {"offset": "thresholds"},
    "sign-of-threshold": {"offset": "thresholds"},
    "shared-bias-one-unit": {"offset": "shared"},
    "transposed-index": {"square": True},
    "transposed-gradient": {"square": True},
    "transposed-weights-forward": {"square": True},
    "one-example-only": {"rows": 3},
    "bias-correction-forgotten": {"training": {"optimizer": "adam"}},
    "epsilon-inside-root": {"training": {"optimizer": "adam", "epsilon": 0.01}},
    "square-not-squared": {"training": {"optimizer": "adam"}},
    "share-of-derivative-forgotten": {"training": {"optimizer": "adam"}},
    "optimizer-ignored": {"training": {"optimizer": "adam"}},
    "schedule-ignored": {"training": {"schedule": "warm_up", "rate_steps": 4}},
    "clipping-forgotten": {"training": {"clip_norm": 0.05}},
    "length-without-root": {"training": {"clip_norm": 0.05}},
    "rate-in-moment": {"training": {"optimizer": "momentum"}},
    "decay-in-wrong-place": {"training": {"optimizer": "adamw", "weight_decay": 0.2}},
}
"""What is drawn on purpose, so that enough of the networks let a mistake be made."""


def drawn(source: random.Random, needs: dict[str, Any]) -> dict[str, Any]:
    """One random network file."""
    loss = needs.get("loss") or source.choice(list(TERMS))
    rows, depth = needs.get("rows") or source.randint(1, 3), source.randint(2 if "hidden" in needs else 1, 3)
    widths = [source.randint(1, 3) for _ in range(depth + 1)]
    if needs.get("square"):
        widths = [2, *([2] * (depth - 1)), source.choice((1, 2))] if depth > 1 else [2, 2]
    output = needs.get("output") or source.choice(
        {"binary_cross_entropy": ["sigmoid"], "cross_entropy": ["softmax"]}.get(loss, list(ACTIVATIONS))
    )
    if output == "softmax" or loss == "cross_entropy":
        widths[-1] = source.randint(2, 3)
    hidden = [needs.get("hidden") or source.choice(HIDDEN) for _ in range(depth - 1)]
    layers = [
        a_layer(source, widths[n], widths[n + 1], name, needs.get("offset")) for n, name in enumerate([*hidden, output])
    ]
    data = {"inputs": table(source, rows, widths[0]), "targets": targets(source, loss, rows, widths[-1])}
    training = {"learning_rate": 0.1, **needs.get("training", {})}
    return {"data": data, "layer": layers, "loss": {"name": loss}, "training": training}


def a_layer(source: random.Random, width: int, units: int, name: str, offset: str | None) -> dict[str, Any]:
    layer: dict[str, Any] = {"units": units, "activation": name, "weights": table(source, units, width)}
    if source.random() < 0.2:
        mask = [[int(source.random() < 0.7) for _ in range(width)] for _ in range(units)]
        layer["connections"] = mask
        layer["weights"] = [
            [w * m for w, m in zip(*pair, strict=True)] for pair in zip(layer["weights"], mask, strict=True)
        ]
    kind = offset or source.choice(("biases", "biases", "thresholds", "shared", "none"))
    own = table(source, 1, units)[0]
    if kind == "none":
        return layer | {"biases": False}
    return layer | (
        {"biases": own[0]} if kind == "shared" and units > 1 else {kind if kind != "shared" else "biases": own}
    )


def table(source: random.Random, rows: int, columns: int) -> list[list[float]]:
    return [[round(source.uniform(-1.5, 1.5), 2) for _ in range(columns)] for _ in range(rows)]


def targets(source: random.Random, loss: str, rows: int, units: int) -> list[list[float]]:
    if loss == "binary_cross_entropy":
        return [[source.choice((0, 1, 0.25)) for _ in range(units)] for _ in range(rows)]
    if loss == "cross_entropy":
        return [
            [int(j == source.randrange(units) % units) for j in range(units)] and one_hot(source, units)
            for _ in range(rows)
        ]
    return table(source, rows, units)


def one_hot(source: random.Random, units: int) -> list[float]:
    place = source.randrange(units)
    return [int(j == place) for j in range(units)]


Drawn = tuple[Network, Right, list[str]]


class Pool:
    """Random networks of one kind with all their quantities, drawn when asked for and shared by the mistakes that need that kind."""

    def __init__(self, needs: dict[str, Any]) -> None:
        self.needs, self.source, self.made = needs, random.Random(str(needs)), list[Drawn]()

    def __iter__(self) -> Iterator[Drawn]:
        for number in range(DRAWS):
            if number == len(self.made):
                network = load(drawn(self.source, self.needs))
                self.made.append((network, Right(derive(build(network))), ByHand(network).told()))
            yield self.made[number]


@cache
def pool(kind: str) -> Pool:
    return Pool(dict(json.loads(kind)))


def applying(mistake: Mistake) -> Iterator[Drawn]:
    """Random networks the mistake can be made on."""
    found = 0
    for network, right, names in pool(json.dumps(NEEDS.get(mistake.identifier, {}))):
        if any(right.reaches(mistake, name) for name in names):
            found += 1
            yield network, right, names
        if found == NETWORKS:
            return
    raise AssertionError(f"only {found} of {DRAWS} networks let {mistake.identifier} be made")


def close(one: float, other: float) -> bool:
    return abs(one - other) <= CLOSE * max(1.0, abs(one), abs(other))


def test_the_work_by_hand_is_right_where_nothing_slips() -> None:
    source = random.Random(1)
    for _ in range(60):
        network = load(drawn(source, {}))
        numbers = Numbers(derive(build(network)))
        for name, expected in ByHand(network).numbers.items():
            assert close(float(numbers[name]), expected), (name, network)


@pytest.mark.parametrize("identifier", REWRITING)
def test_a_mistake_gives_what_the_work_by_hand_gives_with_it(identifier: str) -> None:
    mistake, changed = CATALOGUE[identifier], 0
    for network, right, names in applying(mistake):
        expected, found = ByHand(network, identifier).numbers, MistakenNumbers(right.with_mistakes([mistake]))
        differs = False
        for name in names:
            if not math.isfinite(expected[name]):
                with pytest.raises(InputError):
                    found[name]
                continue
            number, true = float(found[name]), float(right.numbers[name])
            assert close(number, expected[name]), (name, number, expected[name], true, network)
            if not right.reaches(mistake, name):
                assert number == true, name
            differs = differs or not close(number, true)
        changed += differs
    assert changed >= CHANGED


def test_decay_that_belongs_into_the_derivative_is_put_beside_the_step_too() -> None:
    mistake, source = CATALOGUE["decay-in-wrong-place"], random.Random(7)
    for _ in range(5):
        network = load(drawn(source, {"training": {"optimizer": "adam", "weight_decay": 0.2}}))
        work, right = ByHand(network, mistake.identifier), Right(derive(build(network)))
        found = MistakenNumbers(right.with_mistakes([mistake]))
        assert all(close(float(found[name]), work.numbers[name]) for name in work.told())
        assert right.reaches(mistake, "w[1][1][1]'")


def test_of_gradient_descent_decay_has_no_wrong_place() -> None:
    network = load(drawn(random.Random(7), {"training": {"weight_decay": 0.2}}))
    assert not Right(derive(build(network))).reaches(CATALOGUE["decay-in-wrong-place"], "w[1][1][1]'")


# ------------------------------------------------------------------------------------------------------ the catalogue itself


def test_every_promised_identifier_is_there_and_there_are_forty() -> None:
    assert set(NAMED) <= set(CATALOGUE)
    assert len(CATALOGUE) >= 40
    assert [name for name, mistake in CATALOGUE.items() if mistake.rewrite is None] == ["last-digit"]


def test_identifiers_are_file_names() -> None:
    assert [mistake.identifier for mistake in CATALOGUE.values()] == list(CATALOGUE)
    folder = Path(__file__).parents[2] / "derivegen/mistakes/catalogue"
    assert {file.stem.replace("_", "-") for file in folder.glob("[a-z]*.py")} == set(CATALOGUE)
    with pytest.raises(KeyError):
        CATALOGUE["no-such-mistake"]


@pytest.mark.parametrize("identifier", REWRITING)
def test_the_example_shows_the_mistake(identifier: str) -> None:
    mistake = CATALOGUE[identifier]
    example = mistake.example
    assert example is not None
    network = load(example.network)
    derivation = derive(build(network))
    assert Right(derivation).reaches(mistake, example.quantity)
    assert f"{ByHand(network).numbers[example.quantity]:.6g}" == f"{example.right:.6g}"
    assert f"{ByHand(network, identifier).numbers[example.quantity]:.6g}" == f"{example.wrong:.6g}"
    assert float(Numbers(Right(derivation).with_mistakes([mistake]))[example.quantity]) == pytest.approx(
        example.wrong, rel=1e-5
    )
    assert abs(example.right - example.wrong) > 1e-4


# ----------------------------------------------------------------------------------------------------------- how they compose


@cache
def chain(name: str) -> Derivation:
    return derive(build(load(f"example:{name}")))


EXAMPLES = (
    "article-000",
    "article-001",
    "article-003",
    "graph-shared",
    "relu-kink",
    "softmax-2-3-2",
    "symbolic",
    "xor",
)


def quantities(derivation: Derivation) -> list[str]:
    graph = derivation.graph
    updates = (
        [change for name in graph.parameters for change in (name + "'", "D" + name)] if graph.network.layers else []
    )
    return [*graph.names(), *derivation.targets(), *updates]


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_mistake_raises(example: str) -> None:
    derivation = chain(example)
    right = Right(derivation)
    for mistake in CATALOGUE.values():
        mistaken = right.with_mistakes([mistake])
        numbers = MistakenNumbers(mistaken)
        for name in quantities(derivation):
            mistaken.first(name)
            number(numbers, name)


def number(numbers: Numbers, name: str) -> float | None:
    """The value, or None if it has none."""
    try:
        return float(numbers[name])
    except (Symbolic, InputError):
        return None


@pytest.mark.parametrize("example", ["article-000", "relu-kink", "softmax-2-3-2", "graph-shared"])
def test_what_no_mistake_reaches_may_be_taken_from_the_right_numbers(example: str) -> None:
    derivation = chain(example)
    right = Right(derivation)
    for mistake in CATALOGUE.values():
        quick, whole = (
            MistakenNumbers(right.with_mistakes([mistake])),
            Numbers(Right(derivation).with_mistakes([mistake])),
        )
        for name in quantities(derivation):
            one, other = number(quick, name), number(whole, name)
            assert (one is None and other is None) or close(one or 0, other or 0), (mistake.identifier, name)


def test_what_lies_on_the_way_is_kept_for_each_set_of_quantities_put_in_and_no_number_with_it() -> None:
    shared, derivation, asked = Right(chain("article-000")), chain("article-000"), "dloss/dw[1][4][3]"
    starts = ({}, {"dloss/dz[2][1]": -0.5}, {"a[1][4]": 0.2}, {"dloss/dz[2][1]": 0.3}, {"a[1][4]": 0.7}, {})
    for values in starts:
        own, fresh = shared.of(derivation).starting_from(values), Right(derivation).starting_from(values)
        for mistakes in combinations([each for each in CATALOGUE.values() if each.rewrite is not None], 2):
            assert own.makes_pair(*mistakes, asked) == fresh.makes_pair(*mistakes, asked)
        found = [(each.mistakes, each.at, each.value) for each in tried(own, asked)]
        assert found and found == [(each.mistakes, each.at, each.value) for each in tried(fresh, asked)]


@pytest.mark.parametrize("asked", ["z[2][1]@1", "dloss/dz[1][2]@1", "dloss/dw[1][1][2]"])
def test_on_what_does_not_lie_behind_a_quantity_no_mistake_in_it_hangs(asked: str) -> None:
    derivation = chain("softmax-2-3-2")
    right = Right(derivation)
    beside = {name: 0.37 for name in quantities(derivation) if name not in behind(right, asked)}
    moved = right.starting_from(beside)
    assert beside and len(behind(right, asked)) > 1
    assert tried(right, asked) == tried(moved, asked) != ()
    assert tried_together(right, asked) == tried_together(moved, asked)


@pytest.mark.parametrize("example", ["article-000", "softmax-2-3-2"])
def test_no_mistake_is_the_right_derivation(example: str) -> None:
    derivation = chain(example)
    none = Right(derivation).with_mistakes([])
    assert list(none.steps()) == list(derivation.steps())
    assert all(Numbers(none)[name] == Numbers(derivation)[name] for name in quantities(derivation))


def test_a_derivation_with_a_mistake_can_be_written_out_like_any_other() -> None:
    mistaken = Right(chain("article-000")).with_mistakes([CATALOGUE["missing-hidden-slope"]])
    numbers = Numbers(mistaken)
    (route,) = mistaken.routes("dloss/dw[1][4][3]")
    product = 1.0
    for factor in route:
        product *= float(numbers._value(factor.reading))
    assert product == pytest.approx(float(numbers["dloss/dw[1][4][3]"]), rel=1e-12)
    assert {step.target for step in mistaken.steps()} == set(mistaken.targets())


def test_a_slip_is_made_at_one_target_alone() -> None:
    derivation, mistake = chain("softmax-2-3-2"), CATALOGUE["missing-hidden-slope"]
    right = Right(derivation)
    slip = MistakenNumbers(right.with_mistakes([mistake], at="dloss/dz[1][2]@1"))
    everywhere = MistakenNumbers(right.with_mistakes([mistake]))
    changed = {name for name in derivation.targets() if slip[name] != right.numbers[name]}
    of_unit = {"dloss/dz[1][2]@1", "dloss/db[1][2]", "dloss/dw[1][2][1]", "dloss/dw[1][2][2]"}
    assert changed == {*of_unit, "dloss/dx[1]@1", "dloss/dx[2]@1"}
    assert slip["dloss/dz[1][2]@1"] == everywhere["dloss/dz[1][2]@1"]
    assert slip["dloss/dw[1][2][1]"] != everywhere["dloss/dw[1][2][1]"]


def test_a_mistake_made_on_from_somebodys_own_earlier_value() -> None:
    right, asked = Right(chain("article-004")), "dloss/dw[1][1][1]"
    own = right.starting_from({"dloss/dz[2][1]": -0.5})
    assert own.numbers[asked] == pytest.approx(-0.5 / right.numbers["dloss/dz[2][1]"] * right.numbers[asked])
    found = {one.mistakes[0].identifier: one.value for one in singles(own, asked, CATALOGUE.values())}
    assert found["missing-downstream-weight"] == pytest.approx(own.numbers[asked] / 0.3)
    assert "sign-of-error" not in found  # what was made of the loss is theirs already
    assert right.numbers[asked] != own.numbers[asked]


def test_names_beside_the_steps_follow_the_mistake() -> None:
    right = Right(chain("softmax-2-3-2"))
    mistake = CATALOGUE["missing-hidden-slope"]
    numbers = MistakenNumbers(right.with_mistakes([mistake]))
    assert numbers["delta[1][2]@1"] == pytest.approx(3 * numbers["dloss/dz[1][2]@1"], rel=1e-12)
    assert numbers["delta[1][2]@1"] != right.numbers["delta[1][2]@1"]
    assert numbers["dloss@2/dw[1][1][1]"] != right.numbers["dloss@2/dw[1][1][1]"]
    wrong_slope = MistakenNumbers(Right(chain("article-000")).with_mistakes([CATALOGUE["s-times-one-plus-s"]]))
    a = wrong_slope["a[1][2]"]
    assert wrong_slope["da[1][2]/dz[1][2]"] == pytest.approx(a * (1 + a), rel=1e-14)
    assert wrong_slope["da[2][1]/dw[1][2][1]"] == pytest.approx(
        wrong_slope["da[2][1]/dz[2][1]"] * wrong_slope["dz[2][1]/da[1][2]"] * a * (1 + a) * wrong_slope["x[1]"],
        rel=1e-12,
    )


def test_a_link_of_the_chain_is_no_gradient() -> None:
    links = ("dz[1][2]@2/dw[1][2][1]", "dz[1][2]@3/db[1][2]", "da[2][1]@1/dz[2][1]@1", "da[2][1]@1/dz[2][2]@1")
    about_gradients = ("update-for-gradient", "rate-in-gradient", "one-example-only", "shortcut-with-squared-error")
    right = Right(chain("softmax-2-3-2"))
    for identifier in (*about_gradients, "extra-slope-with-cross-entropy", "one-route-only", "lost-mean", "mean-twice"):
        numbers = MistakenNumbers(right.with_mistakes([CATALOGUE[identifier]]))
        assert [numbers[name] for name in links] == [right.numbers[name] for name in links], identifier


def test_two_mistakes_in_one_factor_are_no_pair() -> None:
    right, asked = Right(chain("article-000")), "dloss/dw[1][4][3]"

    def pair(one: str, other: str) -> bool:
        return right.makes_pair(CATALOGUE[one], CATALOGUE[other], asked)

    assert pair("missing-hidden-slope", "missing-output-slope")  # both slopes, in different units
    assert pair("sign-of-error", "missing-downstream-weight")
    assert not pair("missing-hidden-slope", "slope-at-activation")
    assert not pair("sign-of-error", "sign-of-bce-term")
    assert not pair("sign-of-error", "rate-forgotten")  # no update on the way
    assert not pair("sign-of-error", "last-digit")


@pytest.mark.parametrize("example", ["article-000", "softmax-2-3-2", "xor", "article-004"])
def test_a_pair_is_the_same_in_either_order(example: str) -> None:
    right = Right(chain(example))
    asked = next(name for name in right.derivation.targets() if name.startswith("dloss/dw[1]"))
    alone = list(singles(right, asked, CATALOGUE.values()))
    found = list(pairs(right, asked, alone))
    assert found
    for pair in found:
        turned = Numbers(Right(right.derivation).with_mistakes(pair.mistakes[::-1]))
        assert close(float(turned[asked]), float(pair.value)), [mistake.identifier for mistake in pair.mistakes]


def test_singles_of_the_first_article() -> None:
    right = Right(chain("article-004"))
    found = {
        one.mistakes[0].identifier: float(one.value) for one in singles(right, "dloss/dw[2][1][1]", CATALOGUE.values())
    }
    error, h = right.numbers["a[2][1]"] - 0.6, right.numbers["a[1][1]"]
    assert found["sign-of-error"] == pytest.approx(-error * h)
    assert found["missing-input"] == pytest.approx(error)
    assert found["lost-two"] == pytest.approx(error * h / 2)
    assert "missing-output-slope" not in found  # a linear output
    assert "missing-hidden-slope" not in found  # not on the way
    assert "last-digit" not in found


# --------------------------------------------------------------------------------------------------------------- their words


@cache
def words() -> Words:
    return Templates().words("en")


@pytest.mark.parametrize("identifier", list(CATALOGUE))
def test_every_mistake_has_its_words(identifier: str) -> None:
    mistake, said = CATALOGUE[identifier], {}
    formulas: dict[str, Formula] = dict.fromkeys(("at", "wrong", "right"), Quantity("z"))
    if mistake.example is not None:
        derivation = derive(build(load(mistake.example.network)))
        first = Right(derivation).with_mistakes([mistake]).first(mistake.example.quantity)
        assert first is not None
        right, wrong = first
        formulas = {"at": Quantity(right.target), "wrong": wrong.reading, "right": right.reading}
    for part in ("name", "says", "hint", "teacher"):
        known = {"says": formulas, "hint": {"at": formulas["at"]}}.get(part, {})
        said[part] = words().say(f"mistake.{identifier}.{part}", **known)
    assert len(said["name"]) == len(said["hint"]) == len(said["teacher"]) == 1
    assert len(str(said["name"][0])) <= 50
    assert len(str(said["teacher"][0])) <= 90
    assert said["says"][-1].endswith(".") or isinstance(said["says"][-1], Formula)
    assert str(said["hint"][-1])[-1] in ".?"


# --------------------------------------------------------------------------------------------------------------------- depth


def test_a_mistake_in_a_very_deep_network_ends_with_a_number_or_none() -> None:
    layer = {"units": 1, "activation": "tanh", "weights": [[1.1]], "biases": [0.01]}
    data = {"inputs": [[0.5]], "targets": [[0.3]]}
    right = Right(derive(build(load({"data": data, "layer": [layer] * 250, "loss": {"name": "squared_error"}}))))
    for identifier in ("activation-forgotten", "missing-hidden-slope", "one-plus-a-squared"):
        outcome(right, "dloss/dw[1][1][1]", [CATALOGUE[identifier]])
    steep = outcome(right, "dloss/dw[1][1][1]", [CATALOGUE["missing-hidden-slope"]])
    assert steep is not None
    assert abs(steep.value) > 1e8
