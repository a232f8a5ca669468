"""The gradient by torch, by jax and by `sympy.lambdify`: a network's arrays go in, a calculation of (loss, gradient by weights and biases,
layer by layer) comes out. Raises Missing where the library is not installed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from tests.bench.by_hand import Result
from tests.bench.composed import lambdified
from tests.bench.sized import Arrays, Size
from tests.bench.timing import need


def parameters_of(size: Size, arrays: Arrays, rows: int) -> list[Any]:
    """Weights and biases, layer by layer; the biases as a column where there are several rows."""
    found = [arrays[f"{kind}[{number}]"] for number in range(1, len(size.widths)) for kind in "wb"]
    return [array if rows == 1 or array.ndim == 2 else array[:, None] for array in found]


def by_torch(size: Size, arrays: Arrays, rows: int) -> Callable[[], Result]:
    """Autograd on double precision, one thread."""
    torch = need("torch")
    torch.set_num_threads(1)
    x, t = torch.from_numpy(arrays["x"]), torch.from_numpy(arrays["t"])
    parameters = [torch.from_numpy(array).requires_grad_() for array in parameters_of(size, arrays, rows)]

    def work() -> Result:
        a = x
        for w, b in zip(parameters[::2], parameters[1::2], strict=True):
            a = torch.sigmoid(w @ a + b)
        loss = _loss(torch, size, a, t, rows)
        return loss.detach(), list(torch.autograd.grad(loss, parameters))

    return work


def by_jax(size: Size, arrays: Arrays, rows: int) -> Callable[[], Result]:
    """The compiled gradient, in double precision."""
    jax = need("jax")
    jax.config.update("jax_enable_x64", True)
    x, t = jax.numpy.asarray(arrays["x"]), jax.numpy.asarray(arrays["t"])
    parameters = [jax.numpy.asarray(array) for array in parameters_of(size, arrays, rows)]

    def loss_of(parameters: list[Any], x: Any, t: Any) -> Any:
        a = x
        for w, b in zip(parameters[::2], parameters[1::2], strict=True):
            a = jax.nn.sigmoid(w @ a + b)
        return _loss(jax.numpy, size, a, t, rows)

    compiled = jax.jit(jax.value_and_grad(loss_of))
    return lambda: jax.block_until_ready(compiled(parameters, x, t))  # type: ignore[no-any-return]


def _loss(library: Any, size: Size, a: Any, t: Any, rows: int) -> Any:
    """The loss in the words of a library."""
    if size.entropy:
        return -(t * library.log(a) + (1 - t) * library.log(1 - a)).sum() / rows
    return ((a - t) ** 2).sum() / (len(t) * rows)


def by_lambdify(size: Size, arrays: Arrays, rows: int) -> Callable[[], Result]:
    """The composed loss differentiated by sympy and lambdified with its own search for common subexpressions."""
    function = lambdified(size.widths, size.entropy, "math" if rows == 1 else "numpy")
    plain = [array.ravel() for array in parameters_of(size, arrays, rows)]
    given = [*arrays["x"], *arrays["t"], *(number for array in plain for number in array.tolist())]
    if rows == 1:
        given = [float(number) for number in given]
        return lambda: (lambda found: (found[0], found[1:]))(function(*given))

    def work() -> Result:
        loss, *gradient = function(*given)
        return loss.sum() / rows, [numpy.sum(each) / rows for each in gradient]

    return work
