"""What an expression of a student's program may be: numbers that are known, and expressions in products of arrays; and the few functions of
numpy by which the first are worked out, none larger than anybody needs."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from derivegen.on_use import numpy
from derivegen.records import dataclass, field

MOST_NUMBERS: Final = 1_000_000


class NotKnown(Exception):
    """What an expression comes to is not known."""


@dataclass(frozen=True, eq=False)
class Node:
    """An expression in products of arrays: a product of two values, or a function of values, some of which are such expressions."""

    word: str
    parts: tuple[Any, ...]
    keys: Mapping[str, Any] = field(default_factory=dict)


PRODUCT: Final = "product"


@dataclass(eq=False)
class Instance:
    """An object of a class of the program, with what was put on it."""

    methods: Mapping[str, ast.FunctionDef]
    held: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class CodeFunction:
    """A function of the program, on an object or not."""

    function: ast.FunctionDef | ast.Lambda
    on: Instance | None = None


@dataclass(frozen=True)
class NumpyName:
    """A name of numpy: numpy itself, numpy.random, numpy.exp."""

    path: tuple[str, ...]


def _np(word: str) -> Callable[..., Any]:
    def call(*values: Any, **keys: Any) -> Any:
        return getattr(numpy, word)(*values, **keys)

    return call


_ELEMENTS: Final = (
    *(
        "exp",
        "log",
        "log2",
        "log1p",
        "expm1",
        "sqrt",
        "abs",
        "absolute",
        "square",
        "tanh",
        "sinh",
        "cosh",
        "sin",
        "cos",
    ),
    *("maximum", "minimum", "where", "clip", "power", "multiply", "add", "subtract", "divide", "negative", "sign"),
    *("sum", "mean", "max", "min", "amax", "amin", "prod", "logaddexp", "heaviside"),
)
"""Functions that an activation or a loss may consist of."""
_MAKERS: Final = (
    *("array", "asarray", "zeros", "ones", "full", "eye", "arange", "linspace", "reshape", "transpose", "zeros_like"),
    *(
        "ones_like",
        "atleast_2d",
        "column_stack",
        "hstack",
        "vstack",
        "concatenate",
        "expand_dims",
        "squeeze",
        "ravel",
        "float64",
        "float32",
    ),
)
FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {word: _np(word) for word in (*_ELEMENTS, *_MAKERS)}
OPERATORS: Final[Mapping[type, tuple[str, Callable[..., Any]]]] = {
    ast.Add: ("add", operator.add),
    ast.Sub: ("subtract", operator.sub),
    ast.Mult: ("multiply", operator.mul),
    ast.Div: ("divide", operator.truediv),
    ast.Pow: ("power", operator.pow),
    ast.FloorDiv: ("floor", operator.floordiv),
    ast.Mod: ("mod", operator.mod),
}
COMPARED: Final[Mapping[type, tuple[str, Callable[..., Any]]]] = {
    ast.Gt: ("greater", operator.gt),
    ast.GtE: ("greater_equal", operator.ge),
    ast.Lt: ("less", operator.lt),
    ast.LtE: ("less_equal", operator.le),
    ast.Eq: ("equal", operator.eq),
}
WORDS: Final[Mapping[str, Callable[..., Any]]] = {
    **FUNCTIONS,
    **dict((*OPERATORS.values(), *COMPARED.values())),
    "negative": operator.neg,
    "T": lambda value: value.T,
    "item": lambda value, key: value[key],
}
"""What a node's word computes of numbers."""


def computed(word: str, parts: Sequence[Any], keys: Mapping[str, Any]) -> Any:
    """What a function comes to, of numbers alone. Raises NotKnown."""
    call = WORDS.get(word)
    if call is None:
        raise NotKnown
    return numbers(call, parts, keys)


def numbers(call: Callable[..., Any], parts: Sequence[Any], keys: Mapping[str, Any]) -> Any:
    """A call that makes numbers, not too many of them. Raises NotKnown."""
    _check_sizes(parts, keys)
    try:
        with numpy.errstate(all="ignore"):
            found = call(*parts, **keys)
    except Exception:  # whatever numpy raises on arguments that do not fit, the line is not known
        raise NotKnown from None
    if getattr(found, "size", 1) > MOST_NUMBERS:
        raise NotKnown
    return found


def _check_sizes(parts: Sequence[Any], keys: Mapping[str, Any]) -> None:
    """No array of a size that only a mistake has, before it is made."""
    total = 1.0
    for size in _whole((*parts, *keys.values())):
        total *= max(abs(size), 1)
    if total > MOST_NUMBERS and not any(hasattr(part, "shape") for part in parts):
        raise NotKnown
    if any(abs(size) > MOST_NUMBERS for size in _whole(parts)):
        raise NotKnown


def _whole(parts: Sequence[Any]) -> Iterator[int]:
    for part in parts:
        if type(part) is int:
            yield part
        elif isinstance(part, list | tuple) and len(part) <= 4 and all(type(each) is int for each in part):
            yield from part


def array(value: Any) -> Any:
    """An array of what is a list, or a number. Raises NotKnown."""
    if isinstance(value, Node):
        return value
    try:
        found = numpy.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise NotKnown from None
    return found


def is_stream(value: Any) -> bool:
    return type(value).__name__ in ("RandomState", "Generator")
