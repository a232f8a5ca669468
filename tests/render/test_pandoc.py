"""Markdown with dollars: what its readers make of it, that no formula is eaten, that strange text stays as it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

import derivegen
from derivegen.api import Solution
from derivegen.render.figures import drawn
from derivegen.render.pandoc_page import formulas_in
from tests.solved import EXAMPLES, solved, written

READER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, allow_digits=False)
STRANGE = 'Größe схема _ $ \\ < & # " { } % ^ ~ * ` [x] // @a -- ... $1$ &lt;'


def strange(intro: str) -> Solution:
    return derivegen.solve(
        {
            "title": STRANGE,
            "data": {"inputs": [[0.5]], "targets": [[0.6]], "input_names": [STRANGE]},
            "layer": [{"units": 1, "weights": [[0.4]]}],
            "loss": {"name": "half_squared_error"},
            "document": {"author": STRANGE, "intro": intro},
        }
    )


def tokens(text: str) -> list[Any]:
    found = []
    for token in READER.parse(text):
        found += [token, *(token.children or ())]
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_reader_of_dollars_finds_every_formula(name: str) -> None:
    text = written(name, "md-pandoc")
    shown = tokens(text)
    displays = [token.content for token in shown if token.type == "math_block"]
    inline = [token.content for token in shown if token.type == "math_inline"]
    assert len(displays) == text.count("\\begin{aligned}") > 0
    found = [formula for _, formula in formulas_in(re.sub(r"^\$\$\n.*?^\$\$$", "", text, flags=re.M | re.S))]
    assert inline == found and inline
    left = "".join(token.content for token in shown if token.type == "text")
    assert "$" not in left and "\\" not in left


@pytest.mark.parametrize("name", EXAMPLES)
def test_displays_stand_between_blank_lines(name: str) -> None:
    text = written(name, "md-pandoc")
    fences = [place for place, line in enumerate(text.split("\n")) if line == "$$"]
    lines = text.split("\n")
    for start, end in zip(fences[::2], fences[1::2], strict=True):
        assert lines[start - 1] == "" and lines[end + 1] == ""
        assert all(lines[start : end + 1])


def test_strange_text_stays_as_it_is() -> None:
    shown = tokens(strange("An *intro* with $x_1$ & <b>, \\alpha{} # ~ `c` &amp;").text("md-pandoc"))
    texts = [token for token in shown if token.type == "inline"]
    plain = ["".join(child.content for child in token.children or ()) for token in texts]
    assert plain[0] == STRANGE and plain[1] == STRANGE
    assert "An *intro* with $x_1$ & <b>, \\alpha{} # ~ `c` &amp;" in plain


@pytest.mark.parametrize(
    "intro", ["- no list", "1. no list", "12) none", "+ plus", "# no heading", "> none", ": none", "=="]
)
def test_an_introduction_is_a_paragraph_whatever_it_begins_with(intro: str) -> None:
    shown = READER.parse(strange(intro).text("md-pandoc"))
    place = next(
        n for n, token in enumerate(shown) if token.type == "inline" and token.content.replace("\\", "") == intro
    )
    assert shown[place - 1].type == "paragraph_open"
    assert "".join(child.content for child in shown[place].children or ()) == intro


def test_the_figures_are_files_and_the_body_has_no_title(tmp_path: Path) -> None:
    solution = solved("article-004")
    solution.write(tmp_path, "md-pandoc")
    text = (tmp_path / "article-004.pandoc.md").read_text(encoding="utf-8")
    linked = re.findall(r"!\[(?:\\.|[^\]\\])+\]\((.+?)\)  \n\*", text)
    assert len(linked) == len(list(drawn(solution.document.blocks))) > 2 and all(
        (tmp_path / link).is_file() for link in linked
    )
    body = solution.text("md-pandoc", body=True)
    assert text.startswith("# ") and not body.startswith("# ") and body in solution.text("md-pandoc")
