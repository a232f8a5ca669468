"""Gradebooks of platforms: the marks stand in the column that is imported, and nothing else has changed by a byte."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivegen.classroom.exercises_file import Seat
from derivegen.classroom.into_gradebook import into_gradebook
from derivegen.errors import InputError
from derivegen.exercise.roster import Student

MARKS = {"s1": Fraction(15, 2), "s2": Fraction(3)}
SEATS = [Seat(Student(name), name, {}, ()) for name in ("s1", "s2", "s3")]
BOOKS = {
    "canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (1234),HW 1 Final (read only)\r\n,,,,,Manual Posting,\r\n"
        '    Points Possible,,,,,10.00,(read only)\r\n"Lovelace, Ada",99,s1,ada,A,{s1},\r\n"Noether, Emmy",98,s2,emmy,A,{s2},\r\n'
        '"Byron, George",97,s3,gb,A,,\r\n"Student, Test",96,,t,A,1,\r\n'
    ),
    "brightspace": (
        "OrgDefinedId,Last Name,First Name,HW 1 Points Grade <Numeric MaxPoints:10>,End-of-Line Indicator\n"
        "#s1,Lovelace,Ada,{s1},#\n#s2,Noether,Emmy,{s2},#\n#s3,Byron,George,,#\n"
    ),
    "blackboard": (
        '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Availability"\t"HW 1 [Total Pts: 10 Score] |12345"\n'
        '"Lovelace"\t"Ada"\t"ada"\t"s1"\t"Yes"\t"{s1}"\n"Noether"\t"Emmy"\t"emmy"\t"s2"\t"Yes"\t"{s2}"\n'
    ),
    "moodle": (
        '"First name","Last name","ID number","Email address","Quiz: HW 1 (Real)","Feedback, long"\n'
        '"Ada","Love""lace","s1","a@x.org","{s1}","a, b\nc"\n"Emmy","Noether","s2","e@x.org","{s2}",-\n"G","B","s3","g@x.org","-",-\n'
    ),
    "plain": "id;name;marks\n s1 ;Ada;{s1}\ns2;Emmy;{s2}\n\ns9;Who;4\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("system", BOOKS)
def test_marks_stand_where_they_are_imported_and_all_else_is_as_it_came(system: str, encoding: str) -> None:
    book = BOOKS[system]
    before = book.replace("{s1}", "-" if system == "moodle" else "").replace("{s2}", "1")
    filled = into_gradebook(before.encode(encoding), "book.csv", MARKS, SEATS)
    assert filled.content == book.replace("{s1}", "7.5").replace("{s2}", "3").encode(encoding)
    assert filled.said == ("book.csv: 2 marks written; all else is as it was",)


def test_a_column_is_named_where_several_may_be_meant() -> None:
    book = BOOKS["canvas"].replace("HW 1 Final (read only)", "HW 2 (77)")
    with pytest.raises(InputError, match=r"2 columns that may be for the marks; name one .*'HW 1 \(1234\)'"):
        into_gradebook(book.encode(), "book.csv", MARKS, SEATS)
    filled = into_gradebook(book.encode(), "book.csv", MARKS, SEATS, column="HW 2 (77)")
    assert b"ada,A,{s1},7.5\r\n" in filled.content


@pytest.mark.parametrize("column", ["HW 1 Final (read only)", "HW 3 (5)"])
def test_a_column_that_is_not_imported_is_refused(column: str) -> None:
    with pytest.raises(InputError, match="can be imported"):
        into_gradebook(BOOKS["canvas"].encode(), "book.csv", MARKS, SEATS, column=column)


def test_who_has_marks_and_no_line_is_named() -> None:
    book = "id,marks\ns1,\n"
    filled = into_gradebook(book.encode(), "book.csv", MARKS, SEATS)
    assert filled.content == b"id,marks\ns1,7.5\n"
    assert filled.said[1] == "book.csv: no line for s2, who are in the class"
    with pytest.raises(InputError, match="no column id"):
        into_gradebook(b"name,marks\nAda,\n", "book.csv", MARKS, SEATS)
