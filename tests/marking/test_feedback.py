"""Feedback: a student is told no more than the level of hints allows, a teacher everything; what people type is shown and means nothing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from click.testing import CliRunner

from derivegen.api import Solution
from derivegen.classroom.checks import Checking, Told
from derivegen.classroom.feedback_page import FeedbackPage
from derivegen.cli import main
from derivegen.document.words import Words
from derivegen.marking.findings import Explanation, Finding, Marking, Place
from derivegen.marking.pages.talk import DONE_RIGHT, KIND, ONLY_RIGHT, RULE, WHERE
from derivegen.marking.pages.typed_text import excerpt
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.network.file.load import load, with_options
from derivegen.render.environment import Templates
from derivegen.render.format import named
from derivegen.render.printer import Printer
from tests.solved import solved

HALF = Fraction(1, 2)
LINE = "∂L/∂w_1 = −0.2277 · 0.3 · 0.5 = −0.0342"
WRONG = Finding(
    "dloss/dw[1][1][1]",
    "wrong",
    Place("sub/ada.md", 12, 1, LINE),
    "−0.0342",
    expected=-0.008348272549402503,
    explanations=(Explanation(("missing-hidden-slope",), -0.034150086743475),),
    marks=Fraction(0),
    of=Fraction(2),
)
SIGN = Finding(
    "dloss/dw[1][1][1]",
    "wrong",
    Place("sub/ada.md", 12, 11, LINE),
    "−0.0342",
    1,
    -0.00835,
    reason="relation",
    first=True,
)
FOUND = (
    Finding("z[1][1]", "right", Place("sub/ada.md", 2, 1, "z = 0.3"), "0.3", marks=Fraction(1), of=Fraction(1)),
    SIGN,
    WRONG,
    Finding(
        "w[1][1][1]'", "follow_through", Place("sub/ada.md", 14, 1, "w = 0.4034"), "0.4034", marks=HALF, of=Fraction(1)
    ),
    Finding("loss", "missing", Place(), of=Fraction(1)),
    Finding(None, "unread", Place("sub/ada.md", 20, 3, "??? = 3"), reason="unknown-name", values={"name": "???"}),
)
NAME, HINT, TEACHER = (f"mistake.missing-hidden-slope.{part}" for part in ("name", "hint", "teacher"))

FIELDS = (
    *("quantity", "file", "line", "column", "equality", "given"),
    *("expected", "verdict", "mistake", "message", "marks", "of"),
)


def solution() -> Solution:
    return solved("article-004")


def words(language: str = "en") -> Words:
    return Templates().words(language)


def page(
    found: tuple[Finding, ...] = FOUND,
    form: str = "text",
    hint: int | None = None,
    reader: str | None = None,
    language: str = "en",
) -> FeedbackPage:
    network = with_options(load("example:article-004"), language=language)
    checking = Checking(network, None, "", Told(reader, hint), (named("md"),), Templates())  # type: ignore[arg-type]
    printer = Printer(checking.press, solution().trace)
    return checking.page(Marking(found, "s7", "s7-K2QF", "sub/ada.md"), printer, named(form))


def text(form: str = "text", **how: object) -> str:
    return " ".join(page(form=form, **how).content(named(form)).decode().split())  # type: ignore[arg-type]


def data(**how: object) -> str:
    return repr(tuple(page(form="json", **how).data()))  # type: ignore[arg-type]


LEAKS = {
    WHERE: [LINE, "line 12", words().plain("check.first")],
    KIND: [words().plain("check.kind.slope")],
    RULE: [words().plain(HINT)],
    DONE_RIGHT: ["−0.0083", words().plain("check.done-right"), "What flows back into a hidden unit"],
}
"""What each level adds, by words that a page has from that level on and none below."""


@pytest.mark.parametrize("hint", range(5))
def test_a_student_is_told_no_more_than_the_level_allows(hint: int) -> None:
    shown = text(hint=hint)
    for level, parts in LEAKS.items():
        for part in parts:
            assert (part in shown) == (hint >= level), (hint, level, part)
    for secret in (words().plain(NAME), "Skips", "0.0083482", "½ of 1"):
        assert secret not in shown


@pytest.mark.parametrize("hint", range(5))
def test_data_for_a_student_hold_no_more_either(hint: int) -> None:
    shown = data(hint=hint, reader="student")
    assert "expected" not in shown and "0.00834" not in shown
    assert ("missing-hidden-slope" in shown) == (hint >= RULE)
    assert (words().plain(HINT) in shown) == (hint >= RULE)
    assert ("'line': 12" in shown) == (hint >= WHERE)
    assert ("'equality': 1" in shown) == (hint >= WHERE)
    assert (words().plain("check.kind.slope") in shown) == (hint >= KIND)


def test_level_0_says_of_each_answer_whether_it_is_right() -> None:
    shown = text(hint=ONLY_RIGHT)
    assert all(words().plain(f"check.verdict.{each}") in shown for each in ("right", "wrong", "missing", "unread"))


def test_a_teacher_gets_marks_evidence_and_explanations() -> None:
    shown = text(reader="teacher")
    for part in (words().plain(NAME), words().plain(TEACHER), "−0.0083", "−0.0342", "½ of 1", "0 of 2", LINE):
        assert part in shown
    entry = next(each for each in page(form="json", reader="teacher").data() if each["quantity"] == WRONG.quantity)
    assert entry["expected"] == pytest.approx(-0.00835)


def test_the_data_are_those_of_the_interface() -> None:
    entries = list(page(form="json").data())
    names = [*FIELDS]
    assert [list(entry) for entry in entries] == [names] * len(FOUND)
    wrong = entries[2]
    assert (wrong["line"], wrong["verdict"], wrong["mistake"]) == (12, "wrong", "missing-hidden-slope")
    assert (wrong["marks"], wrong["of"], entries[3]["marks"]) == (0, 2, 0.5)
    assert words().plain(NAME) in wrong["message"]


@pytest.mark.parametrize("form", ("text", "md", "html"))
@pytest.mark.parametrize("reader", ("student", "teacher"))
def test_every_format_shows_the_line_with_a_caret(form: str, reader: str) -> None:
    shown = page(form=form, reader=reader, hint=DONE_RIGHT).content(named(form)).decode()
    at = next(n for n, line in enumerate(shown.split("\n")) if "12 | ∂L" in line)
    line, caret = shown.split("\n")[at : at + 2]
    assert caret.index("^") - caret.index("|") == line.index("−0.2277") - line.index("|")


@pytest.mark.parametrize("language", ("en", "de"))
def test_every_mistake_has_a_page_at_every_level(language: str) -> None:
    for mistake in CATALOGUE:
        found = (
            Finding(
                "dloss/dw[1][1][1]",
                "wrong",
                Place("", 1, 1, "x"),
                explanations=(Explanation((mistake,), 1.0), Explanation((mistake, "lost-half"), 1.0, "dloss/dz[1][1]")),
                of=Fraction(1),
            ),
        )
        made = page(found, hint=DONE_RIGHT, language=language)
        made.feedback.document()
        page(found, reader="teacher", language=language).feedback.document()
        assert made.feedback.talk.message(found[0])


def test_a_teachers_page_in_german_is_german() -> None:
    shown = text(reader="teacher", language="de")
    assert "nicht richtig" in shown and "Punkt" in shown and "not right" not in shown


ODD = (
    "```\n",
    "$`\\frac{1}{2}`$ and $a$ `b` ***c*** [d](e) | f",
    "<script>alert(1)</script> &amp; <math>",
    "\\end{Verbatim} \\input{/etc/passwd} %",
    '#import "x" #let y = 1 "; #raw("',
    "\u202e\u0000\x1b[2J\ue000\U000f0000日本語",
    "((* raise *)) {{ 7 * 7 }} {% for %}",
    "=" * 4000,
)


@pytest.mark.parametrize("line", ODD)
@pytest.mark.parametrize("form", ("text", "md", "html", "pdf"))
def test_what_people_type_means_nothing_to_us(line: str, form: str) -> None:
    """The page passes its own judge (which reads formulas back), compiles, and shows the line as it is."""
    place = Place("../odd `$` <b>.md", 3, min(5, len(line)), line)
    found = (
        Finding("z[1][1]", "wrong", place, line, of=Fraction(1)),
        Finding(None, "unread", place, line, reason="unknown-name", values={"name": line}),
        Finding("no[1] such", "wrong", place, line, 1, float("nan"), reason="no such key"),
    )
    for reader in ("student", "teacher"):
        shown = page(found, form, hint=DONE_RIGHT, reader=reader).content(named(form))
        assert shown
        if form == "html":
            assert b"<script>alert" not in shown
        if form == "text":
            assert b"\x1b" not in shown and b"\x00" not in shown


def test_the_caret_stands_under_its_place_whatever_the_letters() -> None:
    assert excerpt(Place("", 7, 3, "日本 = 1")) == "7 | 日本 = 1\n  |     ^"
    assert excerpt(Place("", 7, 3, "e\u0301x = 1")) == "7 | e\u0301x = 1\n  |  ^"
    assert excerpt(Place("", 12, 2, "a\tb")) == "12 | a b\n   |  ^"
    shown, caret = excerpt(Place("", 1, 3001, "x" * 3000 + "!" + "y" * 3000)).split("\n")
    assert shown[caret.index("^")] == "!" and len(shown) < 90


def test_an_excerpt_cannot_end_the_listing() -> None:
    for line in ODD:
        assert all(not each.lstrip().startswith("```") for each in excerpt(Place("", 1, 1, line)).split("\n"))


def test_all_sentences_of_both_languages_are_there() -> None:
    tables = [
        {key for key in words(language).sentences if key.startswith(("check.", "class."))} for language in ("en", "de")
    ]
    assert tables[0] == tables[1] and len(tables[0]) > 60


def test_a_last_digit_is_told_once_and_short_decimals_are_short() -> None:
    place = Place("", 1, 1, "dL/dw2 = -0.2277·0.5744 = -0.1309")
    last = Explanation(("last-digit",), -0.13079)
    found = Finding("dloss/dw[2][1][1]", "wrong", place, "-0.1309", None, -0.13079, (last,), "last-digit")
    sign = Finding("dloss/dw[2][1][1]", "wrong", place, "-0.1309", 2, -0.13079, reason="last-digit")
    copied = Finding("w[2][1][1]", "wrong", place, "0.3100", None, 0.1 * 3)
    shown = page((sign, found, copied), reader="teacher").content(named("md")).decode()
    assert shown.lower().count("last digit") == 1
    assert "$`0.3`$" in shown and "0.3000" not in shown


@pytest.mark.parametrize("reader", ["student", "teacher"])
def test_where_the_value_counts_a_false_sign_is_not_headed_as_wrong(reader: str) -> None:
    typed = "dL/dw2 = (y-t)*h = -0.2277*0.5744 = -0.1309"
    said = CliRunner().invoke(main, ["check", "example:article-004", typed, "--for", reader]).output
    assert "1 of 1 mark" in said and words().plain("check.verdict.counts") in said
    assert f"∂L/∂w₂: {words().plain('check.verdict.wrong')}" not in said


def test_what_could_not_be_read_is_counted_beside_the_marks_and_not_called_false() -> None:
    side = Place("a.md", 4, 9, "loss = (t - q)^2 = 0.2")
    found = (
        Finding("loss", "right", replace(side, column=1), "0.2", marks=Fraction(1), of=Fraction(1)),
        Finding("loss", "unread", side, "(t - q)^2", 1, reason="unknown-name", values={"name": "q"}),
        Finding("z[1][1]", "right", Place("a.md", 5, 1, "z = w x + b"), "w x + b"),
        Finding("z[1][1]", "wrong", Place("a.md", 6, 1, "z = 7"), "7", of=Fraction(1)),
        Finding(None, "unread", Place("a.md", 9, 1, "??? = 3"), reason="unknown-name", values={"name": "???"}),
    )
    said = text(found=found)
    assert "1 of 2 marks. 1 line could not be read." in said
    assert "a side could not be read, the value counts" in said and "does not hold" not in said
    assert "Right: L. ─" in said
