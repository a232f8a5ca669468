"""H5P: a student's questions go in; a question set for each variant comes out, without the libraries, which platforms have.

H5P lets through what the semantics of its libraries name, so everything is paragraphs, formulas are LaTeX, and a table is a line for each
row. In the text of blanks an asterisk opens and closes a field, in the field a slash stands between answers and a colon before the hint;
texts are compared, so a field has every printed value that is right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, uuid5

from derivegen.document.blocks import Prose
from derivegen.errors import InputError
from derivegen.interop.apart import Single, singles
from derivegen.interop.cartridge import right_texts
from derivegen.interop.items import Item
from derivegen.interop.package import as_json, zipped
from derivegen.interop.platform import About, File
from derivegen.interop.qti_package import safe
from derivegen.interop.written import ItemPage, LatexWriter, QuizPage, escape


class LinesWriter(LatexWriter):
    """Everything in paragraphs and lines."""

    page = "platforms/lines.html.jinja"


WRITER, PICTURE, WHOLE = LinesWriter, "{}", False


class ContentType(NamedTuple):
    """A library of H5P with its version, just which a site must have."""

    name: str
    major: int
    minor: int
    title: str


SET = ContentType("H5P.QuestionSet", 1, 20, "Question Set")
BLANKS = ContentType("H5P.Blanks", 1, 14, "Fill in the Blanks")
CHOICE = ContentType("H5P.MultiChoice", 1, 16, "Multiple Choice")
LONGEST_TITLE = 255

# what their programs say: their name for it, ours
BOTH_SAY = {"a11yCheck": "check-long", "a11yShowSolution": "solution-long", "a11yRetry": "retry-long"}
BLANKS_SAY = BOTH_SAY | {
    "showSolutions": "solution",
    "tryAgain": "retry",
    "checkAnswer": "check",
    "submitAnswer": "submit",
    "notFilledOut": "empty",
    "answeredCorrectly": "right",
    "answeredIncorrectly": "wrong",
    "solutionLabel": "key",
    "inputLabel": "field",
    "inputHasTipLabel": "has-hint",
    "tipLabel": "hint",
    "scoreBarLabel": "points",
    "a11yCheckingModeHeader": "checking",
}
CHOICE_SAYS = BOTH_SAY | {
    "checkAnswerButton": "check",
    "submitAnswerButton": "submit",
    "showSolutionButton": "solution",
    "tryAgainButton": "retry",
    "tipsLabel": "hint",
    "tipAvailable": "has-hint",
    "scoreBarLabel": "points",
    "feedbackAvailable": "has-feedback",
    "readFeedback": "feedback",
    "wrongAnswer": "wrong",
    "correctAnswer": "right",
    "shouldCheck": "should",
    "shouldNotCheck": "should-not",
    "noInput": "no-choice",
}
SET_SAYS = {
    "prevButton": "previous",
    "previous": "previous",
    "nextButton": "next",
    "next": "next",
    "finishButton": "finish",
    "submitButton": "submit",
    "textualProgress": "progress",
    "jumpToQuestion": "jump",
    "questionLabel": "question",
    "readSpeakerProgress": "progress",
    "unansweredText": "unanswered",
    "answeredText": "answered",
    "currentQuestionText": "current",
    "navigationLabel": "questions",
    "questionSetInstruction": "choose",
}
END_SAYS = {
    "noResultMessage": "done",
    "message": "results",
    "amountCorrect": "amount",
    "scoreBarLabel": "score",
    "scoreHeader": "score-header",
    "solutionButtonText": "solution",
    "retryButtonText": "retry",
    "finishButtonText": "finish",
    "submitButtonText": "submit",
}
SAID = {"question", *(key for says in (BLANKS_SAY, CHOICE_SAYS, SET_SAYS, END_SAYS) for key in says.values())}
"""All that they say."""


def piece(made: QuizPage) -> str:
    """One student's question set: what stands in the name of its file, and its two files."""
    own = made.quiz
    pages = [each for each in made.items if not each.item.by_person]
    if not pages:
        left = ", ".join(each.item.label for each in made.items)
        raise InputError(
            f"--to h5p: only a person can mark {left}, and H5P has no place for that; ask for another kind of question too, or "
            "choose another format"
        )
    fields = {id(each.field): each for each in singles(made)}
    questions = [_question(made, each, fields) for each in pages]
    title = re.sub(r"\s+", " ", own.plain("moodle.all", title=own.title, code=own.code))[:LONGEST_TITLE]
    content = _set(made, title, [each for each in made.items if each.item.by_person], questions)
    libraries = dict.fromkeys([SET, *(CHOICE if each.item.shape == "options" else BLANKS for each in pages)])
    about = {
        "title": title,
        "language": own.press.language,
        "mainLibrary": SET.name,
        "embedTypes": ["iframe"],
        "license": "U",
        "preloadedDependencies": [
            {"machineName": one.name, "majorVersion": one.major, "minorVersion": one.minor} for one in libraries
        ],
    }
    return json.dumps({"code": own.code, "h5p.json": as_json(about), "content/content.json": as_json(content)})


def files(pieces: Iterable[str], about: About) -> Iterator[File]:
    """A file for each student."""
    for each in pieces:
        packed = json.loads(each)
        yield f"-{safe(packed.pop('code'))}", (zipped(packed),)


