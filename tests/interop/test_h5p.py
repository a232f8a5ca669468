"""Question sets for H5P: what its filter lets through, and what its programs make of fields, answers and hints.

Both are written again here from the libraries' own texts, a few lines for as much as we use: the names and types of the parameters and the
tags of each text (semantics.json of Question Set 1.21, Blanks 1.14, Multiple Choice 1.16), and how Blanks finds fields and compares.
"""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from derivegen.classroom.sheet import Work, exercises
from derivegen.errors import InputError
from derivegen.interop.items import Item
from derivegen.interop.platform import About, files
from derivegen.render.format import PLATFORMS
from tests.interop.test_platforms import typed
from tests.interop.test_platforms import work as example
from tests.worked import as_they_stand

(H5P,) = (form for form in PLATFORMS if form.key == "h5p")

# what the filter lets through: of a text its tags, None where it has none


def flags(names: str) -> dict[str, type]:
    return dict.fromkeys(names.split(), bool)


def said(names: str) -> dict[str, None]:
    return dict.fromkeys(names.split())


ALWAYS = ["div", "span", "p", "br"]
CODE = "strong em code"
RANGES = [{"from": int, "to": int, "feedback": None}]
BOTH = "a11yCheck a11yShowSolution a11yRetry scoreBarLabel"
BLANKS = {
    "media": flags("disableImageZooming"),
    "text": f"{CODE} u a ul ol li h2 h3 hr pre",
    "questions": [f"{CODE} del s u"],
    "overallFeedback": RANGES,
    "behaviour": flags(
        "enableRetry enableSolutionsButton enableCheckButton autoCheck caseSensitive showSolutionsRequiresInput separateLines "
        "confirmCheckDialog confirmRetryDialog acceptSpellingErrors"
    ),
    **said(
        f"{BOTH} showSolutions tryAgain checkAnswer submitAnswer notFilledOut answeredCorrectly answeredIncorrectly solutionLabel "
        "inputLabel inputHasTipLabel tipLabel a11yCheckingModeHeader"
    ),
}
SHORT = f"{CODE} sub sup a"
CHOICE = {
    "media": flags("disableImageZooming"),
    "question": f"{CODE} sub sup h2 h3 pre",
    "answers": [
        {
            "text": f"{CODE} sub sup",
            "correct": bool,
            "tipsAndFeedback": {"tip": f"{CODE} a", "chosenFeedback": SHORT, "notChosenFeedback": SHORT},
        }
    ],
    "overallFeedback": RANGES,
    "behaviour": {"type": {"auto", "multi", "single"}, "passPercentage": int}
    | flags(
        "enableRetry enableSolutionsButton enableCheckButton singlePoint randomAnswers showSolutionsRequiresInput "
        "confirmCheckDialog confirmRetryDialog autoCheck showScorePoints"
    ),
    "UI": said(
        f"{BOTH} checkAnswerButton submitAnswerButton showSolutionButton tryAgainButton tipsLabel tipAvailable feedbackAvailable "
        "readFeedback wrongAnswer correctAnswer shouldCheck shouldNotCheck noInput"
    ),
}
LIBRARIES = {"H5P.Blanks 1.14": BLANKS, "H5P.MultiChoice 1.16": CHOICE}
SET = {
    "introPage": {
        "showIntroPage": bool,
        "title": f"{CODE} sub sup",
        "introduction": f"{CODE} sub sup",
        "startButtonText": None,
    },
    "progressType": {"textual", "dots"},
    "passPercentage": int,
    "questions": [{"library": {*LIBRARIES}, "params": object, "subContentId": None, "metadata": object}],
    "texts": {"textualProgress": CODE}
    | said(
        "prevButton previous nextButton next finishButton submitButton jumpToQuestion questionLabel readSpeakerProgress "
        "unansweredText answeredText currentQuestionText navigationLabel questionSetInstruction"
    ),
    **flags("disableBackwardsNavigation randomQuestions"),
    "endGame": {
        "overallFeedback": RANGES,
        "message": CODE,
        **flags("showResultPage showSolutionButton showRetryButton showAnimations skippable"),
        **said(
            "noResultMessage amountCorrect scoreBarLabel scoreHeader solutionButtonText retryButtonText finishButtonText "
            "submitButtonText"
        ),
    },
    "override": flags("checkButton"),
}


