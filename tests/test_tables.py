"""Knowledge stands once: what an entry of a table is called stands in the table, in its folder, in `mistakes/` and in the prose alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from derivegen.exercise.kinds.kind import KINDS
from derivegen.formula.functions import FUNCTIONS, TYPED
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.network.tables.layer_kinds import LAYER_KINDS
from derivegen.network.tables.losses import LOSSES
from derivegen.network.tables.optimizers import OPTIMIZERS

EVERYDAY = {"add", "attention", "last", "mean", "position"}
"""Kinds of layers whose names are words for much else."""
NUMPY = ("interop/models/code_", "solution/program/dialects.py")
"""What reads and writes programs names the functions and methods of numpy and of other libraries."""
PACKAGE = Path(__file__).resolve().parent.parent / "derivegen"
TABLES = {
    "functions": ({*FUNCTIONS, *TYPED}, ("formula/functions.py", "network/tables/", *NUMPY)),
    "activations": ({*ACTIVATIONS}, ("network/tables/", "formula/functions.py", *NUMPY)),
    "losses": ({*LOSSES}, ("network/tables/",)),
    "kinds of layers": ({*LAYER_KINDS} - EVERYDAY, ("network/tables/",)),
    "optimizers": ({*OPTIMIZERS}, ("network/tables/",)),
    "kinds of questions": ({*KINDS}, ("exercise/kinds/",)),
}
EVERYWHERE = ("mistakes/",)
"""What people do wrong is wrong about one function or another: there a name is what the file is about."""
_FORM, _STAGE, _BLOCK = "a form of answers: letters in an order", "a stage of working", "a block of a page"
_BLANK, _HERE = "what a file writes for a number it does not give", "a key of JSON"
_FOLD = "a fold over index letters"
OTHER_MEANINGS = {
    ("exercise/ask.py", "order"): _FORM,
    ("exercise/exercise.py", "order"): _FORM,
    ("exercise/pages/solved.py", "order"): _FORM,
    ("marking/judge/chosen.py", "order"): _FORM,
    ("render/selfcheck_page.py", "order"): _FORM,
    ("exercise/pages/fields.py", "order"): _FORM,
    ("exercise/pages/steps.py", "update"): _STAGE,
    ("exercise/working.py", "update"): _STAGE,
    ("marking/pages/talk.py", "update"): _STAGE,
    ("marking/read/tags.py", "table"): "an element of HTML",
    ("render/slides_layout.py", "table"): _BLOCK,
    ("render/slides_parts.py", "table"): _BLOCK,
    ("render/written_blocks.py", "table"): _BLOCK,
    ("interop/models/code_expressions.py", "flatten"): "a method of numpy's arrays",
    ("interop/models/code_numbers.py", "concatenate"): "a function of numpy",
    ("interop/models/keras_layers.py", "dropout"): "a setting of Keras' recurrent layers",
    ("interop/models/recognised.py", "embedding"): "what Flax calls an array",
    ("network/file/as_file.py", "symbolic"): _BLANK,
    ("network/file/fitting.py", "symbolic"): _BLANK,
    ("network/file/kinds_of_value.py", "symbolic"): _BLANK,
    ("network/file/layer_options.py", "symbolic"): _BLANK,
    ("network/file/lists.py", "symbolic"): _BLANK,
    ("network/file/stacked_file.py", "symbolic"): _BLANK,
    ("network/file/typed.py", "symbolic"): _BLANK,
    ("network/file/translate.py", "blanks"): "a key of the network file",
    ("render/json_page.py", "symbolic"): _HERE,
    ("render/json_page.py", "values"): _HERE,
    ("formula/read/indexed.py", "max"): _FOLD,
    ("formula/read/indexed.py", "min"): _FOLD,
    ("formula/read/indexed.py", "softmax"): _FOLD,
    ("formula/tree.py", "max"): _FOLD,
    ("formula/tree.py", "min"): _FOLD,
    ("network/instance.py", "max"): _FOLD,
    ("network/file/reads.py", "softmax"): _FOLD,
    ("network/layers/indexed.py", "softmax"): _FOLD,
    ("formula/print/latex.py", "Φ"): "a letter of the alphabet",
    ("formula/print/latex.py", "φ"): "a letter of the alphabet",
    ("marking/read/named.py", "Φ"): "a letter that many use for any function",
    ("marking/read/named.py", "φ"): "a letter that many use for any function",
    ("formula/read/typst.py", "sqrt"): "Typst's word for a root sign",
    ("formula/read/typst.py", "abs"): "Typst's word for bars",
}
"""The same word for another thing, and which."""


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of each string of a module that is no documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def decided_by_kind(path: Path) -> Iterator[int]:
    """Where a module compares the kind of a question with anything."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                if isinstance(side, ast.Attribute) and side.attr == "kind" and "question" in ast.unparse(side.value):
                    yield node.lineno


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


def test_nobody_asks_which_kind_a_question_is() -> None:
    """Its words are everyday ones, so that a list of exceptions could hide a comparison: there is none at all."""
    assert [f"{name}:{line}" for name, path in files() for line in decided_by_kind(path)] == []


def test_every_other_meaning_is_still_there(words: dict[str, list[tuple[int, str]]]) -> None:
    """The list of exceptions shrinks with what it excepts."""
    assert [each for each in OTHER_MEANINGS if each[1] not in {text for _, text in words.get(each[0], ())}] == []