def _set(made: QuizPage, title: str, left: list[ItemPage], questions: list[dict[str, Any]]) -> dict[str, Any]:
    opening = made.quiz.plain("h5p.opening", left=[each.item.label for each in left])
    return {
        "introPage": {
            "showIntroPage": True,
            "title": escape(title),
            "introduction": f"<p>{escape(opening)}</p>",
            "startButtonText": made.quiz.plain("h5p.start"),
        },
        "progressType": "dots",
        "passPercentage": 50,
        "questions": questions,
        "texts": _said(made, SET_SAYS),
        "disableBackwardsNavigation": False,
        "randomQuestions": False,
        "endGame": {
            "showResultPage": True,
            "showSolutionButton": True,
            "showRetryButton": True,
            "overallFeedback": [{"from": 0, "to": 100, "feedback": ""}],
            "showAnimations": False,
            "skippable": False,
            **_said(made, END_SAYS),
        },
        "override": {"checkButton": True},
    }


# one question


def _question(made: QuizPage, each: ItemPage, fields: Mapping[int, Single]) -> dict[str, Any]:
    item, own = each.item, made.quiz
    title = f"{own.plain('h5p.question')} {item.label}"
    label = f"<p><strong>{escape(title)}</strong></p>"
    if item.shape == "options":
        library, params = CHOICE, _choice(made, item, _shown(made, label, each.body))
    else:
        blanks = {field.sign: _blank(made, item, fields[id(field)]) for field in item.fields}
        library, params = BLANKS, _blanks(made, item, label, each.body, blanks)
    return {
        "library": f"{library.name} {library.major}.{library.minor}",
        "params": params,
        "subContentId": str(uuid5(NAMESPACE_OID, f"{own.stem} {own.code} {item.label}")),
        "metadata": {"contentType": library.title, "license": "U", "title": title},
    }


def _shown(made: QuizPage, *more: str) -> str:
    """What a question shows: what all need, and its own."""
    return "\n".join(part for part in (made.before, made.after, *more) if part)


def _blanks(made: QuizPage, item: Item, label: str, body: str, blanks: Mapping[str, str]) -> dict[str, Any]:
    """Only in `questions` are there fields: what a question has around its own goes there, all else above."""
    inside = body.replace("*", "&#42;") if item.shape == "fields" else ""
    for sign, blank in blanks.items():
        inside = inside.replace(sign, blank)
    above = _shown(made, label) if inside else _shown(made, label, body)
    return {
        "media": {"disableImageZooming": False},
        "text": above,
        "questions": [inside or "".join(f"<p>{blank}</p>" for blank in blanks.values())],
        "overallFeedback": _feedback(made, item),
        "behaviour": {
            "enableRetry": True,
            "enableSolutionsButton": True,
            "enableCheckButton": True,
            "autoCheck": False,
            "caseSensitive": False,
            "showSolutionsRequiresInput": True,
            "separateLines": False,
            "confirmCheckDialog": False,
            "confirmRetryDialog": False,
            "acceptSpellingErrors": False,
        },
        **_said(made, BLANKS_SAY),
    }


def _blank(made: QuizPage, item: Item, single: Single) -> str:
    """A field: right answers, first as the language writes them, since the solution begins with the first; and the hint."""
    decimal = made.quiz.plain("number.decimal")
    texts = sorted(right_texts(single), key=lambda text: "." in text and decimal != ".")
    hint = f":{made.html(item.hints[0])}".replace("*", "&#42;") if item.shape == "number" and item.hints else ""
    return f"*{'/'.join(texts)}{hint}*"


def _feedback(made: QuizPage, item: Item) -> list[dict[str, Any]]:
    """What is said below all the score: of what is not right, with the last hint, and of what is."""
    if item.shape == "options":
        return [{"from": 0, "to": 100, "feedback": ""}]
    other: tuple[Prose, ...] = (item.fields[0].other, *(item.hints[1:] if item.shape == "number" else ()))
    wrong = " ".join(made.html(each) for each in other)
    right = made.html(made.quiz.say("moodle.right"))
    return [{"from": 0, "to": 99, "feedback": wrong}, {"from": 100, "to": 100, "feedback": right}]


def _choice(made: QuizPage, item: Item, shown: str) -> dict[str, Any]:
    answers = [
        {
            "text": made.html(one.text),
            "correct": one.right,
            "tipsAndFeedback": {"tip": "", "chosenFeedback": made.html(one.says), "notChosenFeedback": ""},
        }
        for one in item.options
    ]
    return {
        "media": {"disableImageZooming": False},
        "question": shown,
        "answers": answers,
        "overallFeedback": _feedback(made, item),
        "behaviour": {
            "enableRetry": True,
            "enableSolutionsButton": True,
            "enableCheckButton": True,
            "type": "single",
            "singlePoint": False,
            "randomAnswers": False,
            "showSolutionsRequiresInput": True,
            "confirmCheckDialog": False,
            "confirmRetryDialog": False,
            "autoCheck": False,
            "passPercentage": 100,
            "showScorePoints": True,
        },
        "UI": _said(made, CHOICE_SAYS),
    }


def _said(made: QuizPage, says: Mapping[str, str]) -> dict[str, str]:
    return {name: made.quiz.plain(f"h5p.{key}") for name, key in says.items()}
