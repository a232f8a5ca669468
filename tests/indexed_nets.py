"""Networks in the language of indexed equations, and the same ones written plainly in `autograd`: a name goes in; the file, the numbers and
the function of the loss come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import autograd.numpy as np
import numpy

Net = tuple[dict[str, Any], Callable[[Mapping[str, Any]], Any]]
IDS, KEPT = [2, 1, 2, 3], [1, 0, 1]


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(e: Any) -> Any:
    powers = np.exp(e - np.max(e, -1, keepdims=True))
    return powers / np.sum(powers, -1, keepdims=True)


def rnn(p: Mapping[str, Any]) -> Any:
    h, loss = p["h"], 0
    for t in range(3):
        h = np.tanh(p["W"] @ p["x"][t] + p["U"] @ h + p["b"])
        loss = loss + 0.5 * np.sum((p["V"] @ h - p["y"][t]) ** 2)
    return loss


def lstm(p: Mapping[str, Any]) -> Any:
    h, c = p["h"], p["c"]
    for t in range(2):
        i, f, o, n = (
            each(p[f"W{gate}"] @ p["x"][t] + p[f"U{gate}"] @ h + p[f"b{gate}"])
            for gate, each in (("i", sigmoid), ("f", sigmoid), ("o", sigmoid), ("n", np.tanh))
        )
        c = f * c + i * n
        h = o * np.tanh(c)
    return np.sum((h - p["y"]) ** 2)


def gru(p: Mapping[str, Any]) -> Any:
    h = p["h"]
    for t in range(2):
        z, r = (sigmoid(p[f"W{gate}"] @ p["x"][t] + p[f"U{gate}"] @ h) for gate in "zr")
        h = (1 - z) * np.tanh(p["Wn"] @ p["x"][t] + p["Un"] @ (r * h)) + z * h
    return np.sum(h**2)


def conv_pool(p: Mapping[str, Any]) -> Any:
    z = np.array([np.sum(p["w"] * p["x"][n : n + 3]) + p["b"] for n in range(6)])
    a = np.where(z > 0, z, 0 * z)
    m = np.array([np.max(a[2 * n : 2 * n + 2]) for n in range(3)])
    return (np.sum(p["v"] * m) - 1) ** 2


def conv_stride(p: Mapping[str, Any]) -> Any:
    x = np.pad(p["x"], ((0, 0), (1, 1), (1, 1)), mode="constant")
    two = range(2)
    z = np.array(
        [
            [[np.sum(p["w"][c] * x[:, 2 * m : 2 * m + 3, 2 * n : 2 * n + 3]) + p["b"][c] for n in two] for m in two]
            for c in two
        ]
    )
    return sum(p["g"][c] * np.max(z[c]) + np.mean(z[c]) ** 2 for c in two)


def average_pool(p: Mapping[str, Any]) -> Any:
    return np.sum(p["v"] * np.array([np.mean(np.tanh(p["x"])[2 * n : 2 * n + 2]) for n in range(3)]) ** 2)


def attention(p: Mapping[str, Any]) -> Any:
    y, seen = p["x"], numpy.tril(numpy.ones((3, 3))) > 0
    for g in range(2):
        q, k, v = (p["x"] @ p[name][g].T for name in "QKV")
        y = y + softmax(np.where(seen, q @ k.T / np.sqrt(2.0), -1e9)) @ v @ p["O"][:, g, :].T
    return np.sum(y**2)


def norms(p: Mapping[str, Any]) -> Any:
    x = p["x"]

    def normal(axis: int) -> Any:
        c = x - np.mean(x, axis, keepdims=True)
        return c / np.sqrt(np.mean(c**2, axis, keepdims=True) + 0.00001)

    rms = x / np.sqrt(np.mean(x**2, 1, keepdims=True) + 0.00001)
    return np.sum(p["w"] * p["g"] * normal(1) + p["w"] ** 2 * normal(0) + p["w"] * rms**3)


def tied(p: Mapping[str, Any]) -> Any:
    o = p["W"].T @ np.tanh(p["W"] @ p["x"] + p["b"]) + p["c"] + p["x"]
    return np.sum((o - 1) ** 2)


def embedding(p: Mapping[str, Any]) -> Any:
    d = np.mean(p["E"][numpy.array(IDS) - 1], 0) * numpy.array(KEPT) / 0.5
    return -np.log(softmax(p["W"] @ d)[1])


def _lstm_graph() -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    nodes = []
    for gate, function in (("i", "sigmoid"), ("f", "sigmoid"), ("o", "sigmoid"), ("n", "tanh")):
        parameters |= {f"W{gate}[j,k]": (2, 2), f"U{gate}[j,m]": (2, 2), f"b{gate}[j]": (2,)}
        sums = f"sum(k, W{gate}[j,k]*x[t,k]) + sum(m, U{gate}[j,m]*h[t-1,m]) + b{gate}[j]"
        nodes += [[f"z{gate}[t,j]", sums], [f"g{gate}[t,j]", f"{function}(z{gate}[t,j])"]]
    nodes += [["c[t,j]", "gf[t,j]*c[t-1,j] + gi[t,j]*gn[t,j]"], ["h[t,j]", "go[t,j]*tanh(c[t,j])"]]
    return {
        "axes": {"t": {"to": 2, "counts": "time"}, "j": 2, "m": "j", "k": 2},
        "inputs": {"x[t,k]": (2, 2), "h[0,j]": (2,), "c[0,j]": (2,)},
        "constants": {"y[j]": (2,)},
        "parameters": parameters,
        "nodes": [*nodes, ["L", "sum(j, (h[2,j]-y[j])^2)"]],
    }


NETS: Mapping[str, Net] = {
    "rnn": (
        {
            "axes": {"t": {"to": 3, "counts": "time"}, "j": 2, "i": "j", "k": 2, "o": 1},
            "inputs": {"x[t,k]": (3, 2), "h[0,j]": (2,)},
            "constants": {"y[t,o]": (3, 1)},
            "parameters": {"W[j,k]": (2, 2), "U[j,i]": (2, 2), "b[j]": (2,), "V[o,j]": (1, 2)},
            "nodes": [
                ["L", "1/2*sum(t,o, (p[t,o]-y[t,o])^2)"],
                ["p[t,o]", "sum(j, V[o,j]*h[t,j])"],
                ["h[t,j]", "tanh(z[t,j])"],
                ["z[t,j]", "sum(k, W[j,k]*x[t,k]) + sum(i, U[j,i]*h[t-1,i]) + b[j]"],
            ],
        },
        rnn,
    ),
    "LSTM": (_lstm_graph(), lstm),
    "gru": (
        {
            "axes": {"t": 2, "j": 2, "i": "j", "k": 3},
            "inputs": {"x[t,k]": (2, 3), "h[0,j]": (2,)},
            "parameters": {
                f"{name}{gate}[j,{letter}]": (2, size)
                for gate in "zrn"
                for name, letter, size in (("W", "k", 3), ("U", "i", 2))
            },
            "nodes": [
                *([f"a{g}[t,j]", f"sum(k, W{g}[j,k]*x[t,k]) + sum(i, U{g}[j,i]*h[t-1,i])"] for g in "zr"),
                ["z[t,j]", "sigmoid(az[t,j])"],
                ["r[t,j]", "sigmoid(ar[t,j])"],
                ["an[t,j]", "sum(k, Wn[j,k]*x[t,k]) + sum(i, Un[j,i]*r[t,i]*h[t-1,i])"],
                ["n[t,j]", "tanh(an[t,j])"],
                ["h[t,j]", "(1-z[t,j])*n[t,j] + z[t,j]*h[t-1,j]"],
                ["L", "sum(j, h[2,j]^2)"],
            ],
        },
        gru,
    ),
    "convolution and pool": (
        {
            "axes": {"n": 8, "u": 3, "p": "n - u + 1", "s": 2, "q": "p/s"},
            "inputs": {"x[n]": (8,)},
            "parameters": {"w[u]": (3,), "b": (), "v[q]": (3,)},
            "nodes": [
                ["z[p]", "sum(u, w[u]*x[p+u-1]) + b"],
                ["a[p]", "relu(z[p])"],
                ["m[q]", "max(s, a[2*q+s-2])"],
                ["L", "(sum(q, v[q]*m[q]) - 1)^2"],
            ],
        },
        conv_pool,
    ),
    "convolution with stride, padding and channels": (
        {
            "axes": {"e": 2, "c": 2, "m": 4, "n": 4, "u": 3, "v": 3, "p": 2, "q": 2},
            "inputs": {"x[e,m,n]": (2, 4, 4)},
            "parameters": {"w[c,e,u,v]": (2, 2, 3, 3), "b[c]": (2,), "g[c]": (2,)},
            "outside": ["x"],
            "nodes": [
                ["z[c,p,q]", "sum(e,u,v, w[c,e,u,v]*x[e,2*p+u-3,2*q+v-3]) + b[c]"],
                ["most[c]", "max(p,q, z[c,p,q])"],
                ["mid[c]", "mean(p,q, z[c,p,q])"],
                ["L", "sum(c, g[c]*most[c]) + sum(c, mid[c]^2)"],
            ],
        },
        conv_stride,
    ),
    "average pool": (
        {
            "axes": {"p": 6, "u": 2, "q": 3},
            "inputs": {"x[p]": (6,)},
            "parameters": {"v[q]": (3,)},
            "nodes": [["a[p]", "tanh(x[p])"], ["m[q]", "mean(u, a[2*q+u-2])"], ["L", "sum(q, v[q]*m[q]^2)"]],
        },
        average_pool,
    ),
    "attention": (
        {
            "axes": {"t": 3, "s": "t", "g": 2, "d": 2, "k": 2},
            "inputs": {"x[t,k]": (3, 2)},
            "parameters": {"Q[g,d,k]": (2, 2, 2), "K[g,d,k]": (2, 2, 2), "V[g,d,k]": (2, 2, 2), "O[k,g,d]": (2, 2, 2)},
            "nodes": [
                ["q[g,t,d]", "sum(k, Q[g,d,k]*x[t,k])"],
                ["c[g,s,d]", "sum(k, K[g,d,k]*x[s,k])"],
                ["v[g,s,d]", "sum(k, V[g,d,k]*x[s,k])"],
                ["e[g,t,s<=t]", "sum(d, q[g,t,d]*c[g,s,d])/sqrt(2)"],
                ["a[g,t,s<=t]", "softmax(s<=t, e[g,t,s])"],
                ["o[g,t,d]", "sum(s<=t, a[g,t,s]*v[g,s,d])"],
                ["y[t,k]", "sum(g,d, O[k,g,d]*o[g,t,d]) + x[t,k]"],
                ["L", "sum(t,k, y[t,k]^2)"],
            ],
        },
        attention,
    ),
    "layer, batch and RMS norm": (
        {
            "axes": {"r": 3, "j": 2},
            "inputs": {"x[r,j]": (3, 2)},
            "parameters": {"g[j]": (2,), "w[r,j]": (3, 2)},
            "nodes": [
                ["mu[r]", "mean(j, x[r,j])"],
                ["c[r,j]", "x[r,j]-mu[r]"],
                ["v[r]", "mean(j, c[r,j]^2)"],
                ["n[r,j]", "c[r,j]/sqrt(v[r]+0.00001)*g[j]"],
                ["bm[j]", "mean(r, x[r,j])"],
                ["bc[r,j]", "x[r,j]-bm[j]"],
                ["bv[j]", "mean(r, bc[r,j]^2)"],
                ["bn[r,j]", "bc[r,j]/sqrt(bv[j]+0.00001)"],
                ["rn[r,j]", "x[r,j]/sqrt(ms[r]+0.00001)"],
                ["ms[r]", "mean(j, x[r,j]^2)"],
                ["L", "sum(r,j, w[r,j]*n[r,j]) + sum(r,j, w[r,j]^2*bn[r,j]) + sum(r,j, w[r,j]*rn[r,j]^3)"],
            ],
        },
        norms,
    ),
    "tied weights and a residual": (
        {
            "axes": {"j": 2, "k": 3},
            "inputs": {"x[k]": (3,)},
            "parameters": {"W[j,k]": (2, 3), "b[j]": (2,), "c[k]": (3,)},
            "nodes": [
                ["h[j]", "tanh(sum(k, W[j,k]*x[k]) + b[j])"],
                ["o[k]", "sum(j, W[j,k]*h[j]) + c[k] + x[k]"],
                ["L", "sum(k, (o[k]-1)^2)"],
            ],
        },
        tied,
    ),
    "embedding, mean and dropout": (
        {
            "axes": {"t": 4, "w": 4, "d": 3, "c": 2},
            "constants": {"id[t]": IDS, "keep[d]": KEPT},
            "parameters": {"E[w,d]": (4, 3), "W[c,d]": (2, 3)},
            "nodes": [
                ["e[t,d]", "E[id[t],d]"],
                ["m[d]", "mean(t, e[t,d])"],
                ["n[d]", "keep[d]*m[d]/0.5"],
                ["z[c]", "sum(d, W[c,d]*n[d])"],
                ["a[c]", "softmax(c, z[c])"],
                ["L", "-ln(a[2])"],
            ],
        },
        embedding,
    ),
}


def network(name: str, seed: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    """The file of a network with drawn numbers, others for another seed, and these as arrays by name."""
    graph = {**NETS[name][0], "output": "L"}
    draw, arrays = numpy.random.RandomState(len(name) + 100 * seed), {}
    for section in ("inputs", "constants", "parameters"):
        stated = {}
        for left, shape in graph.get(section, {}).items():
            drawn = numpy.round(draw.randn(*shape) * 0.7, 2) if isinstance(shape, tuple) else numpy.array(shape, float)
            arrays[left.partition("[")[0]] = drawn
            stated[left] = numpy.asarray(drawn).tolist()
        graph[section] = stated
    return {"title": name, "graph": graph}, arrays
