"""Back-propagation as one writes it by hand: a network's arrays go in, a calculation of the loss and the gradient by every array comes out.

In numpy everything is written in place into arrays that are made once, for one example (vectors) and for many (a column each); in plain
Python, for the smallest network, number by number. Evaluators are measured against the better of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy

from tests.bench.sized import Arrays, Size

Result = tuple[Any, list[Any]]
"""Loss; then the gradient by weights and by biases, layer by layer."""


def by_hand(size: Size, arrays: Arrays, rows: int) -> Callable[[], Result]:
    """In numpy, in place: of a thousand examples the mean. The answer is overwritten by the next one."""
    numbers = range(1, len(size.widths))
    tail = () if rows == 1 else (rows,)
    x, t = arrays["x"], arrays["t"]
    weights = [arrays[f"w[{n}]"] for n in numbers]
    biases = [arrays[f"b[{n}]"] if rows == 1 else arrays[f"b[{n}]"].reshape(-1, 1) for n in numbers]
    outputs = [x, *(numpy.empty((units, *tail)) for units in size.widths[1:])]
    errors = [numpy.empty((units, *tail)) for units in size.widths[1:]]
    slopes = [numpy.empty((units, *tail)) for units in size.widths[1:]]
    by_weights = [numpy.empty((units, below)) for below, units in pairwise(size.widths)]
    by_biases = [error if rows == 1 else numpy.empty(len(error)) for error in errors]
    found = [each for pair in zip(by_weights, by_biases, strict=True) for each in pair]
    share = 1 / rows if size.entropy else 2 / (size.widths[-1] * rows)
    forward = list(zip(weights, biases, outputs, outputs[1:], strict=False))
    back = list(zip(weights[1:], errors[1:], outputs[1:], slopes, errors, strict=False))[::-1]
    columns = [
        (error[:, None], below[None, :]) if rows == 1 else (error, below.T)
        for error, below in zip(errors, outputs, strict=False)
    ]
    last, error, slope = outputs[-1], errors[-1], slopes[-1]

    def work() -> Result:
        for w, b, below, a in forward:
            numpy.dot(w, below, out=a)
            a += b
            numpy.negative(a, out=a)
            numpy.exp(a, out=a)
            a += 1
            numpy.reciprocal(a, out=a)
        numpy.subtract(last, t, out=error)
        if size.entropy:
            loss = -(t * numpy.log(last) + (1 - t) * numpy.log(1 - last)).sum() / rows
        else:
            loss = numpy.vdot(error, error) / (size.widths[-1] * rows)
            numpy.subtract(1, last, out=slope)
            numpy.multiply(slope, last, out=slope)
            numpy.multiply(error, slope, out=error)
        numpy.multiply(error, share, out=error)
        for w, above, a, slope_here, here in back:
            numpy.dot(w.T, above, out=here)
            numpy.subtract(1, a, out=slope_here)
            numpy.multiply(slope_here, a, out=slope_here)
            numpy.multiply(here, slope_here, out=here)
        for (left, right), by_weight, by_bias, each in zip(columns, by_weights, by_biases, errors, strict=True):
            if rows == 1:
                numpy.multiply(left, right, out=by_weight)
            else:
                numpy.dot(left, right, out=by_weight)
                numpy.add.reduce(each, axis=1, out=by_bias)
        return loss, found

    return work


def in_plain_python(size: Size, arrays: Arrays, rows: int) -> Callable[[], Result]:
    """3-4-1 and one example, without an array."""
    assert size.widths == (3, 4, 1) and size.entropy and rows == 1
    x, (t,) = arrays["x"].tolist(), arrays["t"].tolist()
    hidden = [(*w, b) for w, b in zip(arrays["w[1]"].tolist(), arrays["b[1]"].tolist(), strict=True)]
    (w2,), (b2,) = arrays["w[2]"].tolist(), arrays["b[2]"].tolist()
    exp, log = math.exp, math.log

    def work() -> Result:
        x1, x2, x3 = x
        h = [1 / (1 + exp(-(u * x1 + v * x2 + w * x3 + b))) for u, v, w, b in hidden]
        (h1, h2, h3, h4), (u1, u2, u3, u4) = h, w2
        y = 1 / (1 + exp(-(u1 * h1 + u2 * h2 + u3 * h3 + u4 * h4 + b2)))
        loss = -(t * log(y) + (1 - t) * log(1 - y))
        d = y - t
        d1 = [d * u * a * (1 - a) for u, a in zip(w2, h, strict=True)]
        return loss, [[[e * x1, e * x2, e * x3] for e in d1], d1, [[d * h1, d * h2, d * h3, d * h4]], [d]]

    return work
