"""Numbas: a student's questions go in; an exam comes out that gives each student the question of one variant, a part for each of ours.

Every quantity is a variable of the question, so that a part can be marked with what the student typed before in place of a variable: what
follows is right. What a mistake leads to is an alternative answer with its own feedback.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from derivegen.exercise.reveal import Range, written
from derivegen.interop.following import Following, decimals
from derivegen.interop.infix import JME, Unwritten
from derivegen.interop.items import Field, Item
from derivegen.interop.package import as_json, embedded
from derivegen.interop.platform import About, File
from derivegen.interop.written import ItemPage, LatexWriter, QuizPage
from derivegen.records import dataclass

WRITER, PICTURE, WHOLE = LatexWriter, "{}", False
VERSION = "// Numbas version: exam_results_page_options\n"
Json = dict[str, Any]
_MATHS = re.compile(r"(\\\(.*?\\\)|\\\[.*?\\\])", re.S)


def piece(made: QuizPage) -> str:
    """One student's question."""
    return json.dumps(NumbasQuestion(made).as_json(), ensure_ascii=False)


def files(pieces: Iterable[str], about: About) -> Iterator[File]:
    """The exam of a class."""
    questions = [json.loads(each) for each in pieces]
    group = {"name": about.title, "pickingStrategy": "random-subset", "pickQuestions": 1, "questionNames": []}
    exam = {
        "name": about.title,
        "metadata": {"description": "", "licence": ""},
        "duration": 0,
        "percentPass": 0,
        "showQuestionGroupNames": False,
        "shuffleQuestionGroups": False,
        "question_groups": [group | {"questions": questions}],
        "navigation": {"allowregen": False, "showfrontpage": True, "preventleave": True},
        "timing": {"allowPause": True},
        "feedback": {"allowrevealanswer": True, "showactualmark": True, "showtotalmark": True, "showanswerstate": True},
        "extensions": [],
        "resources": [],
    }
    yield "", (VERSION.encode(), as_json(exam).encode())


@dataclass(frozen=True)
class NumbasQuestion:
    """Writes one question."""

    made: QuizPage

    @cached_property
    def following(self) -> Following:
        """What follows from own answers."""
        return Following(self.made.quiz)

    @cached_property
    def variables(self) -> dict[str, str]:
        """Every quantity by its name there; none where one of them cannot be said in its language."""
        try:
            return dict(self.following.assignments(JME, {}))
        except Unwritten:
            return {}

    @cached_property
    def paths(self) -> dict[str, str]:
        """Where each answer is typed, by its label."""
        found = {}
        for place, page in enumerate(self.made.items):
            for gap, field in enumerate(page.item.fields):
                found[field.answer.label] = f"p{place}g{gap}" if page.item.shape == "fields" else f"p{place}"
        return found

    def as_json(self) -> Json:
        """The question."""
        quiz, group = self.made.quiz, "Ungrouped variables"
        variables = {
            name: {"name": name, "group": group, "definition": text, "description": "", "templateType": "anything"}
            for name, text in self.variables.items()
        }
        return {
            "name": quiz.plain("moodle.all", title=quiz.title, code=quiz.code),
            "tags": [quiz.tag()],
            "metadata": {"description": "", "licence": ""},
            "statement": _plain_braces(embedded(self.made.given, self.made.files)),
            "advice": _plain_braces(self.made.working),
            "rulesets": {},
            "extensions": [],
            "variables": variables,
            "variablesTest": {"condition": "", "maxRuns": 100},
            "ungrouped_variables": [*variables],
            "variable_groups": [],
            "functions": {},
            "preamble": {"js": "", "css": ""},
            "parts": [self._part(page) for page in self.made.items],
        }

    def _part(self, page: ItemPage) -> Json:
        item, prompt = page.item, page.body
        if item.shape == "fields":
            for gap, field in enumerate(item.fields):
                prompt = prompt.replace(field.sign, f"[[{gap}]]")
            gaps = [self._field(field) for field in item.fields]
            return _part("gapfill", prompt, gaps=gaps, sortAnswers=False)
        steps = [_part("information", f"<p>{self.made.html(hint)}</p>") for hint in item.hints]
        if item.by_person:
            return _part("information", prompt)
        if item.shape == "options":
            return self._choice(item, prompt)
        if item.shape == "sequence":
            orders = "|".join(item.orders)
            how: Json = {"answer": f"^(?:{orders})$", "displayAnswer": item.orders[0], "caseSensitive": False}
            return _part("patternmatch", prompt, _marks(item.marks), **how, matchMode="regex", steps=steps)
        made = self._field(item.fields[0])
        return made | {"prompt": _plain_braces(prompt), "steps": steps, "stepsPenalty": 0}

    def _choice(self, item: Item, prompt: str) -> Json:
        marks = [_marks(item.marks) if one.right else 0 for one in item.options]
        how: Json = {"minMarks": 0, "maxMarks": 0, "shuffleChoices": False, "displayType": "radiogroup"}
        choices = [self.made.html(one.text) for one in item.options]
        said = [self.made.html(one.says) for one in item.options]
        return _part("1_n_2", prompt, choices=choices, matrix=marks, distractors=said, **how)

    def _field(self, field: Field) -> Json:
        """A number: what is right, then other ranges that are right and what mistakes lead to as alternatives."""
        marks = _marks(field.answer.marks)
        if not field.right:
            return self._number(field.answer.right, field.answer.right, marks)
        first, *more = field.right
        others = [self._bounds(field, one, marks) for one in more]
        others += [
            self._between(wrong.range, _marks(field.answer.marks * wrong.share))
            | {"useAlternativeFeedback": False, "alternativeFeedbackMessage": self.made.html(wrong.says)}
            for wrong in field.wrong
        ]
        made = self._bounds(field, first, marks) | {"alternatives": others}
        earlier = self.following.earlier(field) if self.variables else ()
        replaced = [
            {"variable": self.following.called(each.answer.quantity), "part": self.paths[each.answer.label]}
            | {"must_go_first": False}
            for each in earlier
        ]
        return made | {"variableReplacements": replaced, "variableReplacementStrategy": "originalfirst"}

    def _bounds(self, field: Field, one: Range, marks: float) -> Json:
        """The bounds as far from the variable, as it is printed, as they are from the key, so that they move with it."""
        name, key = field.answer.quantity, Decimal(field.accepted[0])
        if not self.variables or name not in self.following.lines:
            return self._between(one, marks)
        printed = f"precround({self.following.called(name)}, {decimals(field)})"
        low, high = (f"{printed} + ({written(bound - key)})" for bound in (one.low, one.high))
        return self._number(low, high, marks)

    def _between(self, one: Range, marks: float) -> Json:
        return self._number(written(one.low), written(one.high), marks)

    def _number(self, low: str, high: str, marks: float) -> Json:
        comma = ["eu"] if self.made.quiz.press.decimal == "," else []
        styles = ["plain", "en", *comma, "scientific"]
        return _part("numberentry", "", marks, minValue=low, maxValue=high, notationStyles=styles, allowFractions=False)


def _part(kind: str, prompt: str, marks: float = 0, **more: Any) -> Json:
    return {"type": kind, "marks": marks, "prompt": _plain_braces(prompt), "showCorrectAnswer": True, **more}


def _marks(marks: Fraction) -> float:
    whole = int(marks)
    return whole if whole == marks else float(marks)


def _plain_braces(html: str) -> str:
    """HTML in which no brace outside of a formula stands for a variable."""
    parts = _MATHS.split(html)
    return "".join(part if place % 2 else re.sub(r"([{}])", r"\\\1", part) for place, part in enumerate(parts))
