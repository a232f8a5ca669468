"""The graphs with index letters that the examples of mistakes are made on: names here, network files as mappings there."""

from __future__ import annotations

from typing import Any


def graph(axes: dict[str, Any], nodes: list[list[str]], **given: dict[str, Any]) -> dict[str, Any]:
    """A network file of one graph whose output is L; what is given by its kind."""
    return {"graph": {"axes": axes, **given, "nodes": nodes, "output": "L"}}


RECURRENT = graph(
    {"t": {"to": 3, "counts": "time"}, "j": 2, "i": "j"},
    [
        ["z[t,j]", "W[j]*x[t] + sum(i, U[j,i]*h[t-1,i]) + b[j]"],
        ["h[t,j]", "tanh(z[t,j])"],
        ["p[t]", "sum(j, V[j]*h[t,j])"],
        ["L", "1/2*sum(t, (p[t] - y[t])^2)"],
    ],
    inputs={"x[t]": [0.5, 1, -0.5], "h[0,j]": [0.3, -0.2]},
    constants={"y[t]": [0.4, -0.5, 0.9]},
    parameters={"W[j]": [0.5, 0.4], "U[j,i]": [[0.6, 0.2], [-0.4, 0.7]], "b[j]": [0.1, 0.2], "V[j]": [0.5, -0.3]},
)
"""A recurrent network over three steps with a loss at each."""

PADDED = graph(
    {"t": {"to": 3, "counts": "time"}, "s": "t"},
    [["p[t]", "w*x[t]"], ["L", "1/sum(s, m[s])*sum(t, m[t]*(p[t] - y[t])^2)"]],
    inputs={"x[t]": [0.5, 1, -0.5]},
    constants={"y[t]": [0.4, 0.2, 0], "m[t]": [1, 1, 0]},
    parameters={"w": 0.6},
)
"""A loss at each of three steps, the last of which is padding."""

GATED = graph(
    {"t": {"to": 3, "counts": "time"}},
    [
        ["f[t]", "sigmoid(F*x[t] + G*h[t-1])"],
        ["c[t]", "f[t]*c[t-1] + tanh(W*x[t] + U*h[t-1])"],
        ["h[t]", "tanh(c[t])"],
        ["L", "1/2*sum(t, (h[t] - y[t])^2)"],
    ],
    inputs={"x[t]": [0.5, 1, -0.5], "h[0]": 0.2, "c[0]": -0.3},
    constants={"y[t]": [0.4, -0.5, 0.9]},
    parameters={"F": 0.7, "G": -0.6, "W": 0.5, "U": 0.8},
)
"""A cell with a gate, over three steps."""

CONVOLUTION = graph(
    {"n": {"to": 6, "counts": "position"}, "u": 3, "p": "n - u + 1", "s": 2, "q": "p/s"},
    [
        ["z[p]", "sum(u, w[u]*x[p+u-1]) + b"],
        ["a[p]", "tanh(z[p])"],
        ["m[q]", "max(s, a[2*q+s-2])"],
        ["L", "1/2*sum(q, (m[q] - y[q])^2)"],
    ],
    inputs={"x[n]": [0.5, -1, 2, 1, -0.5, 1.5]},
    constants={"y[q]": [0.9, -0.4]},
    parameters={"w[u]": [0.4, -0.2, 0.3], "b": 0.1},
)
"""A convolution along a line and a max pool."""

ATTENTION = graph(
    {"t": {"to": 2, "counts": "token"}, "s": "t", "k": 2, "d": 2},
    [
        ["q[t,d]", "sum(k, Q[d,k]*x[t,k])"],
        ["c[t,d]", "sum(k, K[d,k]*x[t,k])"],
        ["v[t,d]", "sum(k, V[d,k]*x[t,k])"],
        ["e[t,s<=t]", "sum(d, q[t,d]*c[s,d])/sqrt(2)"],
        ["a[t,s<=t]", "softmax(s<=t, e[t,s])"],
        ["o[t,d]", "sum(s<=t, a[t,s]*v[s,d])"],
        ["L", "1/2*sum(t,d, (o[t,d] - y[t,d])^2)"],
    ],
    inputs={"x[t,k]": [[1, 0.5], [-0.5, 1]]},
    constants={"y[t,d]": [[0.5, 0], [0, 0.5]]},
    parameters={
        "Q[d,k]": [[0.5, -0.2], [0.3, 0.4]],
        "K[d,k]": [[0.6, 0.1], [-0.3, 0.5]],
        "V[d,k]": [[0.4, 0.2], [-0.1, 0.7]],
    },
)
"""Causal attention of two tokens."""

TIED = graph(
    {"j": 2, "k": 2},
    [
        ["z[j]", "sum(k, W[j,k]*x[k])"],
        ["h[j]", "tanh(z[j])"],
        ["o[k]", "sum(j, W[j,k]*h[j]) + x[k]"],
        ["L", "1/2*sum(k, (o[k] - y[k])^2)"],
    ],
    inputs={"x[k]": [0.5, -1]},
    constants={"y[k]": [1, 0.5]},
    parameters={"W[j,k]": [[0.4, -0.3], [0.2, 0.5]]},
)
"""A block with tied weights and a residual connection."""

AVERAGED = graph(
    {"j": 3},
    [
        ["mu", "mean(j, x[j])"],
        ["c[j]", "x[j] - mu"],
        ["v", "mean(j, c[j]^2)"],
        ["n[j]", "c[j]/sqrt(v)"],
        ["L", "1/2*sum(j, (g[j]*n[j] - y[j])^2)"],
    ],
    inputs={"x[j]": [0.5, -1, 1.4]},
    constants={"y[j]": [1, 0.5, -0.5]},
    parameters={"g[j]": [0.8, 1.2, -0.6]},
)
"""A layer norm of three values."""

EMBEDDING = graph(
    {"t": 3, "w": 2, "d": 2},
    [["e[t,d]", "E[id[t],d]"], ["h[t,d]", "tanh(e[t,d])"], ["L", "1/2*sum(t,d, (h[t,d] - y[t,d])^2)"]],
    constants={"id[t]": [2, 1, 2], "y[t,d]": [[0.5, 0], [0, 0.5], [-0.5, 1]]},
    parameters={"E[w,d]": [[0.4, -0.3], [0.2, 0.5]]},
)
"""Words looked up at three places, one of them twice."""
