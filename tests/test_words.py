"""One name, one type; and the docstrings of what is exported say what a user has to know."""

from __future__ import annotations

import ast
import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import derivegen

PACKAGE = Path(__file__).resolve().parent.parent / "derivegen"
SHARED = frozenset(
    [
        "Activation",
        "Answer",
        "Array",
        "Asked",
        "Box",
        "Choice",
        "Column",
        "Derivation",
        "Document",
        "Drawing",
        "Drawn",
        "Draws",
        "Exercise",
        "Fault",
        "Function",
        "Graph",
        "Item",
        "Layer",
        "Layers",
        "Line",
        "Link",
        "Loss",
        "Marker",
        "Names",
        "Number",
        "Numbers",
        "OwnGraph",
        "Page",
        "Part",
        "Parts",
        "Piece",
        "Plan",
        "Printer",
        "Question",
        "Range",
        "Routes",
        "Row",
        "Run",
        "Shown",
        "Side",
        "Step",
        "Symbolic",
        "Table",
        "Token",
        "Told",
        "Training",
        "Update",
        "Words",
        "Work",
        "Writer",
        "Wrong",
    ]
)
"""Names that two types still share. To be taken out one by one; none may be added."""
ERRORS = ("InputError", "MissingPart", "CheckFailed")


def test_no_two_types_have_one_name() -> None:
    where = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where[node.name].append(path.relative_to(PACKAGE).as_posix())
    assert {name: files for name, files in where.items() if len(files) > 1 and name not in SHARED} == {}


def exported() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Functions, and the methods and properties of classes, by name."""
    for name in derivegen.__all__:
        found = getattr(derivegen, name)
        if not inspect.isclass(found):
            yield name, found
            continue
        for method, own in vars(found).items():
            plain = getattr(own, "fget", None) or getattr(own, "func", None) or own
            if not method.startswith("_") and inspect.isfunction(plain):
                yield f"{name}.{method}", plain


EXPORTED = dict(exported())


@pytest.mark.parametrize("name", EXPORTED)
def test_a_docstring_says_what_is_raised(name: str) -> None:
    """What a function raises itself, and, of those that take a user's files, texts or options, that they complain of them."""
    said = inspect.getdoc(EXPORTED[name]) or ""
    assert said
    source = inspect.getsource(EXPORTED[name])
    raised = {error for error in ERRORS if re.search(rf"raise {error}\b", source)}
    assert [error for error in raised if error not in said] == []
    if "." not in name:
        assert "Raises InputError" in said


@pytest.mark.parametrize("name", ["Solution.array", "Solution.arrays"])
def test_a_docstring_says_which_shape(name: str) -> None:
    assert "units × inputs" in (inspect.getdoc(EXPORTED[name]) or "")
