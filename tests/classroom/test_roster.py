"""Rosters: what is read out of CSV files as they come from gradebooks and spreadsheets, and what is refused with line and remedy."""

from __future__ import annotations

import csv
import unicodedata
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivegen.errors import InputError
from derivegen.exercise.roster import Student, csv_text, numbered, read_roster, safe_cell


def read(text: str, id_column: str | None = None) -> tuple[Student, ...]:
    return read_roster(text.encode(), "class.csv", id_column)


def refused(text: str | bytes, id_column: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read_roster(text.encode() if isinstance(text, str) else text, "class.csv", id_column)
    assert str(caught.value).startswith("class.csv")
    return str(caught.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_csv_is_read(delimiter: str, mark: str, end: str) -> None:
    lines = [("id", "name", "group"), ("s1", "Ada Lovelace", "A"), ("s2", "Emmy Noether", "B")]
    students = read(mark + end.join(delimiter.join(line) for line in lines) + end)
    assert [(each.identity, each.name, each.columns["group"]) for each in students] == [
        ("s1", "Ada Lovelace", "A"),
        ("s2", "Emmy Noether", "B"),
    ]


def test_a_comma_in_quotes_does_not_make_a_column() -> None:
    (student,) = read('name;id\n"Lovelace, Ada";7\n')
    assert (student.name, student.identity) == ("Lovelace, Ada", "7")


@pytest.mark.parametrize("column", ["id", "ID number", "SIS User ID", "Id", "ID"])
def test_the_columns_of_ids_that_are_known(column: str) -> None:
    assert read(f"{column},x\n4711,y\n")[0].identity == "4711"


def test_a_gradebook_with_two_ids_and_a_line_about_nobody() -> None:
    text = 'Student,ID,SIS User ID,Section\n    Points Possible,,,\n"Noether, Emmy",991,e17,A\n'
    (student,) = read(text)
    assert (student.identity, student.name, student.columns["ID"]) == ("e17", "Noether, Emmy", "991")


def test_a_column_of_ones_own() -> None:
    assert read("id,login\n1,ada\n", "login")[0].identity == "ada"
    assert "--id" in refused("id,login\n1,ada\n", "user")


@pytest.mark.parametrize(
    ("header", "cells", "name"),
    [
        ("id,First name,Surname", "1,Ada,Lovelace", "Ada Lovelace"),
        ("id,First name,Last name", "1,Ada,Lovelace", "Ada Lovelace"),
        ("id,Name", "1,Ada", "Ada"),
        ("id,group", "1,A", ""),
        ("id,Surname", "1,Lovelace", "Lovelace"),
    ],
)
def test_the_name_on_the_sheet(header: str, cells: str, name: str) -> None:
    assert read(f"{header}\n{cells}\n")[0].name == name


def test_blank_lines_and_short_lines_are_no_harm() -> None:
    students = read("\nid,name,note\n\n1,Ada\n,,\n  \n2,Emmy,x,\n\n")
    assert [each.columns for each in students] == [
        {"id": "1", "name": "Ada", "note": ""},
        {"id": "2", "name": "Emmy", "note": "x"},
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id\n7\n8\n7\n", ("line 4", "'7'", "line 2")),
        ("id\nab\nAB\n", ("line 3", "'AB'", "'ab'", "line 2")),
        ("id,name\n7,Ada\n,Emmy\n", ("line 3", "no id", "Emmy")),
        ("id,name\n7,Ada,x,y\n", ("line 2", "4 cells", "2")),
        ("name,mail\nAda,a@b\n", ("line 1", "name, mail", "--id")),
        ("id,id\n7,8\n", ("line 1", "twice")),
        ("id,name\n", ("no students",)),
        ("", ("line 1", "(none)")),
        ('id,name\n7,"Ada\n', ("not readable as CSV",)),
        ("id\n" + "x" * 200_000 + "\n", ("not readable as CSV",)),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line(text: str, says: tuple[str, ...]) -> None:
    message = refused(text)
    assert all(part in message for part in says), message
    assert len(message) < 400


def test_other_encodings_are_named() -> None:
    assert "line 3" in refused("id,name\n1,Ada\n2,Noëlle\n".encode("latin-1"))
    assert "UTF-16" in refused("id\n1\n".encode("utf-16") + b"x")
    assert "spreadsheet" in refused(b"PK\x03\x04....")


MOODLE = '"First name","Last name","ID number","Email address"\n"Ada","Lovelace","s1","a@x.org"\n"Emmy","Noether","s2","e@x.org"\n'
EXPORTS = {
    "moodle": MOODLE,
    "moodle in German": MOODLE.replace("First name", "Vorname")
    .replace("Last name", "Nachname")
    .replace("ID number", "ID-Nummer"),
    "canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section,Quiz (1)\n    Points Possible,,,,,10.00\n"
        '"Ada Lovelace",99,s1,ada,A,\n"Emmy Noether",98,s2,emmy,A,\n'
    ),
    "canvas of today": (
        "Student,ID,SIS User ID,SIS Login ID,Section,Quiz (1)\n,,,,,Manual Posting\n    Points Possible,,,,,10.00\n"
        '"Ada Lovelace",99,s1,ada,A,\n"Emmy Noether",98,s2,emmy,A,\n"Student, Test",97,,f00,A,\n'
    ),
    "brightspace": (
        "OrgDefinedId,Username,Last Name,First Name,Quiz Points Grade <Numeric MaxPoints:10>,End-of-Line Indicator\n"
        "#s1,#ada,Lovelace,Ada,,#\n#s2,#emmy,Noether,Emmy,,#\n"
    ),
    "blackboard": (
        '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Availability"\n'
        '"Lovelace"\t"Ada"\t"ada"\t"s1"\t"Yes"\n"Noether"\t"Emmy"\t"emmy"\t"s2"\t"Yes"\n'
    ),
    "quoted, semicolons": '"name";"id"\n"Ada Lovelace";"s1"\n"Emmy Noether";"s2"\n',
    "sep": 'sep=;\n"id";"name"\n"s1";"Ada Lovelace"\n"s2";"Emmy Noether"\n',
    "an unused column": '"First name","Last name","ID number","Username"\n"Ada","Lovelace","","s1"\n"Emmy","Noether","","s2"\n',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("system", EXPORTS)
def test_what_systems_export_is_read(system: str, encoding: str) -> None:
    students = read_roster(EXPORTS[system].encode(encoding), "class.csv")
    assert [(each.identity, each.name) for each in students] == [("s1", "Ada Lovelace"), ("s2", "Emmy Noether")]


def test_a_column_of_ids_that_is_empty_is_named() -> None:
    message = refused(MOODLE.replace("s1", "").replace("s2", ""))
    assert "'ID number' is empty" in message and "--id" in message
    assert "line 4" in refused("sep=,\nid,name\n7,Ada\n7,Emmy\n")


# file names


@pytest.mark.parametrize("identity", ["007", "s123", "ab-c_d.e", "Ünal", "李"])
def test_plain_ids_are_file_names_as_they_are(identity: str) -> None:
    assert Student(identity).file == identity


@pytest.mark.parametrize(
    "identity", ["a/b", "../../etc", "a b", "=1+1", "a\\b", "..", "-rf", "x" * 300, "a:b", "nul\n", "a."]
)
def test_odd_ids_are_made_safe(identity: str) -> None:
    file = Student(identity).file
    assert not set(file) & set('/\\:*?"<>| \n=+') and not file.startswith((".", "-")) and len(file) < 80


@given(st.lists(st.text(min_size=1, max_size=8), min_size=2, max_size=8, unique=True))
def test_no_two_ids_share_a_file(identities: list[str]) -> None:
    assert len({Student(_nfc(one)).file for one in identities}) == len(set(map(_nfc, identities)))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


# running numbers


def test_running_numbers() -> None:
    assert [each.identity for each in numbered(2)] == ["001", "002"]
    assert numbered(1_000_000)[999_999].identity == "1000000"
    assert [each.identity for each in numbered(10)[4:6]] == ["005", "006"]


@pytest.mark.parametrize("count", [0, -3])
def test_no_sheets_is_no_count(count: int) -> None:
    with pytest.raises(InputError, match=f"--count: found {count}"):
        numbered(count)


# what is written


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-x", "@SUM(A1)", "\tx", "-1+2", "=HYPERLINK(1)"])
def test_cells_a_spreadsheet_would_run_are_quoted(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-0.5", "-3", "+2", "1e-7", "-1.5e-7", "plain", "", "a=b", "-0,5"])
def test_numbers_and_plain_cells_stay(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_rows_are_read_back() -> None:
    rows = [["a,b", 'c"d', "e\nf"], ["-1", "ü", ""]]
    assert list(csv.reader(StringIO(csv_text(rows), newline=""))) == rows


@pytest.mark.parametrize(("count", "expected"), [(0, "at least 1"), (99_999_999, "from 1 to 1000000")])
def test_a_class_has_so_many_students_and_no_more(count: int, expected: str) -> None:
    with pytest.raises(InputError, match=f"found {count}, expected {expected}"):
        numbered(count)
