"""PrairieLearn: a student's questions go in; a folder with a question for every variant, and an assessment that gives each student one
of them, comes out.

All parts of a variant are one question, so that what follows from own answers is right; its `server.py` needs nothing of ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from derivegen.interop.following import Following
from derivegen.interop.items import Field, Item
from derivegen.interop.package import as_json, zipped
from derivegen.interop.platform import About, File
from derivegen.interop.told import field_data, following_code, program
from derivegen.interop.written import LatexWriter, QuizPage, escape

WRITER, PICTURE, WHOLE = LatexWriter, "{{{{options.client_files_question_url}}}}/{}", False


def piece(made: QuizPage) -> str:
    """One student's question: the files of its folder."""
    quiz = made.quiz
    info = {
        "uuid": str(uuid5(NAMESPACE_URL, f"derivegen {quiz.stem} {quiz.code}")),
        "title": quiz.plain("moodle.all", title=quiz.title, code=quiz.code),
        "topic": quiz.title,
        "tags": [quiz.tag()],
        "type": "v3",
        "singleVariant": True,
    }
    files = {"info.json": as_json(info), "question.html": _page(made), "server.py": _server(made)}
    files |= {f"clientFilesQuestion/{name}": content.decode() for name, content in made.files.items()}
    marks = sum(page.item.marks for page in made.items if not page.item.by_person)
    return json.dumps({"name": f"{quiz.stem}/{quiz.code}", "files": files, "marks": float(marks)})


def files(pieces: Iterable[str], about: About) -> Iterator[File]:
    """The folder of a course."""
    found = [json.loads(each) for each in pieces]
    packed = {f"questions/{each['name']}/{name}": text for each in found for name, text in each["files"].items()}
    choice: dict[str, Any] = {
        "numberChoose": 1,
        "points": found[0]["marks"] if found else 0,
        "alternatives": [{"id": each["name"]} for each in found],
    }
    assessment = {
        "uuid": str(uuid5(NAMESPACE_URL, f"derivegen {about.stem}")),
        "type": "Homework",
        "title": about.title,
        "set": "Homework",
        "number": "1",
        "zones": [{"questions": [choice]}],
    }
    packed[f"assessments/{about.stem}/infoAssessment.json"] = as_json(assessment)
    yield "", (zipped(packed),)


def _name(field: Field) -> str:
    return f"a{field.answer.label}"


def _page(made: QuizPage) -> str:
    parts = [f"<pl-question-panel>\n{made.given}\n</pl-question-panel>"]
    for page in made.items:
        body, rest = page.body, ""
        for field in page.item.fields:
            entry = _entry(made, page.item, field)
            if page.item.shape == "fields":
                body = body.replace(field.sign, entry)
            else:
                rest += f"<p>{entry}</p>"
        parts.append(f"<h4>{escape(page.item.label)}</h4>\n{body}\n{rest}")
    parts.append(f"<pl-answer-panel>\n{''.join(page.working for page in made.items)}\n</pl-answer-panel>")
    return "\n".join(parts) + "\n"


def _entry(made: QuizPage, item: Item, field: Field) -> str:
    name = _name(field)
    said = f"{{{{#feedback.{name}}}}}<small>{{{{feedback.{name}}}}}</small>{{{{/feedback.{name}}}}}"
    if item.by_person:
        return f'<pl-rich-text-editor file-name="{name}.html"></pl-rich-text-editor>'
    if item.shape == "options":
        options = "".join(
            f'<pl-answer correct="{str(one.right).lower()}" feedback="{escape(made.writer.plain(one.says))}">'
            f"{made.html(one.text)}</pl-answer>"
            for one in item.options
        )
        return f'<pl-multiple-choice answers-name="{name}" fixed-order="true" weight="{_weight(field)}">{options}</pl-multiple-choice>'
    if item.shape == "sequence":
        return f'<pl-string-input answers-name="{name}" ignore-case="true" weight="{_weight(field)}"></pl-string-input>{said}'
    return f'<pl-string-input answers-name="{name}" display="inline" size="12" weight="{_weight(field)}"></pl-string-input>{said}'


def _weight(field: Field) -> int:
    """Half marks count as one."""
    return int(2 * field.answer.marks)


def _server(made: QuizPage) -> str:
    following, numbers, orders, code = Following(made.quiz), {}, {}, []
    for page in made.items:
        for field in page.item.fields:
            if page.item.shape in ("number", "fields"):
                numbers[field.answer.label] = field_data(made.quiz, field, made.writer)
                numbers[field.answer.label]["weight"] = _weight(field)
                code.append(following_code(following, field, f"own_{field.answer.label}"))
            elif page.item.shape == "sequence" and page.item.orders:
                orders[field.answer.label] = list(page.item.orders)
    own = [text.partition("(")[0].removeprefix("def own_") for text in code if text]
    known = ", ".join(f"{label!r}: own_{label}" for label in own)
    return made.quiz.press.templates.page(
        "platforms/server.py.jinja",
        str,
        {},
        program=program(made.quiz),
        numbers=repr(json.dumps(numbers, ensure_ascii=False)),
        orders=repr(orders),
        code="\n\n".join(text for text in code if text),
        own=f"{{{known}}}",
        said={key: repr(made.quiz.plain(f"moodle.{key}")) for key in ("right", "other-order")},
    )
