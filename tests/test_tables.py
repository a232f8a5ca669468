"""Knowledge stands once: what an entry of a table is called stands in the table, in its folder, in `mistakes/` and in the prose alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from derivegen.formula.functions import FUNCTIONS, TYPED
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.network.tables.losses import LOSSES
from derivegen.network.tables.optimizers import NOT_YET, OPTIMIZERS

PACKAGE = Path(__file__).resolve().parent.parent / "derivegen"
TABLES = {
    "functions": ({*FUNCTIONS, *TYPED}, ("formula/functions.py", "network/tables/")),
    "activations": ({*ACTIVATIONS}, ("network/tables/", "formula/functions.py")),
    "losses": ({*LOSSES}, ("network/tables/",)),
    "optimizers": ({*OPTIMIZERS, *NOT_YET}, ("network/tables/",)),
}
EVERYWHERE = ("mistakes/",)
"""What people do wrong is wrong about one function or another: there a name is what the file is about."""
OTHER_MEANINGS = {
    ("formula/print/latex.py", "Φ"): "a letter of the alphabet",
    ("formula/print/latex.py", "φ"): "a letter of the alphabet",
    ("marking/read/named.py", "Φ"): "a letter that many use for any function",
    ("marking/read/named.py", "φ"): "a letter that many use for any function",
    ("formula/read/typst.py", "sqrt"): "Typst's word for a root sign",
    ("formula/read/typst.py", "abs"): "Typst's word for bars",
    ("render/curves.py", "linear"): "a scale of matplotlib's",
    ("render/curves.py", "log"): "a scale of matplotlib's",
}
"""The same word for another thing, and which."""


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of each string of a module that is no documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def files() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), path


@pytest.fixture(scope="module")
def words() -> dict[str, list[tuple[int, str]]]:
    return {name: list(literals(path)) for name, path in files()}


@pytest.mark.parametrize("table", TABLES)
def test_no_key_of_a_table_stands_outside_of_it(table: str, words: dict[str, list[tuple[int, str]]]) -> None:
    keys, home = TABLES[table]
    found = [
        f"{name}:{line}: {text!r}"
        for name, own in words.items()
        if not name.startswith((*home, *EVERYWHERE))
        for line, text in own
        if text in keys and (name, text) not in OTHER_MEANINGS
    ]
    assert found == []


def test_every_other_meaning_is_still_there(words: dict[str, list[tuple[int, str]]]) -> None:
    """The list of exceptions shrinks with what it excepts."""
    assert [each for each in OTHER_MEANINGS if each[1] not in {text for _, text in words[each[0]]}] == []
