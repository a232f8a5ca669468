"""GIFT: a student's questions go in one after the other; a text file of questions comes out, a category for every variant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from derivegen.document.blocks import Prose
from derivegen.interop.apart import Single, singles
from derivegen.interop.moodle_answers import graded
from derivegen.interop.platform import About, File
from derivegen.interop.written import NOT_XML, LatexWriter, QuizPage

WRITER, PICTURE, WHOLE = LatexWriter, "", False
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\~=#{}:"})


def piece(made: QuizPage) -> str:
    """One student's questions."""
    own = made.quiz
    category = f"$CATEGORY: $course$/top/{_line(own.title)}/{_line(own.tag())}".replace("//", "/")
    return "\n\n".join([category, *(_question(made, each) for each in singles(made))]) + "\n\n"


def files(pieces: Iterable[str], about: About) -> Iterator[File]:
    """The file of a class."""
    yield "", (each.encode() for each in pieces)


def _question(made: QuizPage, each: Single) -> str:
    item = each.page.item
    working = f"####{_escaped(each.page.working)}" if each.page.working else ""
    text = _escaped(made.before + made.after + each.body)
    name = made.quiz.plain("moodle.name", title=made.quiz.title, label=each.label, code=made.quiz.code)
    if item.by_person:
        answers = []
    elif item.shape == "options":
        answers = [_answer(made, "=" if one.right else "~", made.html(one.text), one.says) for one in item.options]
    elif item.shape == "sequence":
        answers = [_answer(made, "=", order, made.quiz.say("moodle.right")) for order in item.orders]
    else:
        answers = ["#", *_numbers(made, each)]
    body = "\n".join(["{", *answers, working]).rstrip("\n") + "\n}"
    return f"::{_line(name)}::[html]{text}{body}"


def _numbers(made: QuizPage, each: Single) -> Iterator[str]:
    for one in graded(each.field, made.quiz.say("moodle.right")):
        if one.text == "*":
            yield f"~#{_escaped(made.html(one.feedback))}"
        else:
            yield f"=%{one.percent}%{one.text}:{one.tolerance}#{_escaped(made.html(one.feedback))}"


def _answer(made: QuizPage, sign: str, html: str, says: Prose) -> str:
    return f"{sign}{_escaped(html)}#{_escaped(made.html(says))}"


def _escaped(html: str) -> str:
    """Text in which no sign means anything to GIFT; an empty line would end the question."""
    return re.sub(r"\n\s*", "\n", NOT_XML.sub("", html)).strip().translate(_SIGNS)


def _line(text: str) -> str:
    return _escaped(re.sub(r"\s+", " ", text))
