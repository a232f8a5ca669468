"""The report of responses of a quiz, as a real Moodle (4.5.6) exported it, with people who never were: every answer gets the marks that
Moodle gave, and what follows from a wrong one before gets them too. Whatever else is in such a file is read, or listed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pytest

from derivegen.classroom.checks import Checked, Checking, checking
from derivegen.classroom.gradebook import whole
from derivegen.marking.findings import Finding
from derivegen.marking.read.responses import Response, attempts, rows_of
from tests.interop.documents import office

RECORDED = Path(__file__).parent / "quiz"
QUIZZES = {"whole-sheets": "exercises", "einzelne-aufgaben": "uebungen"}


@lru_cache(maxsize=2)
def class_of(quiz: str) -> Checking:
    return checking(RECORDED / f"{QUIZZES[quiz]}.json", to="csv")


def checked(quiz: str, path: Path) -> list[Checked]:
    own = class_of(quiz)
    return list(own.checked(own.groups([str(path)]), 1))


@lru_cache(maxsize=2)
def recorded(quiz: str) -> tuple[Checked, ...]:
    return tuple(checked(quiz, RECORDED / f"{quiz}.csv"))


def rows(quiz: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO((RECORDED / f"{quiz}.csv").read_text(encoding="utf-8-sig"))))


def text_of(table: Sequence[Sequence[str]], separator: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(table)
    return text.getvalue()


def marks(found: Sequence[Checked]) -> dict[str, list[str]]:
    """What each answer got, by student and sheet."""
    by_student: dict[str, list[str]] = {}
    for each in found:
        own = by_student.setdefault(f"{each.marking.student} {each.marking.variant}", [])
        own += sorted(f"{f.quantity} {f.verdict} {f.marks} of {f.of}" for f in each.marking.findings)
    return by_student


@pytest.mark.parametrize("quiz", QUIZZES)
def test_each_answer_gets_the_marks_that_moodle_gave_and_what_follows_gets_them_too(quiz: str) -> None:
    given = json.loads((RECORDED / f"{quiz}.json").read_text())
    seats = {seat.code: seat for seat in class_of(quiz)._seats.values()}
    same, follows = 0, 0
    left: dict[str, list[Finding]] = {
        f"{each.marking.student} {each.marking.variant}": list(each.marking.findings) for each in recorded(quiz)
    }
    for key, mark in given.items():
        student, code, label = key.split()
        (asked,) = (each for each in seats[code].asked if each.label == label)
        own = left[f"{student} {code}"]
        found = next(f for f in own if f.quantity in (asked.name, asked.quantity) and f.of == asked.marks)
        own.remove(found)
        same += float(found.marks) == mark
        if float(found.marks) != mark:
            assert found.verdict == "follow_through" and found.marks > mark, key
            follows += 1
    assert same + follows == len(given) > 20
    assert follows == (2 if quiz == "whole-sheets" else 0)


def test_an_attempt_is_one_submission_though_its_questions_come_from_several_sheets() -> None:
    together = whole([each.marking for each in recorded("whole-sheets")])
    assert [each.student for each in together] == ["s001", "s002", "s003", "s004"]
    assert {each.of for each in together} == {29}
    lines = class_of("whole-sheets").gradebook(recorded("whole-sheets")).splitlines()
    assert (
        lines[0].startswith("student,") and len(lines) == 5
    )  # whoever made no attempt is not in it, and no seat without a person
    book = b'"First name","Last name","ID number","Email address","Quiz: HW (Real)"\nAda,Lovelace,s001,a@x.org,-\nG,B,s9,b@x.org,-\n'
    filled = class_of("whole-sheets").filled(recorded("whole-sheets"), book, "book.csv").content.decode()
    assert "s001,a@x.org,27\n" in filled and "s9,b@x.org,-\n" in filled


def test_a_finding_stands_where_the_report_has_it() -> None:
    (first, *_) = recorded("whole-sheets")
    head = rows("whole-sheets")[0]
    answered = [each for each in first.marking.findings if each.given]
    assert {each.place.line for each in answered} == {3}
    assert {head[each.place.column - 1] for each in answered} <= {f"Response {n}" for n in range(1, 5)}


def test_of_a_formula_that_cannot_be_read_the_word_is_named_and_not_the_question() -> None:
    unread = [f for each in recorded("whole-sheets") for f in each.marking.findings if "BECAUSE" in f.given]
    assert [(f.verdict, f.reason, f.values["name"], f.marks, f.of) for f in unread] == [
        ("unread", "answer", "w", 0, 2)
    ] * 4


@pytest.mark.parametrize("form", ["json", "xlsx", "semicolons", "utf-16"])
def test_whatever_it_was_downloaded_as_it_says_the_same(form: str, tmp_path: Path) -> None:
    table = rows("einzelne-aufgaben")
    path = tmp_path / f"report.{form if form in ('json', 'xlsx') else 'csv'}"
    if form == "json":
        keys = ["".join(filter(str.isalnum, title)).lower() for title in table[0]]
        path.write_text(json.dumps([[dict(zip(keys, row, strict=True)) for row in table[1:]]]))
    elif form == "xlsx":
        path.write_bytes(office([[cell.replace("&", "&amp;").replace("<", "&lt;") for cell in row] for row in table]))
    else:
        text = text_of(table, ";" if form == "semicolons" else ",")
        path.write_text(text, encoding="utf-16" if form == "utf-16" else "utf-8")
    assert marks(checked("einzelne-aufgaben", path)) == marks(recorded("einzelne-aufgaben"))


def verdicts(found: Sequence[Checked]) -> set[str]:
    return {f"{f.verdict} {f.reason}" for each in found for f in each.marking.findings}


def test_questions_of_another_quiz_are_listed_and_the_others_marked(tmp_path: Path) -> None:
    table = rows("einzelne-aufgaben")
    own = table[2][9]
    code = own[own.rindex("[") + 1 : -1].rpartition("-")[0]
    path = tmp_path / "report.csv"
    for other in (own.replace(f"[{code}", "[001-ZZZZ"), own[: own.rindex("[")] + f"[{code}-99z]"):
        path.write_text(text_of([*table[:2], [*table[2][:9], other, *table[2][10:]]]))
        found = checked("einzelne-aufgaben", path)
        assert "unread file.other-quiz" in verdicts(found)
        assert {each.marking.student for each in found} == {table[2][2]}
        assert (
            sum(each.marking.of for each in found)
            == sum(each.marking.of for each in recorded("einzelne-aufgaben") if each.marking.student == table[2][2]) - 2
        )


def test_a_report_that_does_not_say_which_questions_is_listed_and_no_right_answer_counts(tmp_path: Path) -> None:
    table, path = rows("einzelne-aufgaben"), tmp_path / "report.csv"
    texts = [n for n, title in enumerate(table[0]) if title.startswith("Question")]
    path.write_text(text_of([[cell for n, cell in enumerate(row) if n not in texts] for row in table]))
    assert verdicts(checked("einzelne-aufgaben", path)) == {"unread file.report-without-text"}
    typed = [n for n, title in enumerate(table[0]) if title.startswith("Response")]
    path.write_text(text_of([[cell for n, cell in enumerate(row) if n not in typed] for row in table]))
    found = checked("einzelne-aufgaben", path)
    assert all(each.marking.marks == 0 for each in found)


def test_an_empty_cell_is_no_answer_and_markup_is_left_to_a_person(tmp_path: Path) -> None:
    table, path = rows("einzelne-aufgaben"), tmp_path / "report.csv"
    for typed, verdict in (("-", "missing"), ("", "missing"), ("<b>0.1162</b>", "unread"), ("&lt;0.5", "unread")):
        path.write_text(text_of([*table[:2], [*table[2][:10], typed, *table[2][11:]]]))
        found = [f for each in checked("einzelne-aufgaben", path) for f in each.marking.findings]
        (own,) = (f for f in found if f.place.column == 11 or (f.verdict == "missing" and f.of == 2))
        assert (own.verdict, own.marks) == (verdict, 0), typed


@pytest.mark.parametrize("typed", ["0,1162", "0.1162", " 0.1162 ", "1.162e-1"])
def test_a_number_is_read_in_either_format(typed: str, tmp_path: Path) -> None:
    table, path = rows("einzelne-aufgaben"), tmp_path / "report.csv"
    (seat,) = (each for each in class_of("einzelne-aufgaben")._seats.values() if each.code.startswith("001"))
    sign = f"[{seat.code}-1a]"
    path.write_text(text_of([table[0], [*table[2][:9], f"… {sign}", typed, *table[2][11:]]]))
    found = [f for each in checked("einzelne-aufgaben", path) for f in each.marking.findings if f.place.column == 11]
    assert [(f.verdict, f.of) for f in found] == [("right", 2)]


def test_fields_of_a_text_are_told_apart_whatever_is_typed_in_them() -> None:
    text = "Teil 1: 0,5; Teil 2: ; Teil 3: about 3; or 4; Teil 4: -"
    assert Response("", "", text, 1).parts() == ["0,5", "", "about 3; or 4", "-"]
    assert Response("", "", "partie 1 : 0,5; partie 2 : 1", 1).parts() == ["0,5", "1"]
    assert Response("", "", "0.5", 1).parts() == []
    assert attempts(rows_of("a,b\n1,2\n")) is None
    assert rows_of("[1, 2") == rows_of('[{"a": 1}, 2]') == []
