"""Code of arrays in the words of numpy goes in; the same as one would type it, in numpy or in another library, comes out.

The code is read as Python reads it and printed again, so that brackets stand where they are needed and nowhere else. It is ours alone.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Final

from derivegen.errors import InputError
from derivegen.solution.program.dialects import NUMPY, ProgramLibrary

_NUMBERS: Final = {"np", "math", "float"}
"""Names that stand for no array."""


def spoken(code: str, dialect: ProgramLibrary = NUMPY, names: Mapping[str, str] | None = None) -> str:
    """The code in the words of a library; `names` are what things are called that numpy has not, or under other names. Raises InputError
    where the library lacks a function."""
    tree = ast.parse(code)
    counters = {
        node.target.id for node in ast.walk(tree) if isinstance(node, ast.For) and isinstance(node.target, ast.Name)
    }
    return ast.unparse(ast.fix_missing_locations(_Spoken(dialect, names or {}, counters).visit(tree)))


class _Spoken(ast.NodeTransformer):
    """Says numpy's code in other words."""

    def __init__(self, dialect: ProgramLibrary, names: Mapping[str, str], counters: set[str]) -> None:
        self.dialect, self.names, self.plain = dialect, names, counters | _NUMBERS

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A name, by what it is called."""
        return _expression(self.names[node.id]) if node.id in self.names else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """An index without whole axes at its end."""
        self.generic_visit(node)
        if isinstance(node.slice, ast.Tuple):
            places = [ast.Slice() if ast.unparse(each) == "slice(None)" else each for each in node.slice.elts]
            while len(places) > 1 and ast.unparse(places[-1]) == ":":
                places.pop()
            node.slice = places[0] if len(places) == 1 else ast.Tuple(places, ast.Load())
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        """An entry is put into an array as the library does it."""
        self.generic_visit(node)
        (target,) = node.targets
        if not self.dialect.put or not isinstance(target, ast.Subscript):
            return node
        index: ast.expr = target.slice
        if self.dialect.put.endswith("(a, i, v)") and any(isinstance(each, ast.Slice) for each in ast.walk(index)):
            index = ast.Subscript(_expression("np.s_"), index, ast.Load())
        assert isinstance(target.value, ast.Name)
        put = _filled(self.dialect.put, {"a": target.value, "i": index, "v": node.value}, [])
        return ast.Assign([target.value], put)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """What an array is turned around."""
        self.generic_visit(node)
        return _filled(self.dialect.methods["T"], {"a": node.value}, []) if self._says(node, "T") else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """A function of numpy, or what an array does."""
        if self.dialect is not NUMPY:
            _guard(node)
        self.generic_visit(node)
        for keyword in node.keywords:
            keyword.arg = self.dialect.keywords.get(keyword.arg or "", keyword.arg)
        function = node.func
        if not isinstance(function, ast.Attribute) or self.dialect is NUMPY:
            return node
        if isinstance(function.value, ast.Name) and function.value.id in ("np", "math"):
            return self._word(node, function)
        if not self._says(function, function.attr):
            return node
        turned = function.attr == "transpose"
        arguments: Sequence[ast.expr] = [ast.Tuple(node.args, ast.Load())] if turned else node.args
        return _filled(self.dialect.methods[function.attr], {"a": function.value}, arguments, node.keywords)

    def _says(self, node: ast.Attribute, name: str) -> bool:
        return node.attr == name and name in self.dialect.methods and ast.unparse(node.value) not in ("np", "math")

    def _word(self, node: ast.Call, function: ast.Attribute) -> ast.expr:
        """A function of numpy; of plain numbers it stays that."""
        names = {each.id for each in ast.walk(ast.Tuple(node.args, ast.Load())) if isinstance(each, ast.Name)}
        if function.value.id == "math" or (names <= self.plain and function.attr not in ("zeros", "ones", "arange")):  # type: ignore[attr-defined]
            return node
        if function.attr not in self.dialect.words:
            raise InputError(
                f"--program: {self.dialect.title} has nothing for np.{function.attr}; take another library"
            )
        arguments = node.args
        if function.attr in self.dialect.numbers:
            made = self.dialect.array.replace("{each}", "_")
            arguments = [_filled(made, {}, [each]) if isinstance(each, ast.Constant) else each for each in arguments]
        return _filled(self.dialect.words[function.attr], {}, arguments, node.keywords)


def _guard(node: ast.Call) -> None:
    """np.where(c > 0, … np.log(c) …, 0): libraries differentiate the logarithm where it is not taken, too, and 0 times what is no number
    is none either; so it is taken of 1 there."""
    when = node.args[0] if node.args else None
    if ast.unparse(node.func) != "np.where" or not isinstance(when, ast.Compare):
        return
    held = ast.unparse(when.left)
    instead = f"np.where({ast.unparse(when)}, {held}, 1)"

    class Guarded(ast.NodeTransformer):
        def visit(self, inner: ast.AST) -> ast.AST:
            is_held = isinstance(inner, ast.expr) and ast.unparse(inner) == held
            return _expression(instead) if is_held else self.generic_visit(inner)

    for each in ast.walk(node.args[1]):
        if isinstance(each, ast.Call) and ast.unparse(each.func) == "np.log":
            Guarded().generic_visit(each)


def _expression(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


def _filled(
    template: str, own: Mapping[str, ast.expr], arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword] = ()
) -> ast.expr:
    """The template with what stands for its names, and the arguments where `_` stands."""

    class Filled(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return own.get(node.id, node)

        def visit_Call(self, node: ast.Call) -> ast.expr:
            takes = any(isinstance(each, ast.Name) and each.id == "_" for each in node.args)
            node.args = [
                part
                for each in node.args
                for part in (arguments if isinstance(each, ast.Name) and each.id == "_" else [self.visit(each)])
            ]
            node.func = self.visit(node.func)
            if takes:
                node.keywords += keywords
            return node

    return Filled().visit(_expression(template))  # type: ignore[no-any-return]
