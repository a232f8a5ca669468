"""Sheets that are filled in on a screen, there and back: as a PDF, in Word, in a browser; `check` gives the marks."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter

from derivegen.classroom.sheet import Work
from derivegen.classroom.sheets import Sheets
from derivegen.document.words import FIRST, LAST
from derivegen.exercise.roster import csv_text
from derivegen.interop.handin import word
from derivegen.interop.handin.portable import read
from derivegen.marking.findings import Marking
from derivegen.render.docx_look import BODY, SETTINGS, packed, unpacked
from derivegen.render.format import FORM, FORM_DOCX, FORM_HTML
from tests.interop.test_handin import on_sheet, said
from tests.render.test_html import CHROMIUM, in_browser
from tests.worked import as_they_stand

ALL = "values,update,table,blanks,choice,order,find-error,symbolic"
FORMULA = "x h (1 - h) w_2 (y - t)"


@lru_cache(maxsize=1)
def work() -> Work:
    return as_they_stand("article-004", ALL)


FORMS = {"pdf": FORM, "html": FORM_HTML, "docx": FORM_DOCX}


@lru_cache(maxsize=3)
def made(key: str) -> bytes:
    return work().on_screen(FORMS[key])


def reader(data: bytes = b"") -> PdfReader:
    return PdfReader(io.BytesIO(data or made("pdf")))


def right(of: Work) -> dict[str, str]:
    """What is right, by label."""
    return {
        answer.label: FORMULA if answer.form == "formula" else answer.right or of.printed(answer.quantity)
        for _, answer in of.exercise.answers()
    }


def fields() -> dict[str, Any]:
    return {name: field for name, field in (reader().get_fields() or {}).items() if name != "variant"}


def filled(answers: dict[str, str]) -> bytes:
    writer, content = PdfWriter(clone_from=reader()), io.BytesIO()
    writer.update_page_form_field_values(None, dict(answers), auto_regenerate=False)
    writer.write(content)
    return content.getvalue()


def in_word(answers: dict[str, str], data: bytes = b"") -> bytes:
    """As Word saves it: what is typed takes the place of the words in grey, an empty answer leaves them."""
    parts = unpacked(data or made("docx"))
    body = parts[BODY].decode()
    for label, answer in answers.items():
        pattern = rf'(<w:alias w:val="{label}: [^>]*/>.*?)<w:showingPlcHdr />(.*?<w:sdtContent>).*?(</w:sdtContent>)'
        typed = rf"\1\2<w:r><w:t>{escape(answer)}</w:t></w:r>\3"
        body = re.sub(pattern, typed, body, count=1, flags=re.S) if answer else body
    return packed(parts | {BODY: body.encode()})


def widgets(data: bytes = b"") -> list[tuple[int, Any]]:
    pages = enumerate(reader(data).pages)
    found = [(number, each.get_object()) for number, page in pages for each in page.get("/Annots", ())]
    return [(number, each) for number, each in found if each.get("/T") != "variant"]


def test_every_answer_has_a_field_that_says_what_it_is_for() -> None:
    found = fields()
    assert list(found) == list(right(work()))
    assert found["1a"]["/TU"] == "1a: partial L by partial w sub 1"
    assert found["7b"]["/TU"] == "7b: what the wrong line should come to"
    assert found["8a"]["/TU"] == "8a: a formula for partial L by partial w sub 1"
    assert not any(FIRST <= ord(sign) <= LAST for page in reader().pages for sign in page.extract_text())


def test_fields_stand_on_the_paper_one_below_the_other() -> None:
    places = [(number, *map(float, each["/Rect"])) for number, each in widgets()]
    assert all(15 <= top - low <= 35 and 40 <= end - left <= 300 for _, left, low, end, top in places)
    assert all(left >= 56 and end <= 540 and low >= 48 and top <= 790 for _, left, low, end, top in places)
    assert places == sorted(places, key=lambda place: (place[0], -place[2]))
    below = pairwise(places)
    assert all(page != next_page or low >= top for (page, _, low, _, _), (next_page, _, _, _, top) in below)


def test_tags_say_that_they_are_fields() -> None:
    """Each field hangs in the tree of tags as a form, where it stands in the text; no link is left."""
    root: Any = reader().trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and all(page["/Tabs"] == "/S" for page in reader().pages)

    def tags(element: Any) -> Iterator[tuple[str, str]]:
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            kid = kid.get_object()
            if isinstance(kid, dict):
                yield from [(element["/S"], kid["/Obj"].get_object()["/T"])] if "/Obj" in kid else tags(kid)

    assert list(tags(root["/StructTreeRoot"])) == [("/Form", label) for label in right(work())]


def test_the_same_bytes_each_time() -> None:
    assert (work().on_screen(FORM), work().on_screen(FORM_DOCX)) == (made("pdf"), made("docx"))


@pytest.fixture(scope="module")
def of_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    own = work()
    Sheets(own.exercises, (own.student,)).write(folder / "plain", "json")
    return folder


def quantities(found: Marking, verdict: str) -> list[str]:
    return [one.quantity for one in found.findings if one.verdict == verdict]


FILLED = {"pdf": filled, "docx": in_word}


@pytest.mark.parametrize("ending", FILLED)
def test_what_is_filled_in_is_marked(of_class: Path, tmp_path: Path, ending: str) -> None:
    answers, path = right(work()), tmp_path / f"filled.{ending}"
    path.write_bytes(FILLED[ending](answers))
    found = on_sheet(of_class, path)
    assert (found.marks, said(found, "wrong", "unread", "undecided", "missing")) == (found.of, [])


@pytest.mark.parametrize("ending", [*FILLED, "csv"])
@pytest.mark.parametrize("gone", [["1b"], ["4"], ["5", "6"], ["1b", "5", "7", "8a"]])
def test_what_was_cancelled_is_passed_over(of_class: Path, tmp_path: Path, ending: str, gone: list[str]) -> None:
    """Nothing that was typed there is taken for another answer, or for none."""
    file = json.loads((of_class / "plain/teacher/exercises.json").read_text())
    file["network"]["exercise"] = {"cancel": gone}
    (tmp_path / "plain/teacher").mkdir(parents=True)
    (tmp_path / "plain/teacher/exercises.json").write_text(json.dumps(file))
    answers, path = right(work()), tmp_path / f"filled.{ending}"
    if ending == "csv":
        rows = [[*row[:2], answer] for row, answer in zip(work().answers[2:], answers.values(), strict=True)]
        path.write_text(csv_text([*work().answers[:2], *rows]), encoding="utf-8")
    else:
        path.write_bytes(FILLED[ending](answers))
    found = on_sheet(tmp_path, path)
    assert (found.marks, said(found, "wrong", "unread", "undecided", "missing")) == (found.of, [])
    assert found.of < sum(answer.marks for _, answer in work().exercise.answers())


@pytest.mark.parametrize("ending", FILLED)
def test_a_slip_and_a_gap_cost_their_own_marks(of_class: Path, tmp_path: Path, ending: str) -> None:
    answers, path = right(work()), tmp_path / f"slips.{ending}"
    path.write_bytes(FILLED[ending]({**answers, "1a": "9.9", "1b": ""}))
    found = on_sheet(of_class, path)
    worth = {answer.label: answer.marks for _, answer in work().exercise.answers()}
    assert found.marks == found.of - worth["1a"] - worth["1b"]
    assert quantities(found, "wrong") == ["dloss/dw[1][1][1]"]
    assert quantities(found, "missing") == ["dloss/db[1][1]"]


def test_nothing_printed_is_read_as_typed() -> None:
    """Nor is an empty form a picture or damaged: its answers are missing."""
    assert read(made("pdf")).text.strip() == word.read(made("docx")).text == f"variant: {work().variant.code}"


def test_a_field_of_word_says_what_it_is_for() -> None:
    body = unpacked(made("docx"))[BODY].decode()
    named = re.findall(r'<w:alias w:val="([^"]*)" />', body)
    assert [name.partition(":")[0] for name in named] == list(right(work()))
    assert named[0] == "1a: partial L by partial w sub 1"
    assert not any(FIRST <= ord(sign) <= LAST for sign in body)
    assert body.count('<w:text w:multiLine="1" />') == 1 and "****" not in body


def test_a_form_of_word_whose_print_may_have_changed_is_read_whole() -> None:
    parts = unpacked(in_word({"1a": "0.12"}))
    parts[SETTINGS] = parts[SETTINGS].replace(b'w:enforcement="1"', b'w:enforcement="0"')
    text = word.read(packed(parts)).text
    assert "0.12" in text and "Values to fill in" in text and "____" not in text


@in_browser
def test_the_page_saves_the_file_of_answers(of_class: Path, tmp_path: Path) -> None:
    page_file, answers = tmp_path / "form.html", {**right(work()), "1b": "", "8a": '= x,\n"h" (1 - h)'}
    page_file.write_bytes(made("html"))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page, faults = browser.new_page(), list[str]()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
        page.goto(page_file.as_uri())
        for place, ((_, answer), text) in enumerate(zip(work().exercise.answers(), answers.values(), strict=True)):
            box = page.locator(f"#a{place}")
            if answer.form == "letter":
                box.select_option(text)
            else:
                box.fill(text)
        with page.expect_download() as download:
            page.locator("#save").click()
        shown = page.locator("#saved").inner_text()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        browser.close()
    assert faults == [] and path.name == "article-004-007-answers.csv"
    assert shown == f"Saved {len(answers) - 1} of {len(answers)} answers. Hand in the file {path.name}."
    rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
    assert [row[:2] for row in rows] == [row[:2] for row in work().answers]
    assert [row[2] for row in rows[2:]] == [*list(answers.values())[:-1], """'= x, "h" (1 - h)"""]
    path.write_text(path.read_text(encoding="utf-8").replace("""'= x, ""h"" (1 - h)""", FORMULA), encoding="utf-8")
    found = on_sheet(of_class, path)
    assert said(found, "wrong", "unread", "undecided") == []
    assert quantities(found, "missing") == ["dloss/db[1][1]"]
