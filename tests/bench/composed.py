"""A network as one composed expression, the way one first writes it in a computer algebra system: widths go in, symbols and loss come out.

As a command (`python -m tests.bench.composed 10 20 10 1`) it prints how many seconds `sympy.lambdify` with `cse=True` takes to prepare
the gradient of such a network, so that whoever asks can stop it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Composed:
    """The symbols of inputs, targets and parameters (layer by layer, weights row by row before biases), and the loss in them."""

    inputs: list[Any]
    targets: list[Any]
    parameters: list[Any]
    loss: Any


def compose(widths: Sequence[int], entropy: bool, system: Any) -> Composed:
    """In sympy or symengine. Sigmoid units throughout; binary cross-entropy, or the mean of the squared errors."""
    x = [system.Symbol(f"x{k}") for k in range(widths[0])]
    a, parameters = list(x), list[Any]()
    for number, units in enumerate(widths[1:]):
        weights = [[system.Symbol(f"w{number}_{j}_{k}") for k in range(len(a))] for j in range(units)]
        biases = [system.Symbol(f"b{number}_{j}") for j in range(units)]
        parameters += [*(w for row in weights for w in row), *biases]
        z = [sum((w * each for w, each in zip(row, a, strict=True)), b) for row, b in zip(weights, biases, strict=True)]
        a = [1 / (1 + system.exp(-each)) for each in z]
    t = [system.Symbol(f"t{j}") for j in range(widths[-1])]
    if entropy:
        terms = [-(t_j * system.log(a_j) + (1 - t_j) * system.log(1 - a_j)) for t_j, a_j in zip(t, a, strict=True)]
    else:
        terms = [(t_j - a_j) ** 2 / widths[-1] for t_j, a_j in zip(t, a, strict=True)]
    return Composed(x, t, parameters, sum(terms[1:], terms[0]))


def gradient(widths: Sequence[int], entropy: bool, system: Any) -> tuple[Composed, list[Any]]:
    """The composed loss, differentiated by each parameter."""
    composed = compose(widths, entropy, system)
    return composed, [system.diff(composed.loss, parameter) for parameter in composed.parameters]


def lambdified(widths: Sequence[int], entropy: bool, modules: str = "math") -> Callable[..., list[Any]]:
    """Loss and gradient as a function of inputs, targets and parameters; differentiated by symengine where that is installed, which is
    quicker."""
    import sympy

    composed, partials = gradient(widths, entropy, sys.modules.get("symengine", sympy))
    symbols = [*composed.inputs, *composed.targets, *composed.parameters]
    arguments, results = ([sympy.sympify(each) for each in many] for many in (symbols, [composed.loss, *partials]))
    return sympy.lambdify(arguments, results, modules=modules, cse=True)


if __name__ == "__main__":
    with suppress(ImportError):
        import symengine  # noqa: F401
    start = time.process_time()
    lambdified([int(width) for width in sys.argv[1:]], entropy=True)
    print(time.process_time() - start)
