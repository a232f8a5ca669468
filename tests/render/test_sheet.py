"""A sheet to write on, made by hand, in every format: what is asked is read back, and there is room for the answers."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import shutil
import zipfile
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from pypdf import PdfReader

import derivegen
from derivegen.api import Solution
from derivegen.document.blocks import Box, Derivation, Document, Fields, Heading, Item, Items, Paragraph, Row, Table
from derivegen.document.inscribe import inscribe
from derivegen.document.verify import Judge, formulas, without_holes
from derivegen.errors import CheckFailed
from derivegen.formula.tree import Bracket, Hole, Negative, Product, Quantity, Sum, Value, map_formulas
from derivegen.render import columns, text_page
from derivegen.render.docx_page import compiled as docx
from derivegen.render.format import FORMATS, named
from derivegen.render.latex_engine import latex_pdf
from derivegen.render.pages import Asked, Page
from derivegen.render.typst_page import pdf
from derivegen.render.written_blocks import is_sheet

W_ = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
FOOT = "Exercise sheet 3 · variant 4711-K7Q2 · 1 mark = 1 point"
NAMES = (
    "z[1][1]",
    "a[1][1]",
    "a[2][1]",
    "t[1]",
    "x[1]",
    "loss",
    "dloss/dw[1][1][1]",
    "dloss/dw[2][1][1]",
    "dloss/dz[1][1]",
)
Z, H, A, T, X, LOSS, D_W, D_W2, D_Z = map(Quantity, NAMES)
SHEET = Document(
    "Back-propagation, sheet 3",
    (
        Fields((("Name", ""), ("Id", "4711"), ("Date", ""), ("Group", ""))),
        Heading(1, ("Fill in the table",)),
        Paragraph(("Compute what is missing. The row i has a number of its own: ", D_W, ".")),
        Table(
            ("Forward pass; the grey of the answer is yours.",),
            (("quantity",), ("is",), ("your answer",)),
            (
                ((Z,), (Value("z[1][1]"),), ()),
                ((H,), (), ()),
                ((D_W2,), (), (Value("dloss/dw[2][1][1]"),)),
            ),
            to_write=True,
        ),
        Heading(1, ("Fill in the blanks",)),
        Paragraph(("Each blank is a row of the table of answers.",)),
        Derivation(
            (
                Row(
                    D_W2,
                    "=",
                    Product((Bracket(Sum((A, Negative(T)))), H), dotted=True),
                    ("the chain rule",),
                ),
                Row(None, "=", Product((Bracket(Hole("i")), Hole("ii")))),
                Row(None, "≈", Hole("iii"), ("and ", Hole("iv"), " is left")),
                Row(LOSS, "≈", Value("loss")),
            )
        ),
        Heading(1, ("Choose and explain",)),
        Items(
            (
                Item("A", (Product((Sum((A, Negative(T))), X)),)),
                Item("B", (D_Z, " times ", X)),
                Item("C", ("something else that needs so many words that they run over the end of the first line of the "
                           "option, as words of a teacher do now and then",)),
            )
        ),
        Items(
            (
                Item("a)", ("Which of them is ", D_W, "?"), "(1 mark)"),
                Item("b)", ("Say why, in two sentences, and name the rule you have used and where it is used in the "
                            "whole of the derivation above.",), "(2 marks)", 4),
                Item("c)", ("What does ", Hole("v"), " stand for?"), "(1½ marks)", 2),
            )
        ),
    ),
    course="Neural networks",
    foot=FOOT,
)  # fmt: skip


WRITTEN = tuple(form.key for form in FORMATS if form.writer and not form.data and not form.sheet)


@lru_cache(maxsize=1)
def solved() -> Solution:
    return derivegen.solve("example:article-004")


def page(form: str, document: Document = SHEET, body: bool = False) -> Page:
    solution = solved()
    inscribed = inscribe(document, solution.notation, solution.trace)
    return (
        named(form)
        .writes()
        .write(Asked(solution.press, inscribed, "figures", body, lambda: solution._cells(solution.document)))
    )


# What is read back.


@pytest.mark.parametrize("form", WRITTEN)
def test_the_sheet_is_read_back_from_every_format(form: str) -> None:
    solution, written = solved(), page(form)
    judge = Judge(solution.trace, solution.notation)
    assert judge.text(SHEET, written.found, written.read, written.form) == len(list(formulas(SHEET))) == 18
    assert Hole("v") in [written.form(written.read(text, frozenset())) for _, text in written.found]
    for words in ("4711", "Group", "(1½ marks)" if form not in ("latex", "docx") else "(1", "1 mark = 1 point"):
        assert words in written.text or words in re.sub(r"\\?\s|#\"|\"", " ", written.text), words


def test_lines_with_holes_are_held_to_the_text_alone() -> None:
    solution = solved()
    judge = Judge(solution.trace, solution.notation)
    assert judge.document(SHEET) == 2
    holes = Derivation(
        (Row(LOSS, "=", X), Row(None, "=", Hole("i")), Row(None, "≈", Value("loss")), Row(None, "≈", Value("loss")))
    )
    assert without_holes(holes).rows == (Row(LOSS, "=", X), Row(Value("loss"), "≈", Value("loss")))
    whole = Derivation((Row(LOSS, "=", X), Row(None, "=", Z)))
    assert without_holes(whole) == whole
    with pytest.raises(CheckFailed, match="test setting"):
        judge.document(Document("", (Derivation((Row(Hole(), "=", X), Row(LOSS, "=", X))),)))


@pytest.mark.parametrize("form", ["md", "latex", "typst", "html", "text"])
def test_another_label_is_another_hole(form: str) -> None:
    other = page(form, map_formulas(SHEET, lambda tree: Hole("vi") if tree == Hole("v") else tree))
    judge = Judge(solved().trace, solved().notation)
    with pytest.raises(CheckFailed, match="composed was"):
        judge.text(SHEET, other.found, other.read, other.form)


def test_a_document_without_these_things_needs_nothing_for_them() -> None:
    plain = derivegen.solve("example:article-004")
    assert not is_sheet(plain.inscribed) and is_sheet(SHEET)
    assert is_sheet(Document("", (Box(("in a box",), (Items((Item("a", ("x",)),)),)),)))
    for form, traces in {
        "latex": ("dganswer", "fancyhdr"),
        "html": ("mrow.hole", "<footer"),
        "typst": ("#let item",),
    }.items():
        assert not [trace for trace in traces if trace in plain.text(form)]
        assert all(trace in page(form).text for trace in traces)


# What it looks like.


def test_the_pdf_has_its_foot_on_every_page_and_is_tagged() -> None:
    for made in (pdf(page("typst").text), pdf(page("slides").text)):  # UA-1, or it would not compile
        pages = [each.extract_text() for each in PdfReader(io.BytesIO(made)).pages]
        assert len(pages) > 1
        assert all(FOOT[:16] in text for text in pages[len(pages) > 2 :])


def test_an_item_stays_with_its_first_line() -> None:
    lines = Items((Item("a)", ("Write.",), "", 3),))
    for above in range(30, 50):
        long = Document("t", (*(Paragraph((f"Line {n}.",)) for n in range(above)), lines))
        pages = PdfReader(io.BytesIO(pdf(page("typst", long).text))).pages
        if len(pages) == 2:
            assert "Write." in pages[1].extract_text()
            break
    else:
        raise AssertionError("the page never ended")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
def test_latex_takes_the_sheet_and_its_body() -> None:
    pages = PdfReader(io.BytesIO(latex_pdf(page("latex").text))).pages
    assert all("variant 4711" in each.extract_text() for each in pages)
    body = page("latex", body=True).text
    needs = re.search(r"\\usepackage\{[a-z,]+\}", body)
    assert needs is not None and "fancyhdr" not in body
    around = "\\documentclass{article}%s\\usetikzlibrary{arrows.meta}\\begin{document}%s%s\\end{document}"
    assert latex_pdf(around % (needs[0], body, body)).startswith(b"%PDF")


def test_text_fits_a_terminal_with_its_marks_at_the_right() -> None:
    lines = text_page.unmarked(page("text").text).splitlines()
    assert max(map(columns.width, lines)) == 80
    assert [columns.width(line) for line in lines if "mark)" in line or "marks)" in line] == [80] * 3
    assert [line.strip("_ ") for line in lines].count("") and sum(line.endswith("_" * 76) for line in lines) == 6
    assert columns.item("viii) ", "x" * 70, "(2 marks)", 80)[-1] == " " * 71 + "(2 marks)"


def test_a_notebook_has_an_empty_cell_for_each_answer_and_its_foot_at_the_end() -> None:
    cells = json.loads(page("ipynb").text)["cells"]
    texts = ["".join(cell["source"]) for cell in cells]
    answers = [place for place, text in enumerate(texts) if not text]
    assert len(answers) == 2 and all(texts[place - 1].endswith("marks)*") for place in answers)
    assert FOOT in texts[-1]


def test_markdown_shows_labels_marks_and_room() -> None:
    for form in ("md", "md-pandoc"):
        html = MarkdownIt("commonmark").enable("table").render(page(form).text)
        assert "<strong>b)</strong> Say why" in html and "<em>(2 marks)</em></p>" in html
        assert "<br><br><br><br>" in html and "_" * 20 in html and f"<em>{FOOT}</em>" in html


@pytest.mark.skipif(importlib.util.find_spec("pypandoc") is None, reason="without the extra docx")
def test_word_takes_the_sheet() -> None:
    packed = docx(page("docx").text, SHEET)
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        xml = files.read("word/document.xml").decode()
    root = ElementTree.fromstring(xml)
    assert (
        len(list(root.iter(f"{M}oMath"))) == len(list(formulas(SHEET))) and len(list(root.iter(f"{M}borderBox"))) == 5
    )
    assert len(list(root.iter(f"{W_}tblBorders"))) == 1 and len(list(root.iter(f"{W_}trHeight"))) == 3
    assert [cell.get(f"{W_}w") for cell in root.iter(f"{W_}tcW")].count("1361") == 4
    assert len(list(root.iter(f"{W_}pBdr"))) == 6 and "to write" not in xml


NASTY = 'a < b & "c" $x$ _y_ # % { } ~ ^ \\ `d` *e* [f] | ::: --- <b>'


def test_strange_words_stay_words() -> None:
    """In labels, marks, fields and the foot."""
    items = Items((Item(NASTY, (NASTY, X), NASTY, 1), Item("b", ("x",))))
    document = Document("t", (Fields(((NASTY, ""), ("Id", NASTY))), items, Box((NASTY,), (items,))), foot=NASTY)
    judge = Judge(solved().trace, solved().notation)
    for form in WRITTEN:
        written = page(form, document)
        assert judge.text(document, written.found, written.read, written.form) == 2, form
        if form in ("typst", "slides"):
            said = "".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf(written.text))).pages)
            assert said.replace("\n", "").replace(" ", "").count(NASTY[:9].replace(" ", "")) >= 8
        if form == "text":
            assert NASTY in " ".join(written.text.split())
    if importlib.util.find_spec("pypandoc") is not None:
        assert docx(page("docx", document).text, document)
    if shutil.which("pdflatex") is not None:
        assert latex_pdf(page("latex", document).text)


# In a browser.

_spec = importlib.util.spec_from_file_location("html", Path(__file__).with_name("test_html.py"))
assert _spec is not None and _spec.loader is not None
browser = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(browser)


@browser.in_browser
@pytest.mark.parametrize(("width", "dark"), [(500, False), (1280, True)], ids=["phone-light", "desktop-dark"])
def test_axe_finds_nothing(width: int, dark: bool, tmp_path: Path) -> None:
    assert browser.looked_at(page("html").text, tmp_path, width, dark) == {"wide": 0, "found": []}
