"""A network in a computer algebra system: unit by unit, one step of the chain rule for each partial; or as one composed expression, the way
one first writes it. Widths go in, expressions come out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
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


def one_step(widths: Sequence[int], entropy: bool, system: Any) -> list[Any]:
    """∂L by every quantity in those of one step: by weights, biases and inputs of units what came back to the units times the
    derivative of their sums, by a sum what came back times the slope, by an output the slope of the loss."""
    symbol, diff = system.Symbol, system.diff
    found, below = list[Any](), [symbol(f"x{k}") for k in range(widths[0])]
    for number, units in enumerate(widths[1:]):
        a, layer = [symbol(f"a{number}_{j}") for j in range(units)], []
        for j in range(units):
            weights, bias = [symbol(f"w{number}_{j}_{k}") for k in range(len(below))], symbol(f"b{number}_{j}")
            z = sum((w * each for w, each in zip(weights, below, strict=True)), bias)
            back = symbol(f"dz{number}_{j}")
            found += [back * diff(z, each) for each in (*weights, bias)]
            layer.append((z, back))
        found += [sum(back * diff(z, each) for z, back in layer) for each in below]
        for j in range(units):
            z = symbol(f"z{number}_{j}")
            found.append(symbol(f"da{number}_{j}") * diff(1 / (1 + system.exp(-z)), z))
        below = a
    t = [symbol(f"t{j}") for j in range(widths[-1])]
    for a_j, t_j in zip(below, t, strict=True):
        term = -(t_j * system.log(a_j) + (1 - t_j) * system.log(1 - a_j)) if entropy else (t_j - a_j) ** 2 / widths[-1]
        found.append(diff(term, a_j))
    return found


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
