"""Slides: read back, tagged for readers, each on one page, every part of the document on one of them."""

from __future__ import annotations

import io
import json
import os
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

import derivegen
from derivegen.document.blocks import Document, Heading, Listing, Paragraph, Table
from derivegen.render.pages import Asked
from derivegen.render.slides_page import _measured, slides_page
from derivegen.render.typst_page import pdf
from tests.often import times
from tests.solution.test_short import NET, drawn
from tests.solved import packed, solved, written

WIDE = {
    "title": 'Größe _ $ \\ < & # " { } ~ * ` @a',
    "data": {"inputs": [[0.1 * k for k in range(9)]], "targets": [[1]]},
    "layer": [
        {"units": 2, "activation": "tanh", "weights": {"seed": 1}},
        {"units": 1, "activation": "sigmoid", "weights": {"seed": 1}},
    ],
    "loss": {"name": "binary_cross_entropy"},
    "training": {"learning_rate": 0.5, "steps": 3},
}


@cache
def wide() -> tuple[str, bytes]:
    source = derivegen.solve(WIDE).text("slides")
    return source, pdf(source)


@lru_cache(maxsize=8)
def pages(name: str) -> tuple[str, list[str]]:
    source, made = wide() if name == "wide" else (written(name, "slides"), packed(name, "slides"))
    return source, [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]


@pytest.mark.parametrize("name", ["article-004", *times((), ("softmax-2-3-2",)), "graph-shared", "wide"])
def test_every_slide_is_one_page_and_everything_is_on_one(name: str) -> None:
    source, shown = pages(name)
    slides = re.findall(r"^#slide\(.*$", source, re.M)
    assert len(shown) == len(slides) + 1 >= 8
    assert [text.strip().splitlines()[-1] for text in shown[1:]] == [str(n) for n in range(2, len(shown) + 1)]
    set_up, opening = source.split("#page(footer: none", 1)
    for part in re.findall(r"^#let (part-\d+) = ", set_up, re.M):
        assert re.search(rf"\b{part}\b", opening), part


def test_narrow_lines_stand_in_two_columns_and_few_slides_hold_it_all() -> None:
    assert len(pages("article-004")[1]) <= 18
    columns = [call for call in two_two_two() if "halves(" in call]
    assert len(columns) >= 4
    assert all("smaller" not in call and call.count("halves(") == 1 for call in columns)


@cache
def two_two_two() -> list[str]:
    return re.findall(r"^#slide\((.*)\)$", derivegen.solve(NET).text("slides"), re.M)


def test_a_small_network_takes_few_slides() -> None:
    assert len(two_two_two()) + 1 <= 19  # 27 while each step of a calculation had a line to itself
    for seed in range(times(0, 20)):
        source = derivegen.solve(drawn((2, 2, 2), seed)).text("slides")
        assert len(re.findall(r"^#slide\(", source, re.M)) + 1 <= 20, seed


def test_a_statement_runs_on_and_its_figure_stands_over_its_chain() -> None:
    (over,) = [call for call in two_two_two() if re.search(r"prose\(\S+\), figured\([^)]*\), lines\(", call)]
    assert re.search(r"lines\((part-\d+)\.at\(0\), \1\.at\(1\)\)$", over), over


def test_the_pdf_is_for_readers_too() -> None:
    reader = PdfReader(io.BytesIO(packed("article-004", "slides")))  # UA-1, or it would not compile
    assert reader.metadata is not None and reader.metadata.title == "One hidden unit, by hand"
    width, height = reader.pages[0].mediabox.width, reader.pages[0].mediabox.height
    assert round(width / height, 2) == round(16 / 9, 2)


def made(*blocks: Any) -> list[str]:
    source = slides_page(Asked(solved("article-004").press, Document("x", (Heading(1, ("One",)), *blocks))))
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf(source))).pages]


def test_a_large_table_goes_over_several_slides_with_its_heads() -> None:
    header = tuple((f"column {n}",) for n in range(14))
    rows = tuple(tuple((f"{r}/{c}",) for c in range(14)) for r in range(20))
    shown = made(Table(("wide",), header, rows))
    cells = re.findall(r"\d+/[1-9]\d*", "\n".join(shown))
    assert len(shown) > 4 and len(cells) == len(set(cells)) == 20 * 13
    assert all("column 0" in text for text in shown[1:])


