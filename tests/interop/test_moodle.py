"""Moodle XML: its structure is what Moodle reads, and an answer is marked as the scheme has it, mistakes with what is said of them.

The marking is Moodle's own, written again: answers are tried in order, the first whose tolerance holds the number is taken (question type
"numerical"); fields of a Cloze question are cut up as its importer does, escapes undone.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ElementTree
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import pytest

import derivegen
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.classroom.sheet import exercises
from derivegen.document.verify import Judge
from derivegen.errors import CheckFailed
from derivegen.exercise.exercise import Answer, Question
from derivegen.exercise.marks import in_words, shared
from derivegen.exercise.reveal import beside
from derivegen.interop import moodle
from derivegen.interop.items import wrong_numbers
from derivegen.interop.moodle import cdata, type_of, what_to_know
from derivegen.interop.moodle_answers import SHARES, Graded, cloze, in_field, percent
from derivegen.interop.platform import About, files
from derivegen.interop.quiz import Quiz, times
from derivegen.interop.written import QuizPage, written
from derivegen.mistakes.outcomes import mistaken_name
from derivegen.network.file.load import load
from derivegen.render.format import PLATFORMS
from tests.worked import as_they_stand

(MOODLE,) = (form for form in PLATFORMS if form.platform == "moodle")
ALL = "values,update,table,blanks,choice,order,find-error,symbolic"
NETWORKS = ("article-004", "article-000", "softmax-2-3-2", "graph-product")
NASTY = 'a/b < c & "d" ]]> {1:NUMERICAL:=1} \x0b ~ # } \\'


@lru_cache(maxsize=8)
def quiz(name: str, kinds: str = ALL, language: str = "en") -> Quiz:
    if name == "graph-product":
        kinds = "values,table,symbolic"  # nothing is learned there, and one mistake is too few to choose from
    work = as_they_stand(name, kinds, language=language)
    return counted(Quiz(work._sheet, lambda quantity: (), work.printed))


def counted(of: Quiz) -> Quiz:
    """With the marks that Moodle counts."""
    return replace(of, times=times(of.work.exercise.questions))


def wider(of: Quiz) -> Quiz:
    """The same where one unit below and two above are accepted too."""
    trace = of.work.pen.trace

    def accepted(quantity: str) -> tuple[str, ...]:
        texts = [trace.text(quantity)]
        texts += beside(texts, trace.rounding)
        return (*texts, beside(texts, trace.rounding)[1])

    return replace(of, accepted=accepted)


def made(of: Quiz) -> QuizPage:
    return written(of, moodle.WRITER, moodle.PICTURE)


def about(of: Quiz, title: str = "A/B & C") -> About:
    return About(title, of.stem, of.work.exercise.questions, of.press.words, of.press.templates)


def file_of(*quizzes: Quiz, title: str = "A/B & C") -> str:
    ((name, content),) = files(MOODLE, (moodle.piece(made(each)) for each in quizzes), about(quizzes[0], title))
    assert name.endswith("-moodle.xml")
    return b"".join(content).decode()


def questions(text: str) -> list[ElementTree.Element]:
    """Those of one question; a whole sheet's idnumber is the code of the variant alone."""
    return [each for each in posed(text) if re.search(r"-\d+[a-z]*$", each.findtext("idnumber") or "")]


