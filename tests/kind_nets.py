"""Layers of every kind written plainly in `autograd`, rows first: the sections of a file, the inputs and the parameters by name go in, what
the network gives comes out. And the files themselves: one for each kind, and random stacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import autograd.numpy as np
import numpy

Parameters = Mapping[str, Any]
Section = dict[str, Any]
FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "linear": lambda z: z,
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.where(z > 0, z, 0 * z),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "silu": lambda z: z / (1 + np.exp(-z)),
}
sigmoid = FUNCTIONS["sigmoid"]


def softmax(e: Any) -> Any:
    powers = np.exp(e - np.max(e, -1, keepdims=True))
    return powers / np.sum(powers, -1, keepdims=True)


def activated(section: Section, usual: str, z: Any) -> Any:
    name = section.get("activation", usual)
    return softmax(z) if name == "softmax" else FUNCTIONS[name](z)


def dense(section: Section, p: Parameters, x: Any) -> Any:
    return activated(section, "linear", x @ p["w"].T + p.get("b", 0) - p.get("theta", 0))


def through_time(section: Section, x: Any, step: Callable[[Any, Any, str], Any], states: int) -> Any:
    """The states of a recurrence, one way or both."""

    def run(order: Sequence[int], end: str) -> list[Any]:
        state = tuple(np.zeros((x.shape[0], section["units"])) for _ in range(states))
        found: dict[int, Any] = {}
        for t in order:
            state = step(x[:, t], state, end)
            found[t] = state[0]
        return [found[t] for t in range(x.shape[1])]

    steps = range(x.shape[1])
    one = np.stack(run(steps, ""), 1)
    if not section.get("bidirectional"):
        return one
    return np.concatenate([one, np.stack(run([*reversed(steps)], "_b"), 1)], -1)


def rnn(section: Section, p: Parameters, x: Any) -> Any:
    def step(now: Any, state: Any, end: str) -> Any:
        z = now @ p["w" + end].T + state[0] @ p["u" + end].T + p.get("b" + end, 0)
        return (activated(section, "tanh", z),)

    return through_time(section, x, step, 1)


def lstm(section: Section, p: Parameters, x: Any) -> Any:
    def step(now: Any, state: Any, end: str) -> Any:
        h, c = state

        def z(gate: str, seen: Any) -> Any:
            own = now @ p[f"w{gate}{end}"].T + h @ p[f"u{gate}{end}"].T + p.get(f"b{gate}{end}", 0)
            return own + p.get(f"v{gate}{end}", 0) * seen

        i, f, g = sigmoid(z("i", c)), sigmoid(z("f", c)), np.tanh(z("g", 0))
        c = f * c + i * g
        return sigmoid(z("o", c)) * np.tanh(c), c

    return through_time(section, x, step, 2)


def gru(section: Section, p: Parameters, x: Any) -> Any:
    def step(now: Any, state: Any, end: str) -> Any:
        (h,) = state
        z, r = (
            sigmoid(now @ p[f"w{gate}{end}"].T + h @ p[f"u{gate}{end}"].T + p.get(f"b{gate}{end}", 0)) for gate in "zr"
        )
        after = r * (h @ p[f"un{end}"].T + p.get(f"bh{end}", 0))
        inner = after if section.get("reset", "after") == "after" else (r * h) @ p[f"un{end}"].T
        n = np.tanh(now @ p[f"wn{end}"].T + inner + p.get(f"bn{end}", 0))
        return ((1 - z) * n + z * h,)

    return through_time(section, x, step, 1)


def pair(section: Section, key: str, usual: int, directions: int) -> tuple[int, ...]:
    value = section.get(key, usual)
    return tuple(value) if isinstance(value, list) else (value,) * directions


def windows(section: Section, x: Any, directions: int, stride: str | None, filler: float) -> Any:
    """Every window of the last axes, laid out behind them: rows, channels, places, window."""
    size = pair(section, "size", 1, directions)
    steps = size if stride is None and "stride" not in section else pair(section, "stride", 1, directions)
    padding, apart = pair(section, "padding", 0, directions), pair(section, "dilation", 1, directions)
    around = [(0, 0)] * (x.ndim - directions) + [(each, each) for each in padding]
    x = np.pad(x, around, mode="constant", constant_values=filler)
    counts = [
        (x.shape[x.ndim - directions + d] - apart[d] * (size[d] - 1) - 1) // steps[d] + 1 for d in range(directions)
    ]
    found = []
    for place in numpy.ndindex(*counts):
        at = [numpy.arange(size[d]) * apart[d] + place[d] * steps[d] for d in range(directions)]
        found.append(x[(..., *numpy.ix_(*at))].reshape((*x.shape[: x.ndim - directions], -1)))
    many = np.stack(found, -2)
    return many.reshape((*many.shape[:-2], *counts, many.shape[-1]))


def directions_of(section: Section, x: Any) -> int:
    """Along how many axes a window moves: as many as its size says, else over a grid of channels or along a line."""
    size = section["size"]
    return len(size) if isinstance(size, list) else 2 if x.ndim == 4 else 1


def conv(section: Section, p: Parameters, x: Any) -> Any:
    """w is channels × channels below × window; either channel may be missing."""
    directions = directions_of(section, x)
    x = x if x.ndim - 1 > directions else x[:, None]
    w = p["w"].reshape((section.get("channels", 1), x.shape[1], -1))
    z = np.einsum("ceu,re...u->rc...", w, windows(section, x, directions, "stride", 0.0))
    z = z + np.reshape(p.get("b", np.zeros(1)), (-1,) + (1,) * directions)
    return activated(section, "linear", z if "channels" in section else z[:, 0])


def max_pool(section: Section, p: Parameters, x: Any) -> Any:
    return np.max(windows(section, x, directions_of(section, x), None, -1e9), -1)


def average_pool(section: Section, p: Parameters, x: Any) -> Any:
    return np.mean(windows(section, x, directions_of(section, x), None, 0.0), -1)


def flatten(section: Section, p: Parameters, x: Any) -> Any:
    return x.reshape((x.shape[0], -1))


def normal(x: Any, axes: tuple[int, ...]) -> Any:
    d = x - np.mean(x, axes, keepdims=True)
    return d / np.sqrt(np.mean(d**2, axes, keepdims=True) + 0.00001)


def layer_norm(section: Section, p: Parameters, x: Any) -> Any:
    return p["g"] * normal(x, (-1,)) + p["b"]


def rms_norm(section: Section, p: Parameters, x: Any) -> Any:
    return p["g"] * x / np.sqrt(np.mean(x**2, -1, keepdims=True) + 0.00001)


def batch_norm(section: Section, p: Parameters, x: Any) -> Any:
    unit = x.ndim - 1 if section.get("last", x.ndim < 4) else 1
    shape = tuple(-1 if axis == unit else 1 for axis in range(x.ndim))
    if section.get("running"):
        m, v = (numpy.reshape(section["parameters"][name], shape) for name in "mv")
        n = (x - m) / np.sqrt(v + 0.00001)
        return p["g"].reshape(shape) * n + p["b"].reshape(shape)
    axes = tuple(axis for axis in range(x.ndim) if axis != unit)
    return p["g"].reshape(shape) * normal(x, axes) + p["b"].reshape(shape)


def turned(q: Any) -> Any:
    """Each pair of entries turned by an angle that grows with the place, as complex numbers."""
    width = q.shape[-1]
    angle = numpy.outer(numpy.arange(q.shape[1]), 1 / 10_000 ** (numpy.arange(0, width, 2) / width))
    first, second = q[..., 0::2], q[..., 1::2]
    pairs = (first * np.cos(angle) - second * np.sin(angle), first * np.sin(angle) + second * np.cos(angle))
    return np.reshape(np.stack(pairs, -1), q.shape)


def attention(section: Section, p: Parameters, x: Any, memory: Any) -> Any:
    seen = numpy.tril(numpy.ones((x.shape[1], memory.shape[1]))) > 0 if section.get("causal") else True
    y = p.get("bo", 0)
    for g in range(section.get("heads", 1)):

        def own(name: str, g: int = g) -> Any:
            return p[name][g] if section.get("heads", 1) > 1 and name in p else p.get(name, 0)

        q = x @ own("Q").T + own("bq")
        k, v = (memory @ own(name).T + own(bias) for name, bias in (("K", "bk"), ("V", "bv")))
        if section.get("rotary"):
            q, k = turned(q), turned(k)
        e = np.einsum("rtd,rsd->rts", q, k) / np.sqrt(q.shape[-1] * 1.0)
        o = np.einsum("rts,rsd->rtd", softmax(np.where(seen, e, -1e9)), v)
        y = y + o @ (p["O"][:, g] if section.get("heads", 1) > 1 else p["O"]).T
    return y


def position(section: Section, p: Parameters, x: Any) -> Any:
    t, k = numpy.meshgrid(numpy.arange(x.shape[1]), numpy.arange(x.shape[2]), indexing="ij")
    angle = t / 10_000 ** (2 * (k // 2) / x.shape[2])
    return x + numpy.where(k % 2 == 0, numpy.sin(angle), numpy.cos(angle))


PLAIN: Mapping[str, Callable[[Section, Parameters, Any], Any]] = {
    "dense": dense,
    "rnn": rnn,
    "lstm": lstm,
    "gru": gru,
    "conv": conv,
    "max_pool": max_pool,
    "average_pool": average_pool,
    "flatten": flatten,
    "layer_norm": layer_norm,
    "rms_norm": rms_norm,
    "batch_norm": batch_norm,
    "position": position,
    "places_to_steps": lambda section, p, x: x[..., None] if x.ndim == 2 else np.swapaxes(x, 1, 2),
    "steps_to_places": lambda section, p, x: np.swapaxes(x, 1, 2),
    "last": lambda section, p, x: x[:, -1],
    "mean": lambda section, p, x: np.mean(x, tuple(range(2, x.ndim)) if x.ndim == 4 else 1),
    "embedding": lambda section, p, x: p["E"][numpy.array(x, int) - 1],
    "dropout": lambda section, p, x: x * numpy.array(section["mask"]) / (1 - section.get("rate", 0.5)),
}
OF_TWO: Mapping[str, Callable[[Section, Parameters, Any, Any], Any]] = {
    "add": lambda section, p, x, other: x + other,
    "concatenate": lambda section, p, x, other: np.concatenate([x, other], -1),
    "attention": attention,
}


def output(sections: Sequence[Section], arrays: Parameters, x: Any) -> Any:
    """What the network gives; `arrays` holds w[1] and the like."""
    named = {"inputs": x}
    for number, section in enumerate(sections, 1):
        kind, below = section.get("kind", "dense"), named[section["from"]] if "from" in section else x
        p = {key.partition("[")[0]: each for key, each in arrays.items() if key.endswith(f"[{number}]")}
        if kind in OF_TWO:
            x = OF_TWO[kind](section, p, below, named[section["other"]] if "other" in section else below)
        else:
            x = PLAIN[kind](dict(section), p, below)
        named[section.get("name", f"layer {number}")] = x
    return x