def calls(name: str) -> list[str]:
    return re.findall(r"^#slide\((.*)\)$", written(name, "slides"), re.M)


@pytest.mark.parametrize(("name", "least"), [("article-000", 1), ("article-004", 1)])
def test_a_route_stands_beside_its_first_lines_in_a_column_they_fill(name: str, least: int) -> None:
    import typst

    beside = [call for call in calls(name) if " beside(" in call and "lines(" in call]
    assert len(beside) >= least
    assert all(call.count("figured(") == 1 and "width: " in call for call in beside)
    source, wanted, room = written(name, "slides"), [], list[float]()
    for left, rows in re.findall(r"beside\(([\d.]+)pt, figured\(.*?\), .*?lines\((.*?), width:", source):
        for row in rows.split(", "):
            wanted.append(f"#context [#metadata(measure(line-of({row}, {left}pt)).width / 1pt) <w>]\n")
            room.append(float(left))
    widths = json.loads(typst.query((source + "".join(wanted)).encode(), "<w>", field="value"))
    assert len(widths) == len(room) >= least
    assert all(width <= left + 0.5 and 270 <= left <= 340 for width, left in zip(widths, room, strict=True))


@pytest.mark.parametrize("name", ["article-000", "article-003", "softmax-2-3-2"])
def test_no_sentence_stands_alone_before_what_fits_below_it(name: str) -> None:
    lonely = [call for call in calls(name) if re.fullmatch(r"\S+ prose\(\S+\)", call)]
    assert len(lonely) <= 1, lonely


def test_a_short_table_and_the_sentence_before_it_stay_together() -> None:
    rows = tuple(((f"{n}",), ("x",)) for n in range(12))
    shown = made(Paragraph(("A short sentence.",)), Table(("numbers",), (("n",), ("x",)), rows))
    assert "A short sentence." in shown[1] and "numbers" in shown[1]


@pytest.mark.parametrize("name", ["article-000", *times((), ("softmax-2-3-2",)), "wide"])
def test_no_slide_is_fuller_than_it_can_be(name: str) -> None:
    """What a slide holds, measured as it is set; a block of a given height would let too much run over its edge."""
    import typst

    source = wide()[0] if name == "wide" else written(name, "slides")
    height = float(re.search(r"block\(height: ([0-9.]+)pt", source)[1])  # type: ignore[index]
    asked = source.replace(
        "block(height:",
        "context [#metadata(measure(stack(dir: ttb, spacing: 14pt, ..parts)).height / 1pt) <h>]\n  block(height:",
        1,
    )
    heights = [float(found) for found in json.loads(typst.query(asked.encode(), "<h>", field="value"))]
    assert len(heights) > 10 and max(heights) <= height + 0.5, max(heights)


def test_a_long_program_and_a_long_text_are_cut_or_shrunk() -> None:
    code = "\n".join(f"x{n} = {n}" for n in range(40))
    shown = made(Listing(("A program.",), code, "1"), Paragraph(("word " * 900,)))
    assert len([text for text in shown if re.search(r"x\d+ = ", text)]) == 3
    assert "x39 = 39" in "\n".join(shown) and "word" in shown[-1] and len(shown) == 5


def test_a_long_paragraph_is_cut_behind_its_sentences() -> None:
    shown = made(Paragraph(("These are seven words of one sentence. " * 60,)))
    assert len(shown) > 3 and all(text.splitlines()[-2].rstrip().endswith("sentence.") for text in shown[1:])
    assert sum(text.count("seven") for text in shown) == 60


def test_the_same_bytes_each_time() -> None:
    assert derivegen.solve("example:graph-shared").content("slides") == packed("graph-shared", "slides")


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="this system does not tell how much memory a process has"
)
def test_what_was_measured_takes_no_memory_afterwards() -> None:
    """Typst kept all it had measured for good, some 20 MB each time."""
    solution = solved("article-004")
    source = solution.text("slides").replace("<label>", "<measured>")

    def pages() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    before = 0
    for number in range(3):
        _measured(f"{source}\n#metadata((1, {number})) <measured>")
        before = before or pages()
    assert pages() - before < 30 * 10**6
