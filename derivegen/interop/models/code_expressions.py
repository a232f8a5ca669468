"""An expression of a student's program and the names it may use go in; its number, or what it is in products of arrays, comes out."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from derivegen.interop.models.code_numbers import (
    COMPARED,
    FUNCTIONS,
    OPERATORS,
    PRODUCT,
    CodeFunction,
    Instance,
    Node,
    NotKnown,
    NumpyName,
    array,
    computed,
    is_stream,
    numbers,
)
from derivegen.on_use import numpy

DEEPEST: Final = 30
_DRAWS: Final = (
    "randn",
    "rand",
    "random",
    "random_sample",
    "uniform",
    "normal",
    "standard_normal",
    "randint",
    "integers",
)
_METHODS: Final = (
    "sum",
    "mean",
    "max",
    "min",
    "reshape",
    "copy",
    "astype",
    "flatten",
    "ravel",
    "transpose",
    "clip",
    "squeeze",
)
_PRODUCTS: Final = ("dot", "matmul")


class FunctionEnd(Exception):
    """A function has come to its end, with this value."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Expressions:
    """Expressions while a program is read. Statements are read by who reads the program."""

    def __init__(self) -> None:
        self.products: list[Node] = []
        self.outer: dict[str, Any] = {}
        self.unseeded = False
        self._depth = 0
        self._streams: dict[tuple[str, ...], Any] = {}

    def _statements(self, body: Sequence[ast.stmt], names: dict[str, Any]) -> None:
        raise NotImplementedError

    def value(self, expression: ast.expr, names: Mapping[str, Any]) -> Any:
        """What an expression comes to. Raises NotKnown."""
        self._depth += 1
        try:
            if self._depth > DEEPEST * 3:
                raise NotKnown
            return self._value(expression, names)
        finally:
            self._depth -= 1

    def _value(self, expression: ast.expr, names: Mapping[str, Any]) -> Any:
        match expression:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                if name in names:
                    return names[name]
                return (
                    NumpyName((name,))
                    if name in ("range", "len", "float", "int", "sum", "max", "min", "abs", "list")
                    else self._unknown()
                )
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return [self.value(each, names) for each in parts]
            case ast.Dict(keys=keys, values=values):
                return {
                    self.value(k, names): self.value(v, names)
                    for k, v in zip(keys, values, strict=True)
                    if k is not None
                }
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return self.apply("negative", self.value(inner, names))
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(op, self.value(left, names), self.value(right, names))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARED:
                return self.apply(COMPARED[type(op)][0], self.value(left, names), self.value(right, names))
            case ast.Attribute(value=inner, attr=name):
                return self._attribute(self.value(inner, names), name)
            case ast.Subscript(value=inner, slice=key):
                return self._item(self.value(inner, names), self._key(key, names))
            case ast.Lambda():
                return CodeFunction(expression)
            case ast.Call():
                return self._call(expression, names)
            case ast.IfExp(test=test, body=body, orelse=other):
                holds = self._holds(test, names)
                return self._unknown() if holds is None else self.value(body if holds else other, names)
        return self._unknown()

    def _holds(self, test: ast.expr, names: Mapping[str, Any]) -> bool | None:
        if isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__":
            return True
        try:
            found = self.value(test, names)
        except NotKnown:
            return None
        return bool(found) if isinstance(found, bool | int | float) or found is None else None

    def _unknown(self) -> Any:
        raise NotKnown

    def _binary(self, op: ast.operator, left: Any, right: Any) -> Any:
        if isinstance(op, ast.MatMult):
            return self._product(left, right)
        if type(op) not in OPERATORS:
            raise NotKnown
        return self.apply(OPERATORS[type(op)][0], left, right)

    def _product(self, left: Any, right: Any) -> Node:
        made = Node(PRODUCT, (array(left), array(right)))
        self.products.append(made)
        return made

    def apply(self, word: str, *parts: Any, **keys: Any) -> Any:
        """A function of values: a number if they all are, else an expression. Raises NotKnown."""
        if any(isinstance(part, Node) for part in parts):
            return Node(word, parts, keys)
        return computed(word, parts, keys)

    def _attribute(self, held: Any, name: str) -> Any:
        if isinstance(held, NumpyName):
            return {"pi": math.pi, "e": math.e}.get(name, NumpyName((*held.path, name)))
        if isinstance(held, Instance):
            if name in held.held:
                return held.held[name]
            return CodeFunction(held.methods[name], held) if name in held.methods else self._unknown()
        if name == "T":
            return self.apply("T", held if isinstance(held, Node) else array(held))
        if name in ("shape", "size", "ndim") and not isinstance(held, Node):
            found = getattr(array(held), name)
            return [*found] if isinstance(found, tuple) else found
        if name in (*_METHODS, *_PRODUCTS, "append") or is_stream(held):
            return (held, name)
        raise NotKnown

    def _item(self, held: Any, key: Any) -> Any:
        if isinstance(held, Node):
            return Node("item", (held, key))
        try:
            return held[key]
        except (KeyError, IndexError, TypeError, ValueError):
            raise NotKnown from None

    def _key(self, key: ast.expr, names: Mapping[str, Any]) -> Any:
        if isinstance(key, ast.Slice):
            return slice(
                *(None if each is None else self.value(each, names) for each in (key.lower, key.upper, key.step))
            )
        if isinstance(key, ast.Tuple):
            return tuple(self._key(each, names) for each in key.elts)
        return self.value(key, names)

    def _call(self, call: ast.Call, names: Mapping[str, Any]) -> Any:
        called = self.value(call.func, names)
        parts = [self.value(each, names) for each in call.args if not isinstance(each, ast.Starred)]
        keys = {
            key.arg: self.value(key.value, names) for key in call.keywords if key.arg is not None and key.arg != "dtype"
        }
        if isinstance(called, CodeFunction):
            return self._inside(called, parts, keys)
        if isinstance(called, dict):  # a class
            made = Instance(called)
            if "__init__" in called:
                self._inside(CodeFunction(called["__init__"], made), parts, keys)
            return made
        if isinstance(called, NumpyName):
            return self._of_numpy(called.path, parts, keys)
        if isinstance(called, tuple):
            held, name = called
            return self._method(held, name, parts, keys)
        raise NotKnown

    def _inside(self, called: CodeFunction, parts: list[Any], keys: dict[str, Any]) -> Any:
        """A function of the program with these arguments."""
        own = called.function.args
        names = [each.arg for each in own.args]
        if called.on is not None:
            parts = [called.on, *parts]
        usual = dict(zip(names[len(names) - len(own.defaults) :], own.defaults, strict=True))
        inner: dict[str, Any] = {name: self.value(each, self.outer) for name, each in usual.items()}
        inner = {**self.outer, **inner, **dict(zip(names, parts, strict=False)), **keys}
        if isinstance(called.function, ast.Lambda):
            return self.value(called.function.body, inner)
        if self._depth > DEEPEST:
            raise NotKnown
        try:
            self._statements(called.function.body, inner)
        except FunctionEnd as returned:
            return returned.value
        return None

    def _of_numpy(self, path: tuple[str, ...], parts: list[Any], keys: dict[str, Any]) -> Any:
        word = path[-1]
        if path in (("range",), ("len",), ("float",), ("int",), ("list",)):
            return self._of_python(word, parts)
        if path[:1] == ("random",):
            return self._drawn(path, parts, keys)
        if word in _PRODUCTS and len(parts) == 2:
            return self._product(*parts)
        if word not in FUNCTIONS:
            raise NotKnown
        return self.apply(word, *parts, **keys)

    def _of_python(self, word: str, parts: list[Any]) -> Any:
        try:
            return {"range": range, "len": len, "float": float, "int": int, "list": list}[word](*parts)  # type: ignore[operator]
        except (TypeError, ValueError):
            raise NotKnown from None

    def _method(self, held: Any, name: str, parts: list[Any], keys: dict[str, Any]) -> Any:
        if is_stream(held):
            return numbers(getattr(held, name), parts, keys)
        if name == "append" and isinstance(held, list):
            return held.append(parts[0])
        if name in _PRODUCTS:
            return self._product(held, parts[0])
        if name in ("copy", "astype"):
            return held
        if isinstance(held, Node):
            word = {"flatten": "ravel"}.get(name, name)
            return Node(word, (held, *parts), keys)
        return numbers(getattr(array(held), name), parts, keys)

    def _drawn(self, path: tuple[str, ...], parts: list[Any], keys: dict[str, Any]) -> Any:
        """Random numbers from a seed, as numpy draws them."""
        word = path[-1]
        if word in ("seed", "RandomState", "default_rng"):
            if len(parts) != 1 or not isinstance(parts[0], int):
                raise NotKnown
            made = numpy.random.default_rng(parts[0]) if word == "default_rng" else numpy.random.RandomState(parts[0])
            if word == "seed":
                self._streams[()] = made
            return made
        if word not in _DRAWS:
            raise NotKnown
        if () not in self._streams:
            self.unseeded = True
            raise NotKnown
        return numbers(getattr(self._streams[()], word), parts, keys)
