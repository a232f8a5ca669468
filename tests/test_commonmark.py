"""The Markdown of the gallery as a CommonMark parser reads it: nothing inside mathematics is eaten, no table loses a cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from derivegen.network.file.examples import example_names

GALLERY = Path(__file__).resolve().parents[1] / "output" / "gallery"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
INLINE = re.compile(r"\$`([^`]+)`\$")


def source(name: str) -> str:
    return (GALLERY / name / f"{name}.md").read_text(encoding="utf-8")


def tokens(text: str) -> list[Token]:
    """Every token, those inside paragraphs and cells too."""
    found: list[Token] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        found += [token, *(token.children or ())]
    return found


@pytest.mark.parametrize("name", example_names())
def test_displayed_mathematics_and_programs_arrive_whole(name: str) -> None:
    text = source(name)
    fences = [(token.info, token.content) for token in tokens(text) if token.type == "fence"]
    assert fences == FENCE.findall(text)
    assert [content for info, content in fences if info == "math"]


@pytest.mark.parametrize("name", example_names())
def test_inline_mathematics_arrives_whole(name: str) -> None:
    text = FENCE.sub("", source(name))
    parsed = tokens(text)
    formulas = []
    for before, token, after in zip(parsed, parsed[1:], parsed[2:], strict=False):
        if token.type == "code_inline":
            assert before.content.endswith("$") and after.content.startswith("$"), token.content
            formulas.append(token.content)
    assert formulas == INLINE.findall(text)


@pytest.mark.parametrize("name", example_names())
def test_no_row_of_a_table_is_cut(name: str) -> None:
    width = 0
    for line in source(name).splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) - 1 if line.startswith("| ") else 0
        assert not width or not cells or cells == width, line
        width = cells


@pytest.mark.parametrize("name", example_names())
def test_no_markup_is_left_standing_as_text(name: str) -> None:
    for token in tokens(source(name)):
        if token.type == "text":
            assert not re.search(r"\*\*|\]\(|^#", token.content), token.content