def faults(value: Any, known: Any, where: str = "") -> Iterator[str]:
    """What the filter would take out of a value, or put right."""
    if isinstance(known, dict):
        if not isinstance(value, dict) or value.keys() != known.keys():
            yield f"{where}: {set(value) ^ set(known)}"
            return
        for key, each in value.items():
            yield from faults(each, known[key], f"{where}/{key}")
    elif isinstance(known, list):
        if not isinstance(value, list) or not value:
            yield f"{where}: no list"
        for place, each in enumerate(value):
            yield from faults(each, known[0], f"{where}/{place}")
    elif isinstance(known, set):
        if value not in known:
            yield f"{where}: {value}"
    elif isinstance(known, type):
        if not isinstance(value, known):
            yield f"{where}: {value!r}"
    elif not isinstance(value, str):
        yield f"{where}: no text"
    else:
        tags = re.findall(r"</?([^\s/>]*)[^>]*>", value)
        yield from (f"{where}: <{tag}>" for tag in tags if tag not in (known.split() + ALWAYS if known else []))
        if re.search(r"&(?!#?\w+;)|<(?!/?\w)", value):
            yield f"{where}: a sign that is not escaped"


# what Blanks makes of a text


def blanks(question: str) -> tuple[list[tuple[list[str], str]], str]:
    """The fields of a text, each with its answers and its hint, and what is shown around them."""
    found = []

    def field(match: re.Match[str]) -> str:
        content, _, hint = re.sub(r"</?[a-z]*\d?>", "", match[1], flags=re.IGNORECASE).partition(":")
        found.append(([html.unescape(each.strip()) for each in content.split("/")], hint))
        return "…"

    around = re.sub(r"\*([^*]+)\*", field, question)
    assert "*" not in around
    return found, html.unescape(around)


def takes(answers: list[str], typed: str) -> bool:
    """Whether what was typed counts: texts are compared, capitals or not."""
    return typed.strip().lower() in [each.lower() for each in answers]


# what is tested


def packages(own: Work) -> list[tuple[str, dict[str, Any]]]:
    quiz = own.questions()
    about = About(quiz.title, quiz.stem, own.exercise.questions, quiz.press.words, quiz.press.templates)
    made = []
    for name, content in files(H5P, [own.platform(H5P)] * 2, about):
        with zipfile.ZipFile(BytesIO(b"".join(content))) as packed:
            made.append((name, {each: json.loads(packed.read(each)) for each in packed.namelist()}))
    return made


def content(own: Work) -> dict[str, Any]:
    """The parameters of the set."""
    return packages(own)[0][1]["content/content.json"]  # type: ignore[no-any-return]


def asked(own: Work) -> Iterator[tuple[Item, dict[str, Any]]]:
    """Each question that a program marks with its parameters."""
    items = [item for item in own.questions().items if not item.by_person]
    for item, question in zip(items, content(own)["questions"], strict=True):
        assert (question["library"] == "H5P.MultiChoice 1.16") == (item.shape == "options")
        yield item, question["params"]


def test_a_file_names_its_libraries_and_has_none() -> None:
    own = example("article-004")
    first, second = packages(own)
    assert first == second and first[0] == f"article-004-h5p-{own.questions().code}.h5p"
    assert [*first[1]] == ["h5p.json", "content/content.json"]
    about = first[1]["h5p.json"]
    needed = {
        f"{one['machineName']} {one['majorVersion']}.{one['minorVersion']}" for one in about["preloadedDependencies"]
    }
    assert (
        needed
        == {"H5P.QuestionSet 1.20", *(each["library"] for each in content(own)["questions"])}
        == {
            "H5P.QuestionSet 1.20",
            *LIBRARIES,
        }
    )
    assert about["mainLibrary"] == "H5P.QuestionSet" and own.questions().code in about["title"]
    assert about["embedTypes"] == ["iframe"] and about["language"] == "en"
    titles = [each["metadata"]["title"] for each in content(own)["questions"]]
    assert titles[:3] == ["Question 1a", "Question 1b", "Question 1c"], "the page of results lists them"
    ids = [each["subContentId"] for each in content(own)["questions"]]
    assert len({*ids}) == len(ids) and all(
        re.fullmatch(r"[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}", each) for each in ids
    )


