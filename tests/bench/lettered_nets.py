"""The networks under index letters that are timed: their files, and the same networks in the words of any library of arrays, which goes in
with the arrays by name; the loss comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy

Parameters = Mapping[str, Any]
File = dict[str, Any]


@dataclass(frozen=True)
class Net:
    """A network: what it is, its file, its loss in the words of a library; a smaller one of the same kind, for what takes minutes."""

    name: str
    file: File
    loss: Callable[[Any, Parameters], Any]
    small: File


def _file(inputs: Any, layers: list[dict[str, Any]], loss: str, targets: list[float]) -> File:
    return {
        "data": {"inputs": [inputs.round(3).tolist()], "targets": [targets]},
        "layer": [
            {**layer, "weights": {"seed": n, "scale": 0.1}} if _has_weights(layer) else layer
            for n, layer in enumerate(layers, 1)
        ],
        "loss": {"name": loss},
    }


def _has_weights(layer: dict[str, Any]) -> bool:
    return layer.get("kind") in (None, "lstm", "conv", "attention")


def lstm_file(units: int, steps: int, entries: int) -> File:
    """An LSTM whose last state is held to a number."""
    inputs = numpy.random.RandomState(0).randn(steps, entries)
    return _file(
        inputs, [{"kind": "lstm", "units": units}, {"kind": "last"}, {"units": 1}], "half_squared_error", [0.5]
    )


def lstm(lib: Any, p: Parameters) -> Any:
    """As one writes it: gate by gate, step by step."""
    sigmoid = lambda z: 1 / (1 + lib.exp(-z))  # noqa: E731
    x = p["x"]
    h = c = 0 * p["wi[1]"][:, 0]
    inner = {gate: x @ p[f"w{gate}[1]"].T for gate in "ifgo"}
    for t in range(x.shape[0]):
        i, f, o = (sigmoid(inner[gate][t] + p[f"u{gate}[1]"] @ h) for gate in "ifo")
        c = f * c + i * lib.tanh(inner["g"][t] + p["ug[1]"] @ h)
        h = o * lib.tanh(c)
    return 0.5 * ((p["w[3]"] @ h - p["t"]) ** 2).sum()


def conv(lib: Any, p: Parameters) -> Any:
    """Windows as columns, maxima of four, softmax with cross-entropy."""
    x, w = p["x"][0], p["w[1]"][:, 0]
    size = x.shape[0] - 4
    z = sum(w[:, u, v, None, None] * x[u : u + size, v : v + size] for u in range(5) for v in range(5))
    a = lib.where(lib.greater(z, 0 * z), z, 0 * z)
    four = [a[:, u::2, v::2] for u in range(2) for v in range(2)]
    most = four[0]
    for other in four[1:]:
        most = lib.where(lib.greater(other, most), other, most)
    y = p["w[4]"] @ most.reshape(-1)  # small enough for powers of e
    return -(p["t"] * (y - lib.log(lib.exp(y).sum()))).sum()


def attention(lib: Any, p: Parameters) -> Any:
    """All heads at once, what comes later masked."""
    x = p["x"]
    q, k, v = (lib.einsum("gdk,tk->gtd", p[f"{name}[1]"], x) for name in "QKV")
    e = lib.einsum("gtd,gsd->gts", q, k) / q.shape[-1] ** 0.5
    seen = lib.tril(lib.ones((x.shape[0], x.shape[0]))) > 0
    powers = lib.where(seen, lib.exp(e), 0 * e)
    o = lib.einsum("gts,gsd->gtd", powers / powers.sum(-1)[..., None], v)
    y = lib.einsum("kgd,gtd->tk", p["O[1]"], o).mean(0)
    return 0.5 * ((p["w[3]"] @ y - p["t"]) ** 2).sum()


def _conv_file(side: int, maps: int) -> File:
    layers: list[dict[str, Any]] = [
        {"kind": "conv", "channels": maps, "size": 5, "activation": "relu"},
        {"kind": "max_pool", "size": 2},
        {"kind": "flatten"},
        {"units": 10, "activation": "softmax"},
    ]
    inputs = numpy.random.RandomState(1).randn(1, side, side)
    return _file(inputs, layers, "cross_entropy", [0.0] * 9 + [1.0])


def _attention_file(tokens: int, width: int, heads: int) -> File:
    own = {"kind": "attention", "heads": heads, "width": width, "causal": True}
    inputs = numpy.random.RandomState(2).randn(tokens, width)
    return _file(inputs, [own, {"kind": "mean"}, {"units": 1}], "half_squared_error", [0.5])


NETS = (
    Net("LSTM 64 × 20 steps", lstm_file(64, 20, 64), lstm, lstm_file(32, 10, 32)),
    Net("conv 28×28, 6 maps 5×5, pool", _conv_file(28, 6), conv, _conv_file(20, 3)),
    Net("causal attention, 64 tokens × 64, 4 heads", _attention_file(64, 64, 4), attention, _attention_file(24, 24, 4)),
)
