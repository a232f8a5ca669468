"""Text from people, signs that mean something to a format and letters of other scripts: it arrives as typed in every format."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt
from pypdf import PdfReader

import derivegen
from derivegen.errors import InputError, MissingPart
from derivegen.render.latex_text import escape

SIGNS = r"""1. N_i $5 \ <b> & #1 "x" {y} %z ~a ^b `c` |e| *f* [g](h) -- ,, ?` end"""
OTHERS = "Привет, γειά, ½ é ß"
there = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")


def net(text: str) -> dict[str, Any]:
    return {
        "title": f"T {text}",
        "data": {"inputs": [[0.5]], "targets": [[0.6]], "input_names": [f"I {text}"], "target_names": ["t"]},
        "layer": [{"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": [0.1]}],
        "loss": {"name": "half_squared_error"},
        "document": {"author": f"A {text}", "course": f"C {text}", "intro": text, "detail": "brief"},
    }


@lru_cache(maxsize=2)
def solution(text: str) -> derivegen.Solution:
    return derivegen.solve(net(text))


def squeezed(text: str) -> str:
    """Without blanks, which lines and fonts change."""
    return re.sub(r"\s+", "", text)


def arrives(text: str, page: str, missing: tuple[str, ...] = ()) -> None:
    """Title, author, course, name of an input and introduction stand in what a reader sees."""
    for begin in ({"T ", "A ", "C ", "I "} - set(missing)) | {""}:
        assert squeezed(begin + text) in squeezed(page), begin + text


class Seen(HTMLParser):
    """The text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data


def from_markdown(page: str) -> str:
    return Seen(MarkdownIt("commonmark").enable("table").render(page)).text


def from_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("text", [SIGNS, OTHERS], ids=["signs", "others"])
def test_text_that_is_parsed(text: str) -> None:
    arrives(text, from_markdown(solution(text).text("md")))
    arrives(text, from_markdown(solution(text).text("md-pandoc").replace("\\^", "^").replace("\\@", "@")))
    arrives(text, Seen(solution(text).text("html")).text)
    cells = json.loads(solution(text).text("ipynb"))["cells"]
    shown = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    arrives(text, from_markdown(shown.replace("\\^", "^")))
    arrives(text, solution(text).text("text"))
    assert json.loads(solution(text).text("json"))["title"] == f"T {text}"


@pytest.mark.parametrize("text", [SIGNS, OTHERS], ids=["signs", "others"])
def test_text_in_a_pdf_and_on_slides(text: str) -> None:
    arrives(text, from_pdf(solution(text).pdf()))
    shown = from_pdf(solution(text).content("slides"))
    arrives(text, shown)
    assert PdfReader(io.BytesIO(solution(text).pdf())).metadata.title == f"T {text}"  # type: ignore[union-attr]


def test_text_in_word() -> None:
    pytest.importorskip("pypandoc")
    for text in (SIGNS, OTHERS):
        with zipfile.ZipFile(io.BytesIO(solution(text).content("docx"))) as package:
            xml = package.read("word/document.xml").decode()
        arrives(text, Seen(xml).text)


@there
def test_text_through_latex() -> None:
    shown = from_pdf(solution(SIGNS).pdf(engine="latex"))
    arrives(SIGNS, shown)


@there
def test_letters_that_pdflatex_lacks_are_all_named() -> None:
    with pytest.raises(MissingPart) as raised:
        solution(OTHERS).pdf(engine="latex")
    assert {f"(U+{ord(letter):04X})" for letter in "Привет"} <= set(re.findall(r"\(U\+\w+\)", str(raised.value)))
    assert "--engine typst" in str(raised.value) and "lualatex" in str(raised.value)


def test_what_fonts_would_join_stays_apart() -> None:
    assert escape("a--b ,, ''") == "a-{}-b ,{}, '{}'"
    assert escape('"~^') == r"\textquotedbl{}\textasciitilde{}\textasciicircum{}"


def test_characters_no_font_has_are_named_and_no_box_is_printed() -> None:
    with pytest.raises(MissingPart) as raised:
        solution("a \U00012000 b \U0001e900 c").pdf()
    assert "\U00012000 \U0001e900" in str(raised.value) and "install" in str(raised.value)


def test_line_breaks_and_blanks_are_blanks() -> None:
    found = derivegen.load(net("one\n\ttwo  three\r\n"))
    assert found.title == "T one two three" and found.options.intro == "one two three"
    assert found.input_names == ("I one two three",)
    assert derivegen.load(net("e\u0301")).title == "T é"


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ue000"])
def test_what_cannot_be_printed_is_refused(character: str) -> None:
    with pytest.raises(InputError, match=rf"title: found the character U\+{ord(character):04X}"):
        derivegen.load(net(f"a{character}b"))