@pytest.mark.parametrize("name", ["article-004", "softmax-2-3-2"])
def test_the_filter_lets_everything_through(name: str) -> None:
    own = content(example(name))
    assert [*faults(own, SET)] == []
    for question in own["questions"]:
        assert [*faults(question["params"], LIBRARIES[question["library"]])] == []
    assert [*faults({"checkButton": "<img/>"}, {"checkButton": f"{CODE} p"})] == ["/checkButton: <img>"]


@pytest.mark.parametrize(("name", "sign"), [("article-004", "."), ("softmax-2-3-2", ",")])
def test_a_field_takes_the_printed_values_that_are_right_and_no_mistake(name: str, sign: str) -> None:
    counted = 0
    for item, params in asked(example(name)):
        if item.shape == "options":
            continue
        ((found, _),) = map(blanks, params["questions"])
        assert not params["behaviour"]["caseSensitive"] and not params["behaviour"]["acceptSpellingErrors"]
        for field, (answers, hint) in zip(item.fields, found, strict=True):
            for answer in typed(name, field) if field.right else ():
                for text in {answer, answer.replace(".", ","), answer.replace("-", "−")}:
                    assert takes(answers, text) == (answer in field.accepted), (field.answer.label, text)
                    counted += takes(answers, text)
            if field.right:
                numbers = [Decimal(each.replace(",", ".").replace("−", "-")) for each in answers]
                assert all(field.share(number) == 1 for number in numbers)
                assert answers[0] == field.accepted[0].replace(".", sign), "the solution begins with it"
            elif item.shape == "fields":
                assert answers == [field.answer.right]
            assert hint.startswith("\\(") == (item.shape == "number")
        if item.shape == "sequence":
            assert found[0][0] == [*item.orders] and takes(found[0][0], f" {item.orders[0].lower()} ")
    assert counted > 20


def test_a_choice_says_of_each_option_which_mistake_it_is() -> None:
    own = example("article-004")
    ((item, params),) = ((item, params) for item, params in asked(own) if item.shape == "options")
    assert [each["correct"] for each in params["answers"]] == [option.right for option in item.options]
    said = [each["tipsAndFeedback"]["chosenFeedback"] for each in params["answers"]]
    assert len({*said}) == len(item.options) and said[[o.right for o in item.options].index(True)] == "Right."


def test_an_asterisk_of_a_notation_is_no_field() -> None:
    """Blanks would have taken w* … z* for a field, and what stands between for its answer."""
    network = {
        "title": "w* / z*: a *bold* title",
        "data": {"inputs": [[0.5]], "targets": [[0.6]]},
        "layer": [{"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": [0.1]}],
        "loss": {"name": "half_squared_error"},
        "notation": {"base": "plain", "symbols": {"w[1][1][1]": "w^{*}", "z[1][1]": "z^{*}"}},
    }
    made = exercises(network, kinds=["values", "blanks", "table", "order"], vary=["nothing"])
    (variant,) = made.variants(["007"])
    own, stars = made.work(variant), 0
    for item, params in asked(own):
        ((found, around),) = map(blanks, params["questions"])
        assert len(found) == len(item.fields)
        stars += around.count("*") + sum(hint.count("&#42;") for _, hint in found)
    assert stars > 3


def test_what_a_person_marks_is_left_out_and_named() -> None:
    own = example("article-004")
    left = [item.label for item in own.questions().items if item.by_person]
    assert left and content(own)["introPage"]["introduction"].endswith(f"question {left[0]}.</p>")
    with pytest.raises(InputError, match="only a person can mark 1a"):
        as_they_stand("article-004", "symbolic").platform(H5P)
