"""Iterates of the libraries' own optimizers on given derivatives, in double precision where they have it: what
tests/calculus/optimizers_of_libraries.json holds is written anew.

python tests/thorough/record_optimizers.py, where torch, keras, optax, jax, scikit-learn and tinygrad are installed. Keras runs on JAX,
since its clipping leaves double precision on torch (findings/keras-clip-precision.sh).
"""
# ruff: noqa: E402 - backends are chosen before they are imported

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ |= {"KERAS_BACKEND": "jax", "DEV": "PYTHON", "TRAINING": "1"}

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import keras
import numpy as np
import optax
import torch
from sklearn.neural_network import _stochastic_optimizers as sklearn_optimizers
from tinygrad import Tensor, dtypes
from tinygrad.nn import optim as tinygrad_optimizers
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

TARGET = Path(__file__).parents[1] / "calculus" / "optimizers_of_libraries.json"
START = [1.0, -2.0, 0.5]
SLOPES = [[1.0, -0.3, 0.02], [0.5, 0.4, 0.03], [-2.0, 0.1, -0.01], [0.25, -0.7, 0.0], [1.5, 0.2, 0.04]]
R, LONG, CUT = 0.1, 0.9, 0.45
Rows = list[list[float]]
keras.config.set_floatx("float64")
T, K, S, G = torch.optim, keras.optimizers, sklearn_optimizers, tinygrad_optimizers


def in_torch(make: Callable[[Any], Any], clip: Callable[[Any], Any] | None = None) -> Rows:
    w = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer, out = make([w]), []
    for slope in SLOPES:
        w.grad = torch.tensor(slope, dtype=torch.float64)
        if clip is not None:
            clip([w])
        optimizer.step()
        out.append(w.detach().tolist())
    return out


def in_keras(optimizer: Any) -> Rows:
    w, out = keras.Variable(np.array(START), dtype="float64"), []
    optimizer.build([w])
    for slope in SLOPES:
        optimizer.apply([jnp.array(slope)], [w])
        out.append(np.array(w.value).tolist())
    return out


def in_optax(transform: Any) -> Rows:
    w, out = jnp.array(START), []
    state = transform.init(w)
    for slope in SLOPES:
        added, state = transform.update(jnp.array(slope), state, w)
        w = optax.apply_updates(w, added)
        out.append(w.tolist())
    return out


def in_sklearn(make: Callable[[Any], Any]) -> Rows:
    w, out = [np.array(START)], []
    optimizer = make(w)
    for slope in SLOPES:
        optimizer.update_params(w, [np.array(slope)])
        out.append(w[0].tolist())
    return out


def in_tinygrad(make: Callable[[Any], Any]) -> Rows:
    w, out = Tensor(START, dtype=dtypes.float32), []
    optimizer = make([w])
    for slope in SLOPES:
        w.grad = Tensor(slope, dtype=dtypes.float32)
        optimizer.step()
        out.append(w.numpy().tolist())
    return out


