"""Functions of arrays: a derivation and names of wanted results go in; one numpy function that computes them comes out, from the code of
layers or of whatever stands under index letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.code.graph_code import GraphCode
from derivegen.calculus.code.index_formulas import SINGLE
from derivegen.calculus.code.layer_code import LayerFunction, layer_function
from derivegen.calculus.code.lines import released
from derivegen.errors import Symbolic
from derivegen.formula.functions import MAX, MIN
from derivegen.on_use import numpy


def array_function(
    derivation: Derivation,
    results: Sequence[str],
    functions: Mapping[str, Callable[..., Any]] | None = None,
    watched: bool = False,
) -> LayerFunction:
    """The function that computes families and adjoints by name, with functions of real arrays or others of the same names; `watched`, one
    more result says how near anything comes to a kink. Raises Symbolic where there is no number."""
    if not derivation.graph.lettered:
        return layer_function(derivation, results, functions, watched)
    if watched or not derivation.graph.is_known:
        raise Symbolic("what has no array code")
    return _of_graph(derivation, results, functions)


def _of_graph(
    derivation: Derivation, results: Sequence[str], functions: Mapping[str, Callable[..., Any]] | None
) -> LayerFunction:
    from derivegen.formula.arithmetic.arrays import ARRAYS, WHOLE

    code = GraphCode(derivation)
    code.write(results)
    lines = released(code.units)
    source = "\n    ".join((f"def computed({', '.join(code.arguments.values())}):", *lines)) + "\n"
    known = {**ARRAYS.functions, **WHOLE, **(functions or {})}
    namespace: dict[str, Any] = {name: known[name] for name in code.formulas.functions}
    namespace |= {SINGLE + name: (functions or ARRAYS.functions)[name] for name in code.formulas.single}
    namespace |= _numpy_functions(complex if functions else float) | code.formulas.constants
    exec(compile(source, "<array code>", "exec"), namespace)
    return LayerFunction(tuple(code.arguments), tuple(results), source, namespace["computed"])


def _numpy_functions(numbers: type) -> dict[str, Any]:
    """What generated code needs of numpy, and of us; `numbers` are what arrays are filled with."""
    names = ("arange", "broadcast_to", "einsum", "inf", "matmul", "nan", "ones", "pad", "where")
    return {name: getattr(numpy, name) for name in names} | {
        "add_at": numpy.add.at,
        f"first_{MAX.name}": lambda a, axes: _first(a.real, axes),
        f"first_{MIN.name}": lambda a, axes: _first(-a.real, axes),
        f"over_{MAX.name}": _greatest if numbers is complex else lambda a, axes: a.max(axes),
        f"over_{MIN.name}": (lambda a, axes: -_greatest(-a, axes))
        if numbers is complex
        else lambda a, axes: a.min(axes),
        f"never_{MAX.name}": -numpy.inf,
        f"never_{MIN.name}": numpy.inf,
        "one_of": lambda place, size: numpy.eye(1, size, place)[0],
        "shares": _shares,
        "started": lambda a: numpy.array(a, numbers),
        "view": _view,
        "zeros": lambda shape: numpy.zeros(shape, numbers),
    }


def _view(array: Any, starts: tuple[int, ...], steps: tuple[tuple[int, ...], ...], sizes: tuple[int, ...]) -> Any:
    """What of an array stands at start + Σ step · index along each axis, with an axis for each index: windows, diagonals, what runs
    backwards, without a copy."""
    first = array[tuple([slice(start, None) for start in starts])]
    strides = tuple([sum(map(int.__mul__, each, array.strides)) for each in steps])
    return numpy.lib.stride_tricks.as_strided(first, sizes, strides)


def _first(a: Any, axes: tuple[int, ...]) -> Any:
    """1 at the first of the greatest over these axes together, else 0."""
    last = range(-len(axes), 0)
    moved = numpy.moveaxis(a, axes, last)
    flat = moved.reshape((*moved.shape[: -len(axes)], -1))
    found = numpy.zeros(flat.shape)
    numpy.put_along_axis(found, numpy.expand_dims(flat.argmax(-1), -1), 1.0, -1)
    return numpy.moveaxis(found.reshape(moved.shape), last, axes)


def _greatest(a: Any, axes: tuple[int, ...]) -> Any:
    """The greatest by its real part, its imaginary part with it."""
    return (numpy.where(_first(a.real, axes) > 0, a, 0.0)).sum(axes)


def _shares(z: Any, axis: int, there: Any = None) -> Any:
    """Softmax along an axis, of what is there."""
    if there is not None:
        z = numpy.where(there, z, -numpy.inf)
    found = numpy.exp(z - z.real.max(axis, keepdims=True))
    found /= found.sum(axis, keepdims=True)
    return found
