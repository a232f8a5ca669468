"""No output of any format holds what is not meant to be seen: a command outside a formula, an empty formula, a box for a missing glyph, a
label over a label. On every network of the gallery, and on networks drawn for the test."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from derivegen.figures.drawing import lay_out, overlaps
from derivegen.render import html_page, latex_page, markdown, notebook_page, pandoc_page, typst_page
from derivegen.render.figures import drawn as figures
from derivegen.render.figures import figure_svg
from tests.often import times
from tests.solved import ARTICLES, EXAMPLES, PLAIN, packed, shown, solved, written

NAMES = (*EXAMPLES, PLAIN[0])
FORMULAS: dict[str, Callable[[str], list[tuple[str, str]]]] = {
    "md": markdown.formulas_in,
    "md-pandoc": pandoc_page.formulas_in,
    "latex": latex_page.formulas_in,
    "typst": typst_page.formulas_in,
    "slides": typst_page.formulas_in,
    "html": html_page.formulas_in,
    "ipynb": lambda text: pandoc_page.formulas_in(notebook_page.markdown_in(text)),
}
EMPTY = {"", "{}", "<mrow></mrow>", "<mrow/>", '""'}
COMMAND = re.compile(r"\\[A-Za-z]{2,}")
BOXES = ("\ufffd", "\u25a1", "\ufffe", "\uffff", "(cid:")
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FENCED = re.compile(r"^```.*?^```$|^\$\$$.*?^\$\$$|\$`.*?`\$|\$.*?\$", re.M | re.S)


def outside(form: str, text: str) -> str:
    """What stands outside formulas, programs and figures."""
    if form == "html":
        return re.sub(r"<(math|style|svg|pre)\b.*?</\1>|<[^>]*>", " ", text, flags=re.S)
    if form == "text":
        return re.sub(r"^    .*$", " ", text, flags=re.M)
    text = notebook_page.markdown_in(text) if form == "ipynb" else text
    return FENCED.sub(" ", re.sub(r"data:image[^\"]*", " ", text))


@pytest.mark.parametrize("form", ["md", "md-pandoc", "html", "ipynb", "text"])
@pytest.mark.parametrize("name", NAMES)
def test_no_command_stands_outside_a_formula(name: str, form: str) -> None:
    text = outside(form, written(name, form))
    assert COMMAND.findall(text) == []
    assert not re.search(r"\bNone\b|\{\{ |\(\(\(", text)


@pytest.mark.parametrize("name", NAMES)
def test_word_shows_no_command(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(name, "docx"))) as files:
        said = " ".join(ElementTree.fromstring(files.read("word/document.xml")).itertext())
    assert not set(COMMAND.findall(said)) - commands_of_programs(name)


def commands_of_programs(name: str) -> set[str]:
    code = " ".join(block.code for block in solved(name).document.blocks if hasattr(block, "code"))
    return set(COMMAND.findall(code))


@pytest.mark.parametrize("form", FORMULAS)
@pytest.mark.parametrize("name", NAMES)
def test_no_formula_is_empty_and_no_mark_of_ours_is_left(name: str, form: str) -> None:
    text = written(name, form)
    found = [formula.strip() for _, formula in FORMULAS[form](text)]
    assert len(found) > 10 and not EMPTY & set(found)
    assert not PRIVATE.search(text) and BOXES[0] not in text
    assert not re.search(r"\$``\$|<math[^>]*></math>", text, re.M)


SHOWN = [(name, form) for name in NAMES for form in ("pdf", "slides")]
USUALLY = [(name, form) for name, form in SHOWN if form == "pdf" or name in (*ARTICLES, PLAIN[0])]
"""Slides take twice as long to set as pages, and hold the same formulas."""


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize(("name", "form"), times(USUALLY, SHOWN))
def test_no_page_shows_a_box_or_a_command(name: str, form: str) -> None:
    """That every letter has a glyph is what the compile as UA-1 sees to, which fails otherwise."""
    page = shown(name, form)
    assert not [box for box in BOXES if box in page]
    assert not PRIVATE.search(page)
    assert not set(COMMAND.findall(page)) - commands_of_programs(name)


@pytest.mark.parametrize("name", NAMES)
def test_no_label_stands_over_a_label(name: str) -> None:
    """As it is printed: in the notation and with the numbers of the document; slides show the same figures, larger."""
    for block in figures(solved(name).inscribed.blocks):
        drawing = lay_out(block.figure)
        assert overlaps(drawing) == [], block.key
        assert drawing.left_out == (), block.key
        assert "\ufffd" not in figure_svg(block)