CENTRED = {"centered": 1, "momentum": 0.5, "epsilon": 0.001}
ROWS: list[tuple[str, str, dict[str, float], Rows]] = [
    ("torch", "gradient_descent", {"weight_decay": 0.1}, in_torch(lambda w: T.SGD(w, lr=R, weight_decay=0.1))),
    (
        "torch",
        "gradient_descent",
        {"weight_decay": 0.1, "clip_norm": LONG},
        in_torch(lambda w: T.SGD(w, lr=R, weight_decay=0.1), lambda w: clip_grad_norm_(w, LONG)),
    ),
    ("torch", "adam", {"clip_value": CUT}, in_torch(lambda w: T.Adam(w, lr=R), lambda w: clip_grad_value_(w, CUT))),
    (
        "torch",
        "momentum",
        {"dampening": 0.2, "weight_decay": 0.1},
        in_torch(lambda w: T.SGD(w, lr=R, momentum=0.9, dampening=0.2, weight_decay=0.1)),
    ),
    ("torch", "nesterov", {"momentum": 0.8}, in_torch(lambda w: T.SGD(w, lr=R, momentum=0.8, nesterov=True))),
    ("torch", "adagrad", {"initial": 0.2}, in_torch(lambda w: T.Adagrad(w, lr=R, initial_accumulator_value=0.2))),
    ("torch", "adagrad", {}, in_torch(lambda w: T.Adagrad(w, lr=R))),
    ("torch", "rmsprop", {}, in_torch(lambda w: T.RMSprop(w, lr=R))),
    ("torch", "rmsprop", CENTRED, in_torch(lambda w: T.RMSprop(w, lr=R, centered=True, momentum=0.5, eps=0.001))),
    ("torch", "adadelta", {}, in_torch(lambda w: T.Adadelta(w, lr=1.0))),
    ("torch", "adam", {"epsilon": 1.0}, in_torch(lambda w: T.Adam(w, lr=R, eps=1.0))),
    ("torch", "adam", {"weight_decay": 0.1}, in_torch(lambda w: T.Adam(w, lr=R, weight_decay=0.1))),
    ("torch", "adamw", {}, in_torch(lambda w: T.AdamW(w, lr=R))),
    ("torch", "nadam", {}, in_torch(lambda w: T.NAdam(w, lr=R))),
    ("torch", "amsgrad", {}, in_torch(lambda w: T.Adam(w, lr=R, amsgrad=True))),
    ("torch", "rprop", {}, in_torch(lambda w: T.Rprop(w, lr=R))),
    ("keras", "gradient_descent", {"weight_decay": 0.1}, in_keras(K.SGD(R, weight_decay=0.1))),
    (
        "keras",
        "gradient_descent",
        {"weight_decay": 0.1, "clip_norm": LONG},
        in_keras(K.SGD(R, weight_decay=0.1, global_clipnorm=LONG)),
    ),
    ("keras", "adam", {"clip_value": CUT}, in_keras(K.Adam(R, clipvalue=CUT))),
    ("keras", "momentum", {"weight_decay": 0.1}, in_keras(K.SGD(R, momentum=0.9, weight_decay=0.1))),
    ("keras", "nesterov", {}, in_keras(K.SGD(R, momentum=0.9, nesterov=True))),
    ("keras", "adagrad", {}, in_keras(K.Adagrad(R))),
    ("keras", "rmsprop", {}, in_keras(K.RMSprop(R))),
    ("keras", "rmsprop", CENTRED, in_keras(K.RMSprop(R, centered=True, momentum=0.5, epsilon=0.001))),
    ("keras", "adadelta", {}, in_keras(K.Adadelta(1.0))),
    ("keras", "adam", {"epsilon": 1.0}, in_keras(K.Adam(R, epsilon=1.0))),
    ("keras", "adam", {}, in_keras(K.Adam(R))),
    ("keras", "adamw", {}, in_keras(K.AdamW(R))),
    ("keras", "nadam", {}, in_keras(K.Nadam(R))),
    ("keras", "amsgrad", {}, in_keras(K.Adam(R, amsgrad=True))),
    ("keras", "lion", {}, in_keras(K.Lion(R))),
    ("optax", "gradient_descent", {}, in_optax(optax.sgd(R))),
    (
        "optax",
        "momentum",
        {"clip_norm": LONG},
        in_optax(optax.chain(optax.clip_by_global_norm(LONG), optax.sgd(R, momentum=0.9))),
    ),
    ("optax", "adam", {"clip_value": CUT}, in_optax(optax.chain(optax.clip(CUT), optax.adam(R)))),
    ("optax", "momentum", {}, in_optax(optax.sgd(R, momentum=0.9))),
    ("optax", "nesterov", {}, in_optax(optax.sgd(R, momentum=0.9, nesterov=True))),
    ("optax", "adagrad", {}, in_optax(optax.adagrad(R))),
    ("optax", "rmsprop", {}, in_optax(optax.rmsprop(R))),
    ("optax", "rmsprop", CENTRED, in_optax(optax.rmsprop(R, centered=True, momentum=0.5, eps=0.001))),
    ("optax", "adadelta", {}, in_optax(optax.adadelta(1.0))),
    ("optax", "adam", {"epsilon": 1.0}, in_optax(optax.adam(R, eps=1.0))),
    ("optax", "adamw", {}, in_optax(optax.adamw(R))),
    ("optax", "nadam", {}, in_optax(optax.nadam(R))),
    ("optax", "amsgrad", {}, in_optax(optax.amsgrad(R))),
    ("optax", "lion", {}, in_optax(optax.lion(R))),
    ("optax", "rprop", {}, in_optax(optax.rprop(R))),
    (
        "sklearn",
        "gradient_descent",
        {},
        in_sklearn(lambda w: S.SGDOptimizer(w, learning_rate_init=R, momentum=0, nesterov=False)),
    ),
    (
        "sklearn",
        "momentum",
        {},
        in_sklearn(lambda w: S.SGDOptimizer(w, learning_rate_init=R, momentum=0.9, nesterov=False)),
    ),
    (
        "sklearn",
        "nesterov",
        {},
        in_sklearn(lambda w: S.SGDOptimizer(w, learning_rate_init=R, momentum=0.9, nesterov=True)),
    ),
    ("sklearn", "adam", {"epsilon": 1.0}, in_sklearn(lambda w: S.AdamOptimizer(w, learning_rate_init=R, epsilon=1.0))),
]
SINGLE: list[tuple[str, str, dict[str, float], Rows]] = [
    ("tinygrad", "gradient_descent", {}, in_tinygrad(lambda w: G.SGD(w, lr=R))),
    (
        "tinygrad",
        "momentum",
        {"weight_decay": 0.1},
        in_tinygrad(lambda w: G.SGD(w, lr=R, momentum=0.9, weight_decay=0.1)),
    ),
    ("tinygrad", "nesterov", {}, in_tinygrad(lambda w: G.SGD(w, lr=R, momentum=0.9, nesterov=True))),
    ("tinygrad", "adam", {"epsilon": 1.0}, in_tinygrad(lambda w: G.Adam(w, lr=R, eps=1.0))),
    ("tinygrad", "adamw", {}, in_tinygrad(lambda w: G.AdamW(w, lr=R))),
]
"""In single precision, which is all that tinygrad's optimizers have."""


def recorded() -> dict[str, Any]:
    named = {"torch": "torch", "keras": "keras", "optax": "optax", "sklearn": "scikit-learn", "tinygrad": "tinygrad"}
    rows = [
        {
            "library": library,
            "optimizer": optimizer,
            "rate": 1.0 if optimizer == "adadelta" else R,
            "settings": settings,
            "iterates": iterates,
        }
        for library, optimizer, settings, iterates in (*ROWS, *SINGLE)
    ]
    versions = {library: version(package) for library, package in named.items()}
    return {"versions": versions, "start": START, "slopes": SLOPES, "rows": rows}


if __name__ == "__main__":
    TARGET.write_text(json.dumps(recorded()) + "\n", encoding="utf-8")
