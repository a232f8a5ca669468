"""Whose sheet an answer belongs to: by the code, the id in the file, or the names of files and folders as platforms export them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.classroom.exercises_file import Class, Seat
from derivegen.classroom.whose import Owners
from derivegen.exercise.roster import Student
from derivegen.marking.read.submissions import Work
from derivegen.network.file.load import load

NETWORK = load("example:article-004")


def seat(identity: str, code: str, name: str = "", **columns: str) -> Seat:
    student = Student(identity, name, {key.replace("_", " "): cell for key, cell in columns.items()})
    return Seat(student, f"{identity}-{code}", {"x[1]": Fraction(1, 2)}, ())


SEATS = (
    seat("s1", "AAAA", "Ada Lovelace", Identifier="Participant 71"),
    seat("s10", "BBBB", "Emmy Noether", Identifier="Participant 72", ID="9001"),
    seat("007", "CCCC", "Ada Lovelace"),
    seat("a b@c.org", "DDDD", "Sofja Kowalewskaja"),
)
OWNERS = Owners(Class(NETWORK, Rounding(4), SEATS, "net"))


def found(otherwise: str = "", variant: str = "", student: str = "", names: tuple[str, ...] = ()) -> str:
    own = OWNERS.of(Work((), ((0, "f"),), variant, student, names), otherwise)
    return "" if own is None else own.student.identity


@pytest.mark.parametrize(
    ("name", "identity"),
    (
        ("s1.md", "s1"),
        ("s10.md", "s10"),
        ("s1_my work.tex", "s1"),
        ("s11.md", ""),
        ("net-007-answers.csv", "007"),
        ("7.md", "007"),
        ("07 sheet.md", "007"),
        ("70.md", ""),
        ("a b@c.org.md", "a b@c.org"),
        (SEATS[3].student.file + "-working.md", "a b@c.org"),
        ("S1.MD", "s1"),
        ("Somebody Else_72_assignsubmission_file_", "s10"),
        ("noetheremmy_LATE_9001_4711_sheet.md", "s10"),
        ("Emmy Noether_5_assignsubmission_file_", "s10"),
        ("Ada Lovelace_5_assignsubmission_file_", ""),
        ("backprop_s10_final.pdf", "s10"),
        ("homework 3 - 007 - second try.docx", "007"),
        ("homework 7 of class s.docx", ""),
        ("s1 and s10.md", "s1"),
        ("work of s1 and s10.md", ""),
        ("Noether, Emmy - homework.docx", "s10"),
        ("final Ada Lovelace.pdf", ""),
        ("", ""),
    ),
)
def test_a_name_tells_whose_it_is(name: str, identity: str) -> None:
    assert found(names=(name,)) == identity


def test_what_the_file_says_counts_before_its_name() -> None:
    assert found(variant="s1-aaaa", student="007", names=("s10.md",)) == "s1"
    assert found(variant="bbbb", names=("s1.md",)) == "s10"
    assert found(variant="nonsense", student="007", names=("s10.md",)) == "007"
    assert found(names=("s10.md",), otherwise="s1-AAAA") == "s10"
    assert found(names=("x.md",), otherwise="s1-AAAA") == "s1"
    assert found(names=("x.md",)) == ""


def test_a_folder_counts_before_the_file_in_it() -> None:
    assert found(names=("Emmy Noether_72_assignsubmission_file_", "sheet 2.md")) == "s10"
    assert found(names=("s1", "7.md")) == "s1"


def test_codes_of_several_sheets_are_several_students() -> None:
    assert [seat.student.identity for seat in OWNERS.several(("s1-AAAA", "2", "S10-bbbb", "s1-aaaa"))] == ["s1", "s10"]
    assert len(OWNERS.several(("s1-AAAA", "BBBB"))) == 1
