"""Moodle XML: a student's questions go in one after the other; the text of one file comes out piece by piece: a category for the class, in
it one for every question with its variants, and one with whole sheets, a Cloze question for each variant.

A random question of a category gives each student one variant; one of the whole sheets gives the same variant throughout. The end of a
question's text says which it is, so that `check` knows in a report of responses what was answered. A Cloze question is worth the sum of its
fields, each of a whole number of marks, whatever the file says of it: where fields give halves, all marks of the file are multiplied by one
number, and the category says so.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from derivegen.exercise.asking import letter
from derivegen.exercise.marks import in_words
from derivegen.interop.items import Item
from derivegen.interop.moodle_answers import Graded, cloze, graded
from derivegen.interop.platform import About, File
from derivegen.interop.quiz import times
from derivegen.interop.written import NOT_XML, ItemPage, LatexWriter, QuizPage, escape
from derivegen.marking.read.responses import sign

WRITER, PICTURE, WHOLE = LatexWriter, "@@PLUGINFILE@@/{}", True
MOST_BYTES = 1_900_000
"""A PHP that nobody set up takes files of at most 2 MB."""
TYPES = {
    "number": "numerical",
    "fields": "cloze",
    "options": "multichoice",
    "sequence": "shortanswer",
    "formula": "essay",
}
NUMERIC = ("number", "fields")
"""How questions are answered that are put together on a whole sheet."""


def piece(made: QuizPage) -> str:
    """One student's questions."""
    own = made.quiz
    views = [_view(made, each, first=not place) for place, each in enumerate(made.items)]
    views = [*_whole(made), *views]
    return own.press.templates.page("moodle/questions.xml.jinja", escape, {"cdata": cdata}, questions=views)


def files(pieces: Iterable[str], about: About) -> Iterator[File]:
    """The file of a class; where it would be larger than what Moodle takes at first, several, each whole."""
    portions = _portions(pieces)
    first, second = next(portions, []), next(portions, None)
    if second is None:
        yield "", _file(first, about)
        return
    for number, portion in enumerate((first, second, *portions), 1):
        yield f"-{number}", _file(portion, about)


def _portions(pieces: Iterable[str]) -> Iterator[list[str]]:
    """Pieces that fit into one file."""
    portion, size = list[str](), 0
    for each in pieces:
        length = len(each.encode())
        if portion and size + length > MOST_BYTES:
            yield portion
            portion, size = [], 0
        portion.append(each)
        size += length
    yield portion


def _file(pieces: Iterable[str], about: About) -> Iterator[bytes]:
    """A category with what is said about it, then the questions of one exercise after the other."""
    said, filters = what_to_know(about), {"cdata": cdata}
    category = _category(about.title)
    yield about.templates.page("moodle/head.xml.jinja", escape, filters, category=category, about=said).encode()
    yield from (each.encode() for each in pieces)
    yield b"</quiz>\n"


def what_to_know(about: About) -> str:
    """What a teacher has to know of a file: how a quiz is made of it, and by what its marks are multiplied."""
    total = sum((question.marks for question in about.questions), Fraction(0))
    return about.words.plain("moodle.about", times=times(about.questions), total=in_words(total))


def type_of(item: Item) -> str:
    """Moodle's name of how a question is answered."""
    return TYPES["formula" if item.by_person else item.shape]


def _view(made: QuizPage, each: ItemPage, first: bool) -> dict[str, Any]:
    """A question as its template sees it. Letterhead and picture are the same for all of a student's questions, so they stand in the first
    alone."""
    own, item = made.quiz, each.item
    body = _with_fields(made, each) if item.shape == "fields" else each.body
    return {
        "type": type_of(item),
        "name": own.name(item),
        "marks": _marks(made, [item]),
        "answers": [_answer(made, one) for one in _answers(made, item)],
        "help": each.help,
        "working": each.working,
        "hints": [made.html(hint) for hint in item.hints],
        **_placed(made, own.plain("moodle.tag.question", label=item.label), f"{own.code}-{item.label}", body, first),
    }


def _whole(made: QuizPage) -> Iterator[dict[str, Any]]:
    """All numbers of a sheet as one question, so that whoever gets it has one variant throughout."""
    own, pages = made.quiz, [each for each in made.items if each.item.shape in NUMERIC]
    if len(pages) < 2:
        return
    body = "".join(f"<h4>{escape(each.item.label)}</h4>{_with_fields(made, each)}" for each in pages)
    yield {
        "type": TYPES["fields"],
        "name": own.plain("moodle.all", title=own.title, code=own.code),
        "marks": _marks(made, [each.item for each in pages]),
        "answers": [],
        "working": made.working,
        "hints": [made.html(own.say("moodle.other"))],
        **_placed(made, own.plain("moodle.whole"), own.code, body, first=True),
    }


def _placed(made: QuizPage, category: str, code: str, body: str, first: bool) -> dict[str, Any]:
    """What every question has: its category and tags, and its text with what is given, and at the end which it is."""
    own = made.quiz
    comma = own.plain("moodle.comma") + " " if own.press.decimal == "," else ""
    foot = f"<p><small>{escape(f'{comma}{sign(code)}')}</small></p>"
    return {
        "category": f"{_category(own.title)}/{_step(category)}",
        "idnumber": code,
        "tags": [own.tag(), category],
        "text": (made.head if first else "") + made.before + (made.picture if first else "") + made.after + body + foot,
        "files": [(name, b64encode(content).decode()) for name, content in made.files.items()] if first else [],
    }


def _marks(made: QuizPage, items: Iterable[Item]) -> str:
    return f"{float(sum(item.marks for item in items) * made.quiz.times):.7g}"


def _answer(made: QuizPage, each: Graded) -> dict[str, str]:
    html = made.html(each.feedback)
    return {"text": each.text, "percent": each.percent, "tolerance": each.tolerance, "feedback": html}


def _answers(made: QuizPage, item: Item) -> Iterator[Graded]:
    right = made.quiz.say("moodle.right")
    if item.shape == "number":
        yield from graded(item.fields[0], right)
    elif item.shape == "options":
        for place, option in enumerate(item.options):
            yield Graded(f"{_lettered(place)}{made.html(option.text)}", "100" if option.right else "0", option.says)
    elif item.shape == "sequence" and item.orders:
        yield from (Graded(order, "100", right) for order in item.orders)
        yield Graded("*", "0", item.fields[0].other)


def _with_fields(made: QuizPage, each: ItemPage) -> str:
    """What a question shows, with its fields: where the text has none, below it."""
    body, own = each.body, made.quiz
    for field in each.item.fields:
        answers = list(graded(field, own.say("moodle.right")))
        here = cloze(int(field.answer.marks * own.times), answers, made.writer.plain)
        body = body.replace(field.sign, here) if field.sign in body else f"{body}<p>{here}</p>"
    return body


def _lettered(place: int) -> str:
    """The letter of an option: in a report of responses an answer is known by it."""
    return f"{letter(place).upper()}) "


def cdata(text: str) -> str:
    """HTML inside XML."""
    return f"<![CDATA[{NOT_XML.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _category(title: str) -> str:
    return f"$course$/top/{_step(title)}"


def _step(name: str) -> str:
    """A name as one step of a path: a single slash would open a category inside."""
    return name.replace("/", "//")
