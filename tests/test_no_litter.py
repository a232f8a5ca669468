"""No output of any format holds what is not meant to be seen: a command outside a formula, an empty formula, a box for a missing glyph, a
label over a label. On every network of the gallery, and on networks drawn for the test."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

import pytest

import derivegen
from derivegen.document.blocks import Curves
from derivegen.document.drawing import lay_out, overlaps
from derivegen.network.examples import example_names
from derivegen.render import html_page, latex_page, markdown, notebook_page, pandoc_page, typst_page
from derivegen.render.figures import drawn as figures
from derivegen.render.figures import figure_svg
from tests.drawn import SEEDS, drawn

NAMES = [*example_names(), f"drawn-{SEEDS[0]}"]
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
HARMLESS = "Größe und Maß & < #"


@lru_cache
def solution(name: str) -> derivegen.Solution:
    network: Any = drawn(int(name.split("-")[1]), HARMLESS) if name.startswith("drawn-") else f"example:{name}"
    return derivegen.solve(network)


def outside(form: str, text: str) -> str:
    """What stands outside formulas, programs and figures."""
    if form == "html":
        return re.sub(r"<(math|style|svg|pre)\b.*?</\1>|<[^>]*>", " ", text, flags=re.S)
    if form == "text":
        return re.sub(r"^    .*$", " ", text, flags=re.M)
    text = notebook_page.markdown_in(text) if form == "ipynb" else text
    return FENCED.sub(" ", re.sub(r"data:image[^\"]*", " ", text))


# The tests of one network stand together in one function, so that each worker solves it once.


@pytest.mark.parametrize("name", NAMES)
def test_texts_and_figures(name: str) -> None:
    written = {form: solution(name).text(form) for form in (*FORMULAS, "text")}
    no_command_stands_outside_a_formula(name, written)
    no_formula_is_empty_and_no_mark_of_ours_is_left(written)
    no_label_stands_over_a_label(name)


def no_command_stands_outside_a_formula(name: str, written: Mapping[str, str]) -> None:
    for form in ("md", "md-pandoc", "html", "ipynb", "text"):
        assert COMMAND.findall(outside(form, written[form])) == [], form
    with zipfile.ZipFile(io.BytesIO(solution(name).content("docx"))) as packed:
        said = " ".join(ElementTree.fromstring(packed.read("word/document.xml")).itertext())
    code = " ".join(block.code for block in solution(name).document.blocks if hasattr(block, "code"))
    assert not set(COMMAND.findall(said)) - set(COMMAND.findall(code))


def no_formula_is_empty_and_no_mark_of_ours_is_left(written: Mapping[str, str]) -> None:
    for form, formulas_in in FORMULAS.items():
        text = written[form]
        found = [formula.strip() for _, formula in formulas_in(text)]
        assert len(found) > 10 and not EMPTY & set(found), form
        assert not PRIVATE.search(text) and not any(box in text for box in BOXES[:1]), form
        assert not re.search(r"\$``\$|<math[^>]*></math>", text, re.M), form
        assert not re.search(r"\bNone\b|\{\{ |\(\(\(", outside(form, text)) or form in ("latex", "typst", "slides"), (
            form
        )


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_no_page_shows_a_box_or_a_command(name: str) -> None:
    """That every letter has a glyph is what the compile as UA-1 sees to, which fails otherwise."""
    for form in ("pdf", "slides"):
        no_box_or_command_is_shown(name, solution(name).content(form))


def no_box_or_command_is_shown(name: str, made: bytes) -> None:
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, timeout=60, check=True)
    shown = run.stdout.decode()
    assert not [box for box in BOXES if box in shown]
    assert not PRIVATE.search(shown)
    code = " ".join(block.code for block in solution(name).document.blocks if hasattr(block, "code"))
    assert not set(COMMAND.findall(shown)) - set(COMMAND.findall(code))


def no_label_stands_over_a_label(name: str) -> None:
    """As it is printed: in the notation and with the numbers of the document; slides show the same figures, larger."""
    for block in figures(solution(name).inscribed.blocks):
        if isinstance(block, Curves):
            continue
        drawing = lay_out(block.figure)
        assert overlaps(drawing) == [], block.key
        assert drawing.left_out == (), block.key
        assert "\ufffd" not in figure_svg(block)
