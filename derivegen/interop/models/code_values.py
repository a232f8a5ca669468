"""A program of a student goes in as a syntax tree; the arrays it makes and the expressions it builds from products of arrays come out.

Nothing is run: statements are read one by one by what stands here, names of numpy by two tables, loops once, functions and methods where
they are called. Whatever else a program does is passed over, and what follows from it is not known.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any, Final

from derivegen.errors import InputError
from derivegen.interop.models.code_expressions import Expressions, FunctionEnd
from derivegen.interop.models.code_numbers import CodeFunction, Instance, NotKnown, NumpyName

MOST_STATEMENTS: Final = 20_000


class StudentProgram(Expressions):
    """A program while it is read: names, the products in the order they are made, expressions by the names they were given."""

    def __init__(self) -> None:
        super().__init__()
        self.named: list[tuple[str, Any]] = []
        self._read = 0

    def read(self, tree: ast.Module) -> None:
        """All statements. Raises InputError where there are too many."""
        self._statements(tree.body, self.outer)

    def _statements(self, body: Sequence[ast.stmt], names: dict[str, Any]) -> None:
        for statement in body:
            self._read += 1
            if self._read > MOST_STATEMENTS:
                raise InputError(
                    f"more than {MOST_STATEMENTS} statements; give the part that holds arrays and the forward pass"
                )
            try:
                self._statement(statement, names)
            except NotKnown:
                for target in _targets(statement):
                    names.pop(target, None)

    def _statement(self, statement: ast.stmt, names: dict[str, Any]) -> None:
        match statement:
            case ast.Import():
                for alias in statement.names:
                    if alias.name.partition(".")[0] == "numpy":
                        names[alias.asname or "numpy"] = NumpyName(
                            tuple(alias.name.split(".")[1:]) if alias.asname else ()
                        )
            case ast.ImportFrom(module=module):
                for alias in statement.names:
                    if module is not None and module.partition(".")[0] == "numpy":
                        names[alias.asname or alias.name] = NumpyName((*module.split(".")[1:], alias.name))
            case ast.FunctionDef():
                names[statement.name] = CodeFunction(statement)
            case ast.ClassDef():
                names[statement.name] = {
                    each.name: each for each in statement.body if isinstance(each, ast.FunctionDef)
                }
            case ast.Assign(targets=targets, value=value):
                found = self.value(value, names)
                for target in targets:
                    self._assign(target, found, names)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, self.value(value, names), names)
            case ast.AugAssign(target=target, op=op, value=value):
                made = self._binary(op, self.value(target, names), self.value(value, names))
                self._assign(target, made, names)
            case ast.Expr(value=value):
                self.value(value, names)
            case ast.Return(value=value):
                raise FunctionEnd(None if value is None else self.value(value, names))
            case ast.For() | ast.While() | ast.With() | ast.Try():
                self._once(statement, names)
            case ast.If(test=test):
                self._branch(statement, self._holds(test, names), names)

    def _once(self, statement: ast.For | ast.While | ast.With | ast.Try, names: dict[str, Any]) -> None:
        """A loop by its first turn."""
        if isinstance(statement, ast.For):
            try:
                first = next(iter(self.value(statement.iter, names)), None)
            except TypeError:
                raise NotKnown from None
            self._assign(statement.target, first, names)
        self._statements(statement.body, names)

    def _branch(self, statement: ast.If, holds: bool | None, names: dict[str, Any]) -> None:
        if holds is not None:
            self._statements(statement.body if holds else statement.orelse, names)

    def _assign(self, target: ast.expr, value: Any, names: dict[str, Any]) -> None:
        match target:
            case ast.Name(id=name):
                names[name] = value
                self.named.append((name, value))
            case ast.Attribute(value=inner, attr=name):
                held = self.value(inner, names)
                if isinstance(held, Instance):
                    held.held[name] = value
                    self.named.append((name, value))
            case ast.Subscript(value=inner, slice=key):
                held = self.value(inner, names)
                if isinstance(held, dict):
                    held[self.value(key, names)] = value
                    self.named.append((str(self.value(key, names)), value))
                elif not isinstance(held, list):
                    raise NotKnown
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                if not isinstance(value, list | tuple) or len(value) != len(parts):
                    raise NotKnown
                for part, each in zip(parts, value, strict=True):
                    self._assign(part, each, names)


def _targets(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement would have given values to."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    yield from (each.id for each in targets if isinstance(each, ast.Name))
