"""Many numbers at once: an arithmetic whose numbers are numpy arrays, an entry for each of many networks, goes to `value` and `Numbers`.

Where an entry has no number (a logarithm of −1, an overflow) it becomes NaN or infinite, and the others stand; whoever folds in this
arithmetic does so under `numpy.errstate(all="ignore")`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy

from derivegen.formula.value import Arithmetic

_erfc = numpy.vectorize(math.erfc, otypes=[float])


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + numpy.exp(-z))  # where that overflows, 1/∞ is the right 0


def _choose(cases: Sequence[tuple[Any, Any]]) -> Any:
    """The value of the first case whose condition holds, entry by entry."""
    found: Any = math.nan
    for condition, chosen in reversed(cases):
        found = chosen if condition is None else numpy.where(condition, chosen, found)
    return found


ARRAYS = Arithmetic(
    numpy.float64,
    {
        "exp": numpy.exp,
        "ln": numpy.log,
        "sqrt": numpy.sqrt,
        "sin": numpy.sin,
        "cos": numpy.cos,
        "tanh": numpy.tanh,
        "sigmoid": _sigmoid,
        "relu": lambda z: numpy.maximum(z, 0.0),
        "softplus": lambda z: numpy.logaddexp(0.0, z),
        "Φ": lambda z: _erfc(-z / math.sqrt(2)) / 2,
        "φ": lambda z: numpy.exp(-z * z / 2) / math.sqrt(2 * math.pi),
        "max": lambda *many: reduce(numpy.maximum, many),
        "min": lambda *many: reduce(numpy.minimum, many),
        "abs": numpy.abs,
    },
    _choose,
)