def posed(text: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(text.encode())
    assert root.tag == "quiz"
    return [each for each in root if each.get("type") != "category"]


# Moodle's marking


@dataclass(frozen=True)
class Tried:
    """An answer as Moodle has it."""

    text: str
    tolerance: float
    fraction: float
    feedback: str

    def takes(self, value: float) -> bool:
        if self.text == "*":
            return True
        number = float(self.text)
        tolerance = self.tolerance + 1e-14 * max(1.0, abs(number))
        return number - tolerance <= value <= number + tolerance


def marked(answers: list[Tried], typed: str) -> Tried:
    return next(answer for answer in answers if answer.takes(float(typed)))


def numerical(question: ElementTree.Element) -> list[Tried]:
    return [
        Tried(
            answer.findtext("text") or "",
            float(answer.findtext("tolerance") or 0),
            float(answer.get("fraction") or "nan") / 100,
            html.unescape(answer.findtext("feedback/text") or ""),
        )
        for answer in question.findall("answer")
    ]


_ANSWER = r"(?:=|%-?\d+(?:[.,]\d*)?%)?.+?(?<!\\|&)(?=[~#}]|$)(?:#.*?(?<!\\)(?=[~}]|$))?"
_FIELD = re.compile(rf"\{{(\d*):(NUMERICAL):({_ANSWER}(?:~{_ANSWER})*)\}}", re.S)
_PARTS = re.compile(r"~?(=|%(-?\d+(?:[.,]\d*)?)%)?(.+?(?<!\\|&)(?=[~#}]|$))(?:#(.*?(?<!\\)(?=[~}]|$)))?", re.S)


def fields(text: str) -> Iterator[tuple[int, list[Tried]]]:
    """The fields of a Cloze text: weight and answers."""
    for found in _FIELD.finditer(text):
        answers = []
        for part in _PARTS.finditer(found[3]):
            fraction = 1.0 if part[1] == "=" else float(part[2] or 0) / 100
            number, _, tolerance = part[3].partition(":")
            feedback = html.unescape(part[4] or "").replace(r"\}", "}").replace(r"\#", "#")
            answers.append(Tried(number, float(tolerance or 0), fraction, html.unescape(feedback)))
        yield int(found[1]), answers


def marked_answers(of: Quiz) -> Iterator[tuple[Answer, list[Tried], int]]:
    """Every number asked for, with what Moodle tries, and its weight."""
    found = {each.findtext("idnumber"): each for each in questions(file_of(of))}
    code = of.work.exercise.variant.code
    for question in of.work.exercise.questions:
        if question.kind in ("values", "update"):
            yield from ((a, numerical(found[f"{code}-{a.label}"]), 0) for a in question.answers)
        elif question.kind in ("table", "blanks", "find-error"):
            text = found[f"{code}-{question.number}"].findtext("questiontext/text") or ""
            made = list(fields(text))
            assert len(made) == len(question.answers)
            yield from ((a, answers, weight) for a, (weight, answers) in zip(question.answers, made, strict=True))


@pytest.mark.parametrize("wide", [False, True], ids=["key", "hull"])
@pytest.mark.parametrize("name", NETWORKS)
def test_an_answer_is_marked_as_the_scheme_has_it(name: str, wide: bool) -> None:
    of = wider(quiz(name)) if wide else quiz(name)
    trace, rounding = of.work.pen.trace, of.work.pen.trace.rounding
    for answer, answers, _ in marked_answers(of):
        if answer.form == "line":
            assert [marked(answers, str(line)).fraction for line in range(1, 20)].count(1) == 1
            assert marked(answers, answer.right).fraction == 1
            continue
        accepted = [trace.text(answer.quantity), *of.accepted(answer.quantity)]
        assert all(marked(answers, text).fraction == 1 for text in accepted), answer
        assert all(marked(answers, text).fraction < 1 for text in beside(accepted, rounding)), answer
        assert marked(answers, "1234.5") == answers[-1]


@pytest.mark.parametrize("name", NETWORKS[:3])
def test_a_mistake_has_what_is_said_of_it(name: str) -> None:
    of = quiz(name)
    trace, told = of.work.pen.trace, 0
    for answer, answers, _ in marked_answers(of):
        for mistake in of.work.exercise.variant.wrong.get(answer.quantity, {}) if answer.form == "number" else ():
            typed = trace.text(mistaken_name(answer.quantity, mistake))
            if typed == trace.text(answer.quantity):
                continue
            got = marked(answers, typed)
            said = beginning(of, mistake)
            assert got.fraction < 1
            assert said in got.feedback, (answer, mistake)
            told += 1
    assert told > 20


def beginning(of: Quiz, mistake: str) -> str:
    """What is said of a mistake, up to its first formula."""
    return of.work.pen.words.sentences[f"mistake.{mistake}.says"].partition("{")[0].strip()


def test_the_mistake_that_is_printed_is_told_from_others() -> None:
    of = quiz("article-004")
    question = next(each for each in of.work.exercise.questions if each.kind == "find-error")
    answers = next(found for answer, found, _ in marked_answers(of) if answer == question.answers[1])
    typed = of.work.pen.trace.text(mistaken_name(question.slip, question.mistake))
    assert marked(answers, typed).fraction == 0
    assert beginning(of, question.mistake)[:30] in marked(answers, typed).feedback


def test_the_last_digit_costs_the_mark_for_the_number() -> None:
    of = quiz("article-004")
    answer, answers, _ = next(found for found in marked_answers(of) if found[0].quantity == "dloss/db[2][1]")
    assert answer.marks == 2
    assert [marked(answers, text).fraction for text in ("-0.2276", "-0.2277", "-0.2278", "-0.2279")] == [0.5, 1, 0.5, 0]


@pytest.mark.parametrize("name", ["softmax-2-3-2", "halves"])
def test_every_mark_of_a_file_is_multiplied_by_the_same_number(name: str) -> None:
    """Moodle takes the sum of a Cloze question's fields for its marks: with half marks it made 30 of 20."""
    of = halves() if name == "halves" else quiz(name)
    by = times(of.work.exercise.questions)
    weights = {a.label: weight for a, _, weight in marked_answers(of)}
    found = {each.findtext("idnumber"): each for each in questions(file_of(of))}
    code, sums = of.work.exercise.variant.code, Fraction(0)
    for posed in of.items:
        stated = Fraction(found[f"{code}-{posed.label}"].findtext("defaultgrade") or "")
        fields = [weights[f.answer.label] for f in posed.fields] if type_of(posed) == "cloze" else [stated]
        assert sum(fields) == stated == posed.marks * by
        assert all(weight == f.answer.marks * by for weight, f in zip(fields, posed.fields, strict=False))
        sums += stated
    assert by == (2 if name == "halves" else 1)
    assert sums == of.work.exercise.marks * by
    said = what_to_know(about(of))
    assert ("twice those of the sheet: set the quiz's maximum grade to 20." in said) == (name == "halves")


@lru_cache(maxsize=1)
def halves() -> Quiz:
    """Twenty marks, of which fields give halves."""
    whole = quiz("article-004")
    exercise = whole.work.exercise
    each = shared(Fraction(20), [question.marks for question in exercise.questions])
    worth = tuple(_worth(question, own) for question, own in zip(exercise.questions, each, strict=True))
    return counted(replace(whole, work=replace(whole.work, exercise=replace(exercise, questions=worth)), said={}))


def _worth(question: Question, marks: Fraction) -> Question:
    own = shared(marks, [answer.marks for answer in question.answers])
    return replace(question, answers=tuple(replace(a, marks=m) for a, m in zip(question.answers, own, strict=True)))


def test_marks_shown_are_those_that_count() -> None:
    text = file_of(halves())
    assert "mark</small>" in text or "marks</small>" in text
    assert "½ mark" not in text
    assert "½" in "".join(in_words(a.marks) for q in halves().work.exercise.questions for a in q.answers)


# the structure


@pytest.mark.parametrize("name", NETWORKS)
def test_the_file_is_what_moodle_reads(name: str) -> None:
    text = file_of(quiz(name), quiz(name, "values"))
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<quiz>')
    found = questions(text)
    types = {each.get("type") for each in found}
    assert types >= {"numerical", "cloze", "essay"}
    assert types <= {"numerical", "cloze", "multichoice", "essay", "shortanswer"}
    for each in found:
        assert each.findtext("name/text")
        assert each.find("questiontext").get("format") == "html"  # type: ignore[union-attr]
        assert float(each.findtext("defaultgrade") or 0) > 0
        assert each.findtext("idnumber")
        assert len(each.findall("tags/tag/text")) == 2
        assert (each.get("type") in ("cloze", "essay")) == (each.find("answer") is None)
        for answer in each.findall("answer"):
            assert answer.get("fraction") in ("0", "100", *SHARES)
        if each.get("type") not in ("cloze", "essay"):
            assert [a.get("fraction") for a in each.findall("answer")].count("100") >= 1


def test_a_category_for_every_question_in_which_each_variant_has_one() -> None:
    """A random question of it gives a student one variant; though a title has a slash."""
    named = exercises(replace(load("example:article-004"), title="A/B & C"), kinds=["values"], vary=["nothing"])
    (variant,) = named.variants(["007"])
    work = named.work(variant)
    one = Quiz(work._sheet, lambda quantity: (), work.printed)
    whole, *own = categories(file_of(one, title=f"A/B & C {NASTY}"))
    assert whole.startswith('$course$/top/A//B & C a//b < c & "d" ]]>')
    labels = [answer.label for _, answer in work.exercise.answers()]
    assert own == [f"$course$/top/A//B & C/{each}" for each in ("whole sheets", *(f"question {n}" for n in labels))]
    two = categories(file_of(quiz("article-004"), quiz("article-004")))
    assert len(two) == 1 + 2 * len({*two[1:]})


def test_a_whole_sheet_is_one_question_with_every_number_of_it() -> None:
    """Whoever draws it has one variant throughout; its end says which, its fields stand in the order of the sheet."""
    of = quiz("article-004")
    (whole,) = (each for each in posed(file_of(of)) if each.findtext("idnumber") == of.code)
    text = whole.findtext("questiontext/text") or ""
    numbers = [field for item in of.items if item.shape in moodle.NUMERIC for field in item.fields]
    found = list(fields(text))
    assert len(found) == len(numbers) > 12
    for (weight, answers), field in zip(found, numbers, strict=True):
        right = field.accepted[0] if field.right else field.answer.right
        assert (weight, marked(answers, right).fraction) == (field.answer.marks, 1)
    assert sum(weight for weight, _ in found) == float(whole.findtext("defaultgrade") or 0)
    assert text.endswith(f"[{of.code}]</small></p>")
    assert whole.findall("questiontext/file")
    working = whole.findtext("generalfeedback/text") or ""
    each = [posed_.findtext("generalfeedback/text") or "" for posed_ in questions(file_of(of))]
    assert 0 < len(working) < sum(map(len, each)) / 2


def test_a_question_says_at_its_end_which_it_is_and_how_numbers_are_typed() -> None:
    for language, comma in (("en", False), ("de", True)):
        of = quiz("article-004", "values,table", language)
        for each in posed(file_of(of)):
            text = each.findtext("questiontext/text") or ""
            assert text.endswith(f"[{each.findtext('idnumber')}]</small></p>")
            assert ("Komma" in text) == comma


def test_of_two_mistakes_the_one_with_the_narrower_range_is_tried_first() -> None:
    """Of a very small number and 0: within the range of 0 lies that of the other."""
    said = {"a": ("zero",), "b": ("small",)}
    found = wrong_numbers(
        Fraction(1), ["-0.0386"], [("a", "0"), ("b", "0.0000000074")], said.__getitem__, Rounding(4, None)
    )
    assert next(each.says for each in found if each.range.low <= Decimal("7.4e-9") <= each.range.high) == ("small",)


def categories(text: str) -> list[str]:
    root = ElementTree.fromstring(text.encode())
    return [each.findtext("category/text") or "" for each in root if each.get("type") == "category"]


def test_questions_have_numbers_of_their_own() -> None:
    found = [each.findtext("idnumber") for each in questions(file_of(quiz("article-004")))]
    assert len(found) == len(set(found)) == len(quiz("article-004").items)


@pytest.mark.parametrize("name", ["article-000", "article-004"])
def test_the_figure_travels_once_with_the_first_question(name: str) -> None:
    """It is the same for all; 270 questions had 270 of it, of 60 000 characters each."""
    first, *others = questions(file_of(quiz(name)))
    (file,) = first.findall("questiontext/file")
    assert f"@@PLUGINFILE@@/{file.get('name')}" in (first.findtext("questiontext/text") or "")
    picture = b64decode(file.text or "")
    assert len(picture) < 25_000
    letters = ElementTree.fromstring(picture).findall(".//{*}use")
    assert letters
    assert {each.get("href", "")[1:] for each in letters} <= {
        each.get("id") for each in ElementTree.fromstring(picture).iter()
    }
    for each in others:
        assert not each.findall("questiontext/file")
        assert "PLUGINFILE" not in (each.findtext("questiontext/text") or "")


def test_no_latex_stands_in_a_field() -> None:
    for name in NETWORKS:
        for _, answers, weight in marked_answers(quiz(name)):
            if weight:
                assert not any("\\" in answer.feedback for answer in answers)


def test_a_field_survives_every_sign() -> None:
    field = cloze(2, [Graded("1", "100", (NASTY,), "0.5"), Graded("*", "0", ("}~#",))], lambda prose: str(prose[0]))
    ((weight, (first, last)),) = fields(f"before {field} after")
    clean = NASTY.replace("\x0b", "")
    assert (weight, first.feedback, last.feedback) == (2, clean, "}~#")
    assert not set('}#~/"\\') & set(re.sub(r"&#\d+;", "", in_field(NASTY)))


def test_text_in_xml_survives_what_ends_it() -> None:
    assert ElementTree.fromstring(f"<a>{cdata(NASTY)}</a>").text == NASTY.replace("\x0b", "")


@pytest.mark.parametrize(
    ("share", "taken"), [("1/2", "50"), ("2/3", "66.66667"), ("6/7", "83.33333"), ("1/100", "0"), ("3/4", "75")]
)
def test_shares_are_those_of_moodle(share: str, taken: str) -> None:
    assert percent(Fraction(share)) == taken


def test_every_right_order_is_right() -> None:
    of = quiz("article-004")
    question = next(each for each in of.work.exercise.questions if each.kind == "order")
    (found,) = (each for each in questions(file_of(of)) if each.get("type") == "shortanswer")
    right = [a.findtext("text") for a in found.findall("answer") if a.get("fraction") == "100"]
    assert question.answers[0].right in right
    assert found.findall("answer")[-1].findtext("text") == "*"


def test_an_order_with_too_many_right_ones_is_left_to_a_person() -> None:
    of = quiz("softmax-2-3-2", "values,order")
    found = questions(file_of(of))[-1]
    right = of.work.exercise.questions[1].answers[0].right
    assert found.get("type") == "essay"
    assert " ".join(right) in (found.findtext("graderinfo/text") or "")


def test_what_is_printed_is_what_was_composed() -> None:
    for name in NETWORKS:
        of = quiz(name)
        judge = Judge(of.work.pen.trace, of.work.pen.notation)
        judge.document(of.document)
        page = made(of)
        assert judge.text(of.document, page.formulas, page.writer.reads) > 20
        with pytest.raises(CheckFailed):
            judge.text(of.document, page.formulas[1:], page.writer.reads)


def test_a_question_does_not_hold_its_answer() -> None:
    of = quiz("article-004", "values,update")
    for answer, _, _ in marked_answers(of):
        own = next(
            each for each in questions(file_of(of)) if (each.findtext("idnumber") or "").endswith(f"-{answer.label}")
        )
        assert of.work.pen.trace.text(answer.quantity) not in (own.findtext("questiontext/text") or "")


def test_german_says_it_in_german_with_points_in_answers() -> None:
    text = file_of(quiz("article-004", "values,table", "de"))
    assert "Richtig." in text and r"\(0{,}5\)" in text
    assert "Right." not in text
    assert all("," not in (a.findtext("text") or "") for each in questions(text) for a in each.findall("answer"))


def test_the_same_exercise_gives_the_same_bytes() -> None:
    of = quiz("article-004")
    assert file_of(of) == file_of(counted(Quiz(of.work, of.accepted, of.text)))


def test_what_would_be_too_large_to_upload_is_several_files_each_whole() -> None:
    """A PHP that nobody set up takes 2 MB at most; 30 students had one file of 16."""
    of = quiz("article-004", "values")
    own = moodle.piece(made(of))
    count = 3 * moodle.MOST_BYTES // len(own.encode())
    found = {name: b"".join(content).decode() for name, content in files(MOODLE, [own] * count, about(of))}
    assert list(found) == [f"article-004-moodle-{n}.xml" for n in range(1, len(found) + 1)]
    assert len(found) in (3, 4)
    assert all(len(text.encode()) < 2_000_000 for text in found.values())
    assert sum(len(questions(text)) for text in found.values()) == count * len(of.items)


def test_hints_lead_to_the_line_and_the_working_stands_behind_it() -> None:
    """Without hints a quiz with several tries ends at the first wrong answer."""
    for each in questions(file_of(quiz("article-004"))):
        if each.get("type") == "numerical":
            first, second = (hint.findtext("text") or "" for hint in each.findall("hint"))
            assert "follows from" in first and "The line is" in second
            assert r"\begin{aligned}" in (each.findtext("generalfeedback/text") or "")
        assert each.get("type") in ("essay", "multichoice") or each.find("hint") is not None


def test_several_students_have_one_file_where_pages_are_filled_in_too(tmp_path: Path) -> None:
    derivegen.sheet("example:article-004", count=2, seed=7).write(tmp_path, ["moodle", "md"])
    assert len(list(tmp_path.rglob("*-moodle.xml"))) == 1 and len(list(tmp_path.rglob("*-sheet.md"))) == 2
