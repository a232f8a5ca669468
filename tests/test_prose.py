"""Sentences: every key the code asks for is there, and every key that is there is asked for."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import derivegen
from derivegen.network.activations import ACTIVATIONS
from derivegen.network.examples import templates_folder
from derivegen.network.losses import LOSSES

SENTENCES = tomllib.loads((templates_folder() / "prose/en/solution.toml").read_text(encoding="utf-8"))
CODE = sorted(Path(derivegen.__file__).parent.glob("**/*.py"))
_KEY = re.compile(r"[a-z]+(-[a-z]+)?\.[a-z_.-]+")
TABLES = {f"slope.{reason}" for table in (ACTIVATIONS, LOSSES) for entry in table.values() for _, reason in lines(entry)} if False else set()


def written() -> tuple[set[str], set[str]]:
    """The keys that stand in the code as they are, and the beginnings of those that are put together there (f"rule.{…}")."""
    whole, begun = set(), set()
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
    return whole, {start for start in begun if re.fullmatch(r"[a-z-]+\.([a-z-]+\.)?", start)}


def test_every_sentence_is_used() -> None:
    whole, begun = written()
    unused = [key for key in SENTENCES if key not in whole and not any(key.startswith(start) for start in begun)]
    assert not unused


def test_every_key_in_code_has_its_sentence() -> None:
    whole, _ = written()
    groups = {key.partition(".")[0] for key in SENTENCES}
    keys = {key for key in whole if re.fullmatch(r"[a-z-]+(\.[a-z][a-z_-]*)+", key) and key.partition(".")[0] in groups}
    files = {key for key in keys if key.endswith((".toml", ".py", ".jinja", ".tex", ".md"))}
    assert not keys - files - set(SENTENCES)
