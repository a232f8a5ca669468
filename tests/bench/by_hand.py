"""Back-propagation as one writes it by hand in numpy: arrays go in, the loss and the gradient by every array come out.

Two and three layers are written out, for one example (vectors) and for many (a column each), as a person would write them: this is what
evaluators are measured against.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from tests.bench.sized import Arrays, Size

Result = tuple[Any, list[Any]]
"""Loss; then the gradient by weights and by biases, layer by layer."""


def by_hand(size: Size, arrays: Arrays, rows: int) -> Callable[[], Result]:
    """The calculation for networks of that size, its arrays at hand."""
    layers = len(size.widths) - 1
    order = [arrays[f"{kind}[{number}]"] for number in range(1, layers + 1) for kind in "wb"]
    if rows > 1:
        order = [array if array.ndim == 2 else array[:, None] for array in order]
    step = {(2, False): two, (3, False): three, (2, True): two_rows, (3, True): three_rows}[layers, rows > 1]
    given = (_entropy if size.entropy else _squares, arrays["x"], arrays["t"], *order)
    return lambda: step(*given)


def _entropy(a: Any, t: Any) -> tuple[Any, Any]:
    """Loss, and its slope by the pre-activation of a sigmoid."""
    return -(t * numpy.log(a) + (1 - t) * numpy.log(1 - a)).sum(), a - t


def _squares(a: Any, t: Any) -> tuple[Any, Any]:
    error = a - t
    return (error * error).sum() / len(t), (2 / len(t)) * error * a * (1 - a)


def two(loss_of: Any, x: Any, t: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Result:
    """Two layers, one example."""
    a1 = 1 / (1 + numpy.exp(-(w1 @ x + b1)))
    a2 = 1 / (1 + numpy.exp(-(w2 @ a1 + b2)))
    loss, d2 = loss_of(a2, t)
    d1 = (w2.T @ d2) * a1 * (1 - a1)
    return loss, [numpy.outer(d1, x), d1, numpy.outer(d2, a1), d2]


def three(loss_of: Any, x: Any, t: Any, w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any) -> Result:
    """Three layers, one example."""
    a1 = 1 / (1 + numpy.exp(-(w1 @ x + b1)))
    a2 = 1 / (1 + numpy.exp(-(w2 @ a1 + b2)))
    a3 = 1 / (1 + numpy.exp(-(w3 @ a2 + b3)))
    loss, d3 = loss_of(a3, t)
    d2 = (w3.T @ d3) * a2 * (1 - a2)
    d1 = (w2.T @ d2) * a1 * (1 - a1)
    return loss, [numpy.outer(d1, x), d1, numpy.outer(d2, a1), d2, numpy.outer(d3, a2), d3]


def two_rows(loss_of: Any, x: Any, t: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Result:
    """Two layers, the mean over the columns."""
    a1 = 1 / (1 + numpy.exp(-(w1 @ x + b1)))
    a2 = 1 / (1 + numpy.exp(-(w2 @ a1 + b2)))
    loss, d2 = loss_of(a2, t)
    d2 = d2 / x.shape[1]
    d1 = (w2.T @ d2) * a1 * (1 - a1)
    return loss / x.shape[1], [d1 @ x.T, d1.sum(axis=1), d2 @ a1.T, d2.sum(axis=1)]


def three_rows(loss_of: Any, x: Any, t: Any, w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any) -> Result:
    """Three layers, the mean over the columns."""
    a1 = 1 / (1 + numpy.exp(-(w1 @ x + b1)))
    a2 = 1 / (1 + numpy.exp(-(w2 @ a1 + b2)))
    a3 = 1 / (1 + numpy.exp(-(w3 @ a2 + b3)))
    loss, d3 = loss_of(a3, t)
    d3 = d3 / x.shape[1]
    d2 = (w3.T @ d3) * a2 * (1 - a2)
    d1 = (w2.T @ d2) * a1 * (1 - a1)
    gradient = [d1 @ x.T, d1.sum(axis=1), d2 @ a1.T, d2.sum(axis=1), d3 @ a2.T, d3.sum(axis=1)]
    return loss / x.shape[1], gradient
