"""Answers as Moodle marks them: a field goes in; answers with their tolerance, their share of the marks and what is said of them come out,
in the order in which Moodle tries them, also as the text of a field of a Cloze question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from derivegen.document.blocks import Prose
from derivegen.exercise.reveal import written
from derivegen.interop.items import Field
from derivegen.interop.written import escape

SHARES = (
    "90",
    "83.33333",
    "80",
    "75",
    "70",
    "66.66667",
    "60",
    "50",
    "40",
    "33.33333",
    "30",
    "25",
    "20",
    "16.66667",
    "10",
    "5",
)
"""Percentages that Moodle takes besides 100 and 0."""
_IN_FIELDS = str.maketrans({sign: f"&#{ord(sign)};" for sign in '}#~/"\\'})
"""Signs that mean something in a Cloze field, or did in some version: Moodle reads them back from their numbers."""


class Graded(NamedTuple):
    """An answer, in percent of the marks; "*" is any other. `tolerance` is absolute, "" where the answer is no number."""

    text: str
    percent: str
    feedback: Prose
    tolerance: str = ""


def graded(field: Field, right: Prose) -> Iterator[Graded]:
    """What is right, which is said by `right`; then the values that mistakes lead to; then anything else."""
    if not field.is_number:
        yield Graded(field.answer.right, "100", right, "0")
    for one in field.right:
        yield Graded(written(one.centre), "100", right, written(one.tolerance))
    for each in field.wrong:
        yield Graded(written(each.range.centre), percent(each.share), each.says, written(each.range.tolerance))
    yield Graded("*", "0", field.other)


def percent(share: Fraction) -> str:
    """The greatest share that Moodle takes and that is not above this one."""
    return next((known for known in SHARES if Fraction(known) <= share * 100 + Fraction(1, 10**4)), "0")


def cloze(weight: int, answers: Sequence[Graded], plain: Callable[[Prose], str]) -> str:
    """The answers as a field of a Cloze question. Older versions take whole percentages only."""
    written = (
        f"{_share(each.percent)}{each.text}{':' + each.tolerance if each.tolerance else ''}#{in_field(plain(each.feedback))}"
        for each in answers
    )
    return f"{{{weight}:NUMERICAL:{'~'.join(written)}}}"


def in_field(text: str) -> str:
    """Text inside a Cloze field: Moodle undoes one escape before it shows the HTML."""
    return escape(escape(text)).translate(_IN_FIELDS)


def _share(percentage: str) -> str:
    if percentage in ("100", "0"):
        return "=" if percentage == "100" else ""
    return f"%{percentage.partition('.')[0]}%"
