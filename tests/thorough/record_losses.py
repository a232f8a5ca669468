"""Losses of the libraries on small random networks, with the derivatives they take: what tests/calculus/losses_of_libraries.json holds is
written anew.

python tests/thorough/record_losses.py, where torch, keras, jax and scikit-learn are installed. Everything is in double precision; the
derivatives of scikit-learn are what one step at rate 1 without momentum takes off.
"""
# ruff: noqa: E402 - backends are chosen before they are imported

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"

import jax

jax.config.update("jax_enable_x64", True)

import keras
import numpy as np
import torch
from sklearn.neural_network import MLPClassifier, MLPRegressor

TARGET = Path(__file__).parents[1] / "calculus" / "losses_of_libraries.json"
ROWS, INPUTS, HIDDEN = 4, 3, 2
ALPHA = 0.5
KINDS = {
    "mean_squared_error": "linear",
    "absolute_error": "linear",
    "huber": "linear",
    "hinge": "linear",
    "binary_cross_entropy": "sigmoid",
    "cross_entropy": "softmax",
    "kl_divergence": "softmax",
}
Found = tuple[float, list[Any]]
keras.config.set_floatx("float64")


def drawn(seed: int, outputs: int, activation: str, name: str) -> tuple[list[Any], Any, Any]:
    """Weights inputs × units and biases of two layers, inputs, targets."""
    r = np.random.RandomState(seed)
    sizes = ((INPUTS, HIDDEN), (HIDDEN,), (HIDDEN, outputs), (outputs,))
    parameters = [r.randn(*size).round(2) for size in sizes]
    x, t = r.randn(ROWS, INPUTS).round(2), (2 * r.randn(ROWS, outputs)).round(2)
    if activation == "softmax":
        t = np.eye(outputs)[np.arange(ROWS) % outputs]
    elif activation == "sigmoid":
        t = (t > 0) * 1.0
        t[:2] = [[0.0] * outputs, [1.0] * outputs]  # both classes of each
    elif name == "hinge":
        t = np.where(t > 0, 1.0, -1.0)
    return parameters, x, t


def in_torch(name: str, activation: str) -> Callable[..., Found]:
    functional = torch.nn.functional
    losses = {
        "mean_squared_error": functional.mse_loss,
        "absolute_error": functional.l1_loss,
        "huber": functional.huber_loss,
        "binary_cross_entropy": functional.binary_cross_entropy_with_logits,
        "cross_entropy": functional.cross_entropy,
        "kl_divergence": lambda z, t: functional.kl_div(functional.log_softmax(z, -1), t),
    }

    def found(parameters: list[Any], x: Any, t: Any) -> Found:
        v, c, w, b = (torch.tensor(each, requires_grad=True) for each in parameters)
        loss = losses[name](torch.tanh(torch.tensor(x) @ v + c) @ w + b, torch.tensor(t))
        loss.backward()
        return loss.item(), [each.grad.numpy() for each in (v, c, w, b)]

    return found if name in losses else None  # type: ignore[return-value]


def in_keras(name: str, activation: str) -> Callable[..., Found]:
    called = {"absolute_error": "mean_absolute_error", "binary_cross_entropy": "binary_crossentropy"}
    loss = keras.losses.get(called.get(name, name.replace("cross_entropy", "categorical_crossentropy")))
    end = keras.activations.get(activation)

    def found(parameters: list[Any], x: Any, t: Any) -> Found:
        def composed(own: list[Any]) -> Any:
            v, c, w, b = own
            return loss(t, end(jax.numpy.tanh(x @ v + c) @ w + b)).mean()

        value, slopes = jax.value_and_grad(composed)([jax.numpy.array(each) for each in parameters])
        return float(value), [np.array(each) for each in slopes]

    return found


def in_sklearn(name: str, activation: str) -> Callable[..., Found]:
    def found(parameters: list[Any], x: Any, t: Any) -> Found:
        kind = MLPRegressor if activation == "linear" else MLPClassifier
        step = {"solver": "sgd", "learning_rate_init": 1, "momentum": 0, "batch_size": ROWS, "max_iter": 1}
        model = kind(hidden_layer_sizes=(HIDDEN,), activation="tanh", alpha=ALPHA, warm_start=True, **step)
        y = t.argmax(1) if activation == "softmax" else t.ravel() if t.shape[1] == 1 else t
        warnings.simplefilter("ignore")
        model.fit(x, y)
        for own, given in zip((*model.coefs_, *model.intercepts_), parameters[::2] + parameters[1::2], strict=True):
            own[:] = given
        before = parameters
        model.fit(x, y)
        (v, w), (c, b) = model.coefs_, model.intercepts_
        return float(model.loss_), [old - new for old, new in zip(before, (v, c, w, b), strict=True)]

    return found


WHO = {"torch": in_torch, "keras": in_keras, "sklearn": in_sklearn}
OWN = {
    "torch": {name: end for name, end in KINDS.items() if name != "hinge"},
    "keras": KINDS,
    "sklearn": {"half_squared_error": "linear", "binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"},
}


def recorded() -> Iterator[dict[str, Any]]:
    for who, make in WHO.items():
        for n, (name, activation) in enumerate(OWN[who].items()):
            for outputs in (3,) if activation == "softmax" else (1, 3):
                parameters, x, t = drawn(10 * n + outputs, outputs, activation, name)
                value, slopes = make(name, activation)(parameters, x, t)
                v, c, w, b = (np.asarray(each) for each in parameters)
                layers = [
                    {"units": HIDDEN, "activation": "tanh", "weights": v.T.tolist(), "biases": c.tolist()},
                    {"units": outputs, "activation": activation, "weights": w.T.tolist(), "biases": b.tolist()},
                ]
                yield {
                    "as": who,
                    "loss": name,
                    "net": {"data": {"inputs": x.tolist(), "targets": t.tolist()}, "layer": layers},
                    **({"alpha": ALPHA} if who == "sklearn" else {}),
                    "value": value,
                    "slopes": [slopes[0].T.tolist(), slopes[1].tolist(), slopes[2].T.tolist(), slopes[3].tolist()],
                }


if __name__ == "__main__":
    versions = {name: version(name).partition("+")[0] for name in ("torch", "keras", "scikit-learn")}
    lines = ",\n".join(f"  {json.dumps(each)}" for each in recorded())
    TARGET.write_text(f'{{"versions": {json.dumps(versions)}, "found": [\n{lines}\n]}}\n', "utf-8")
