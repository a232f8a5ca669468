"""nbgrader: a student's questions go in; an assignment for every variant comes out, a notebook whose hidden tests give part marks and
say which mistake was made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from derivegen.exercise.asking import letter
from derivegen.interop.following import Following
from derivegen.interop.items import Field, Item
from derivegen.interop.package import as_json, embedded, zipped
from derivegen.interop.platform import About, File
from derivegen.interop.told import field_data, following_code, program
from derivegen.interop.written import LatexWriter, QuizPage

WRITER, PICTURE, WHOLE = LatexWriter, "{}", False
SCHEMA = 3
_KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
Json = dict[str, Any]


def piece(made: QuizPage) -> str:
    """One student's notebook."""
    quiz = made.quiz
    first = f"# {quiz.title}\n\n{_markdown(embedded(made.given, made.files))}"
    cells = [_cell("given", first)]
    for page in made.items:
        body = page.body
        for field in page.item.fields:
            body = body.replace(field.sign, f"**[{field.answer.label}]**")
        options = [f"<p>{letter(n).upper()}) {made.html(one.text)}</p>" for n, one in enumerate(page.item.options)]
        cells.append(_cell(f"text-{page.item.label}", f"## {page.item.label}\n\n{_markdown(body + ''.join(options))}"))
        for field in page.item.fields:
            cells += (
                [_by_person(field)]
                if page.item.by_person
                else [_answer(field, page.item), _test(made, field, page.item)]
            )
    notebook = {"cells": cells, "metadata": _KERNEL, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps({"name": f"{quiz.stem}-{quiz.code}", "notebook": notebook}, ensure_ascii=False)


def files(pieces: Iterable[str], about: About) -> Iterator[File]:
    """The assignments of a class, as they lie in the folder of a course."""
    found = [json.loads(each) for each in pieces]
    yield "", (zipped({f"source/{each['name']}/{each['name']}.ipynb": as_json(each["notebook"]) for each in found}),)


def _cell(name: str, source: str, kind: str = "markdown", **graded: Any) -> Json:
    own = {"schema_version": SCHEMA, "grade_id": name, "grade": False, "solution": False, "locked": True, "task": False}
    cell: Json = {"cell_type": kind, "id": re.sub(r"[^\w-]", "-", name), "source": source}
    cell["metadata"] = {"nbgrader": own | graded}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def _by_person(field: Field) -> Json:
    marks = float(field.answer.marks)
    return _cell(f"answer-{field.answer.label}", "…", grade=True, solution=True, locked=False, points=marks)


def _answer(field: Field, item: Item) -> Json:
    right = repr(_right(field, item)) if item.shape in ("options", "sequence") else _right(field, item)
    name = f"answer_{field.answer.label}"
    source = f"### BEGIN SOLUTION\n{name} = {right}\n### END SOLUTION"
    return _cell(f"answer-{field.answer.label}", source, "code", solution=True, locked=False)


def _right(field: Field, item: Item) -> str:
    if item.shape == "options":
        return letter(next(n for n, one in enumerate(item.options) if one.right)).upper()
    if item.shape == "sequence":
        return item.orders[0]
    return field.accepted[0] if field.right else field.answer.right


def _test(made: QuizPage, field: Field, item: Item) -> Json:
    """A cell whose hidden lines end in a number: the marks."""
    label, marks = field.answer.label, float(field.answer.marks)
    lines = _of_words(made, field, item) if item.shape in ("options", "sequence") else _of_number(made, field)
    hidden = f"### BEGIN HIDDEN TESTS\n{lines}### END HIDDEN TESTS"
    return _cell(f"test-{label}", f"# {label}\n{hidden}", "code", grade=True, points=marks)


def _of_number(made: QuizPage, field: Field) -> str:
    quiz, following = made.quiz, Following(made.quiz)
    data = json.dumps(field_data(quiz, field, made.writer), ensure_ascii=False)
    before = [each.answer.label for each in following.earlier(field)]
    code = following_code(following, field, "_own")
    own = "follows(_own, {key: float(found) for key, found in _typed.items() if found is not None})" if code else "None"
    return (
        f"{program(quiz)}\nimport json as _json\n_field = _json.loads({data!r})\n"
        f"_typed = {{key: number(globals().get('answer_' + key)) for key in {before!r}}}\n{code}"
        f"_share, _said = marked(_field, globals().get('answer_{field.answer.label}'), {own})\n"
        f"print(_said)\n_share * _field['marks']\n"
    )


def _of_words(made: QuizPage, field: Field, item: Item) -> str:
    plain, says = made.writer.plain, made.quiz.say
    if item.shape == "options":
        known = {letter(n): [float(one.right), plain(one.says)] for n, one in enumerate(item.options)}
    else:
        known = {order.lower(): [1.0, plain(says("moodle.right"))] for order in item.orders}
    name, other = f"answer_{field.answer.label}", plain(field.other)
    return (
        f"_known = {known!r}\n_share, _said = _known.get(str(globals().get({name!r})).strip().lower(), [0.0, {other!r}])\n"
        f"print(_said)\n_share * {float(field.answer.marks)}\n"
    )


def _markdown(html: str) -> str:
    """HTML with formulas as notebooks set them."""
    html = re.sub(r"\\\[(.*?)\\\]", r"$$\1$$", html, flags=re.S)
    return re.sub(r"\\\((.*?)\\\)", r"$\1$", html, flags=re.S)
