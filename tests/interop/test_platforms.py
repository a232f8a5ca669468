"""Files for classroom software: in each, what is typed gets the marks of the record that all are written from, and what is said of it.

Each format's marking is written again here from its specification, a few lines for as much of it as we use; `tests/thorough` has what the
real programs and schemas were asked.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

import pytest

from derivegen.exercise.reveal import beside
from derivegen.interop.following import Following, decimals
from derivegen.interop.items import Field, Item
from derivegen.interop.platform import About, files
from derivegen.render.format import PLATFORMS, Format
from tests.worked import as_they_stand

ALL = "values,update,table,blanks,choice,order,find-error,symbolic"
EXAMPLES = {"article-004": "en", "softmax-2-3-2": "de"}
FORMS = {form.key: form for form in PLATFORMS}


@lru_cache(maxsize=4)
def work(example: str):  # type: ignore[no-untyped-def]
    return as_they_stand(example, ALL, language=EXAMPLES[example])


@lru_cache(maxsize=32)
def made(example: str, key: str) -> bytes:
    """The file of a class of one."""
    own = work(example)
    quiz, form = own.questions(), FORMS[key]
    about = About(quiz.title, quiz.stem, own.exercise.questions, quiz.press.words, quiz.press.templates)
    ((_, content),) = files(form, [own.platform(form)], about)
    return b"".join(content)


def unpacked(example: str, key: str) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(made(example, key))) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


@lru_cache(maxsize=4)
def items(example: str) -> tuple[Item, ...]:
    return work(example).questions().items


def numbers(example: str) -> Iterator[tuple[Item, Field]]:
    for item in items(example):
        yield from ((item, field) for field in item.fields if field.right)


def typed(example: str, field: Field) -> list[str]:
    """What students type: all that is right, what each mistake leads to, a digit beside, something else."""
    rounding = work(example).trace.rounding
    return [*field.accepted, *(wrong.text for wrong in field.wrong), *beside(field.accepted, rounding), "1234.5"]


def local(element: ElementTree.Element) -> str:
    """An element's name as QTI 2.1 has it."""
    name = element.tag.rpartition("}")[2].removeprefix("qti-")
    return re.sub(r"-([a-z])", lambda hyphen: hyphen[1].upper(), name)


# QTI 2.1 and 3


class Processing:
    """Response processing as far as our items use it."""

    def __init__(self, text: str, given: dict[str, str]) -> None:
        self.given, self.root = given, ElementTree.fromstring(text)
        self.outcomes: dict[str, object] = {"SCORE": Fraction(0)}
        for each in self.root.iter():
            if local(each) == "responseCondition":
                self.condition(each)

    def condition(self, element: ElementTree.Element) -> None:
        for branch in element:
            inside = list(branch)
            if local(branch) == "responseElse" or self.value(inside.pop(0)):
                for action in inside:
                    self.outcomes[action.attrib["identifier"]] = self.value(action[0])
                return

    def value(self, element: ElementTree.Element):  # type: ignore[no-untyped-def]
        inside, kind = [self.value(each) for each in element], local(element)
        if kind == "variable":
            name = element.attrib["identifier"]
            return self.outcomes[name] if name in self.outcomes else self.given.get(name)
        if kind == "baseValue":
            return element.text
        if kind in ("gte", "lte", "equal"):
            one, other = map(Decimal, inside)
            return one >= other if kind == "gte" else one <= other if kind == "lte" else one == other
        if kind == "sum":
            return sum(map(Fraction, inside))
        return {
            "and": lambda: all(inside),
            "or": lambda: any(inside),
            "match": lambda: inside[0] == inside[1],
            "stringMatch": lambda: inside[0].casefold() == inside[1].casefold(),
        }[kind]()

    def said(self) -> str:
        """All that is shown of what was set."""
        shown = []
        for each in self.root.iter():
            known = {key.replace("-", "").casefold(): value for key, value in each.attrib.items()}
            if local(each) == "modalFeedback" and self.outcomes.get(known["outcomeidentifier"]) == known["identifier"]:
                shown.append("".join(each.itertext()))
        return " ".join(shown)


@pytest.mark.parametrize("key", ["qti21", "qti3"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_qti_marks_as_the_record_says(example: str, key: str) -> None:
    found = {name: text for name, text in unpacked(example, key).items() if name.startswith("items/v")}
    told = 0
    for item in items(example):
        (text,) = (text for name, text in found.items() if name.endswith(f"-{item.label}.xml"))
        for number, field in enumerate(item.fields, 1):
            for answer in typed(example, field) if field.right else ():
                done = Processing(text, {f"R{n}": "99999" for n in range(1, 30)} | {f"R{number}": answer})
                assert done.outcomes["SCORE"] == field.share(Decimal(answer)) * field.answer.marks, (item.label, answer)
                wrong = next((each for each in field.wrong if each.text == answer), None)
                if wrong is not None and not field.share(Decimal(answer)):
                    (start,) = (run for run in wrong.says[:1] if isinstance(run, str))
                    assert start.strip()[:30] in done.said(), (item.label, answer)
                    told += 1
        if item.shape == "sequence" and not item.by_person:
            assert Processing(text, {"R1": item.orders[0].lower()}).outcomes["SCORE"] == item.marks
            assert Processing(text, {"R1": item.orders[0][::-1]}).outcomes["SCORE"] == 0
        if item.shape == "options":
            scores = [Processing(text, {"R1": letter}).outcomes["SCORE"] for letter in "abcdef"[: len(item.options)]]
            assert [bool(score) for score in scores] == [option.right for option in item.options]
    assert told > 20


@pytest.mark.parametrize("key", ["qti21", "qti3"])
def test_a_package_of_qti_names_what_is_in_it(key: str) -> None:
    files = unpacked("article-004", key)
    manifest = ElementTree.fromstring(files["imsmanifest.xml"])
    named = {each.attrib["href"] for each in manifest.iter() if local(each) == "file"}
    assert named == {*files} - {"imsmanifest.xml"}
    for name, text in files.items():
        root = ElementTree.fromstring(text)
        if name.startswith("items/v"):
            assert local(root) == "assessmentItem"
            pictures = [each for each in root.iter() if local(each) == "img"]
            assert all(f"items/{each.attrib['src']}" in files for each in pictures)
            assert pictures
            fields = [each for each in root.iter() if local(each) in ("textEntryInteraction", "choiceInteraction")]
            assert fields or "xtended" in text
            assert not re.search("[\ue000-\uf8ff]", text)
    test = ElementTree.fromstring(files["test.xml"])
    refs = [each.attrib["href"] for each in test.iter() if local(each) == "assessmentItemRef"]
    assert refs == [name for name in files if name.startswith("items/v")]


# QTI 1.2


@pytest.mark.parametrize("example", EXAMPLES)
def test_canvas_takes_what_is_right_and_nothing_that_mistakes_lead_to(example: str) -> None:
    """It counts every number that is listed as right, whatever the file says it is worth."""
    files = unpacked(example, "qti12")
    (text,) = (text for text in files.values() if "<questestinterop" in text)
    groups = {
        each.attrib["title"]: each
        for each in ElementTree.fromstring(text).iter()
        if local(each) == "section" and "title" in each.attrib
    }
    assert list(groups) == [field.answer.label for item in items(example) for field in item.fields]
    for _, field in numbers(example):
        group = groups[field.answer.label]
        bounds = [
            (Decimal(low.text or ""), Decimal(high.text or ""))
            for each in group.iter()
            if local(each) == "conditionvar" and len(each) == 2
            for low, high in [tuple(each)]
        ]
        for answer in typed(example, field):
            taken = any(low <= Decimal(answer) <= high for low, high in bounds)
            assert taken == (field.share(Decimal(answer)) == 1), (field.answer.label, answer)
        assert f"<points_per_item>{float(field.answer.marks):.7g}</points_per_item>" in text
    shown = next(each.text for each in ElementTree.fromstring(text).iter() if local(each) == "mattext")
    assert "%24IMS-CC-FILEBASE%24/network.svg" in (shown or "") and "web_resources/network.svg" in files


# GIFT


_UNESCAPED = r"(?<!\\)(?:\\\\)*"


def gift(example: str) -> dict[str, tuple[str, str]]:
    """The text and the answers of each question by its name, cut up as Moodle does: an empty line ends one."""
    found = {}
    for question in made(example, "gift").decode().split("\n\n"):
        cut = re.fullmatch(
            rf"::(.*?{_UNESCAPED})::\[html\](.*?{_UNESCAPED})\{{(.*){_UNESCAPED}\}}", question.strip(), re.S
        )
        if cut:
            found[plain(cut[1])] = (plain(cut[2]), cut[3])
    return found


def plain(text: str) -> str:
    return re.sub(r"\\([\\~=#{}:])", r"\1", text)


@pytest.mark.parametrize("example", EXAMPLES)
def test_gift_marks_in_whole_percentages_as_the_record_says(example: str) -> None:
    found, told = gift(example), 0
    assert len(found) == sum(len(item.fields) for item in items(example))
    for item, field in numbers(example):
        quiz = work(example).questions()
        name = quiz.plain("moodle.name", title=quiz.title, label=field.answer.label, code=quiz.code)
        _, answers = found[name]
        assert answers.startswith("\n#")
        lines = [re.match(r"=%([\d.]+)%(-?[\d.]+):([\d.]+)#(.*)", line) for line in answers.split("\n")]
        for answer in typed(example, field):
            hit = next((c for c in lines if c and abs(Decimal(answer) - Decimal(c[2])) <= Decimal(c[3])), None)
            wanted = field.share(Decimal(answer)) * 100
            assert abs((Fraction(hit[1]) if hit else 0) - wanted) <= 5 or wanted < 100 > float(hit[1]), (name, answer)  # type: ignore[index]
            told += bool(hit)
        assert any(line.startswith("~#") for line in answers.split("\n")), item.label
    assert told > 50


# what follows from a student's own answers


def followed(example: str) -> Iterator[tuple[Field, Field, str, float]]:
    """A number, one before it, a wrong answer to that, and what then follows: worked out by the house's own way for `check`."""
    quiz = work(example).questions()
    following = Following(quiz)
    for field in following.fields:
        for before in following.earlier(field)[-1:]:
            wrong = before.wrong[0].text
            numbers = quiz.right.starting_from({before.answer.quantity: float(wrong)}).numbers
            yield field, before, wrong, numbers[field.answer.quantity]


def computed(lines: Iterable[tuple[str, str]], **known: object) -> dict[str, float]:
    """What a program comes to that was told these lines, read as Python."""
    env: dict[str, Any] = {name: getattr(math, name) for name in ("exp", "sqrt", "tanh", "sin", "cos")}
    env |= {
        "log": math.log,
        "ln": math.log,
        "max": max,
        "min": min,
        "float": float,
        "round": round,
        "precround": round,
        "EMPTYANSWER": None,
    } | known
    for name, text in lines:
        if name not in known:
            chosen = re.sub(r"if is\((\w+)=EMPTYANSWER\) then (\w+) else (\w+)", r"(\2 if \1 is None else \3)", text)
            chosen = re.sub(r"\(if (.*?) then (.*?) else (.*?)\)", r"(\2 if \1 else \3)", chosen)
            env[name] = eval(chosen.replace("^", "**"), {}, env)
    return env


def stack(example: str) -> ElementTree.Element:
    (question,) = (
        each for each in ElementTree.fromstring(made(example, "stack")) if each.attrib.get("type") == "stack"
    )
    return question


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_tree_of_stack_marks_as_the_record_says_and_names_mistakes(example: str) -> None:
    fields = [field for item in items(example) for field in item.fields]
    trees = {each.findtext("name"): each for each in stack(example).findall("prt")}
    for number, field in enumerate(fields, 1):
        nodes = trees[f"prt{number}"].findall("node") if field.right else []
        known = [node for node in nodes if not (node.findtext("tans") or "").startswith("own")]
        for answer in typed(example, field) if field.right else ():
            hit = next(
                (
                    node
                    for node in known
                    if abs(Decimal(answer) - Decimal(node.findtext("tans") or ""))
                    < Decimal(node.findtext("testoptions") or "")
                ),
                None,
            )
            assert Fraction(hit.findtext("truescore") or "" if hit is not None else 0) == field.share(Decimal(answer))
            wrong = next((each for each in field.wrong if each.text == answer), None)
            if wrong is not None and hit is not None:
                assert hit.findtext("trueanswernote") == "+".join(wrong.mistakes)
        places = [node.findtext("falsenextnode") for node in nodes]
        assert places == [*map(str, range(1, len(nodes))), "-1"][: len(nodes)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_in_stack_what_follows_from_a_wrong_answer_is_right(example: str) -> None:
    labels = [field.answer.label for item in items(example) for field in item.fields]
    text = stack(example).findtext("questionvariables/text") or ""
    lines = [tuple(line.rstrip(";").split(":", 1)) for line in text.splitlines()]
    true, count = computed(lines), 0  # type: ignore[arg-type]
    for field, before, wrong, follows in followed(example):
        number, place = labels.index(field.answer.label) + 1, labels.index(before.answer.label) + 1
        tree = next(each for each in stack(example).findall("prt") if each.findtext("name") == f"prt{number}")
        own = [
            tuple(line.rstrip(";").split(":", 1))
            for line in (tree.findtext("feedbackvariables/text") or "").splitlines()
        ]
        typed_in = {f"ans{n}": None for n in range(1, len(labels) + 1)} | {f"ans{place}": float(wrong)}
        values = computed(own, **{name: value for name, value in true.items() if name.startswith("q")}, **typed_in)  # type: ignore[arg-type]
        unit = 10.0 ** -decimals(field)
        assert values[f"own{number}"] == pytest.approx(follows, rel=1e-9, abs=0.501 * unit)
        assert any(node.findtext("trueanswernote") == "follow-through" for node in tree.findall("node"))
        count += 1
    assert count > 8


def assigned(text: str | None) -> list[tuple[str, str]]:
    """The lines of Maxima that give a name a value."""
    return [(name, value) for name, _, value in (line.rstrip(";").partition(":") for line in (text or "").splitlines())]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_tests_of_stack_reach_every_node_and_come_out_as_they_say(example: str) -> None:
    """The trees run as STACK runs them: node by node, what is left empty being EMPTYANSWER."""
    question = stack(example)
    true = computed(assigned(question.findtext("questionvariables/text")))
    inputs = [each.findtext("name") or "" for each in question.findall("input")]
    trees = {each.findtext("name"): each for each in question.findall("prt")}
    reached: dict[str | None, set[str | None]] = {name: set() for name in trees}
    several = 0
    for case in question.findall("qtest"):
        typed = dict.fromkeys(inputs) | {
            each.findtext("name") or "": each.findtext("value") for each in case.findall("testinput")
        }
        name = case.findtext("expected/name")
        known = {key: number(value) for key, value in typed.items()}
        own = computed(assigned(trees[name].findtext("feedbackvariables/text")), **true, **known)
        score, penalty, note = "0", "0.1", "other"
        for node in trees[name].findall("node"):
            if holds(node, own, typed):
                score, penalty, note = (node.findtext(f"true{key}") or "" for key in ("score", "penalty", "answernote"))
                break
        expected = [case.findtext(f"expected/expected{key}") for key in ("score", "penalty", "answernote")]
        assert [score, penalty, note] == expected, case.findtext("description")
        reached[name].add(note)
        several += len(case.findall("testinput")) > 1
    for name, tree in trees.items():
        notes = {node.findtext("trueanswernote") for node in tree.findall("node")}
        assert notes <= reached[name], name
    assert several == sum("follow-through" in each for each in reached.values()) > 5
    assert sum("other" in each for each in reached.values()) > 15


def number(text: str | None) -> object:
    """What a student has typed, as a number where it is one."""
    with contextlib.suppress(ValueError):
        return None if text is None else float(text)
    return text


def holds(node: ElementTree.Element, own: dict[str, Any], typed: dict[str, str | None]) -> bool:
    """Whether a node's test holds."""
    sans, tans, width = (node.findtext(key) or "" for key in ("sans", "tans", "testoptions"))
    if node.findtext("answertest") == "NumAbsolute":
        value = eval(tans, {}, own)
        return abs(Decimal(str(typed[sans])) - Decimal(repr(round(value, 12)))) < Decimal(width)
    if sans.startswith("if is("):
        listed = re.findall(r'"([^"]*)"', sans)
        (name,) = re.findall(r"sdowncase\((\w+)\)", sans)
        return str(typed[name]).strip('"').lower() in listed
    return typed[sans] == tans


def numbas(example: str) -> dict[str, Any]:
    version, _, text = made(example, "numbas").decode().partition("\n")
    assert version.startswith("// Numbas version: ")
    (group,) = json.loads(text)["question_groups"]
    (question,) = group["questions"]
    assert group["pickQuestions"] == 1
    return question  # type: ignore[no-any-return]


def numbas_parts(example: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Where each answer is typed and the part, by its label."""
    found = {}
    for place, (item, part) in enumerate(zip(items(example), numbas(example)["parts"], strict=True)):
        for gap, field in enumerate(item.fields):
            many = item.shape == "fields"
            found[field.answer.label] = (f"p{place}g{gap}", part["gaps"][gap]) if many else (f"p{place}", part)
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_numbas_marks_as_the_record_says_and_from_own_answers(example: str) -> None:
    """Numbas 10 itself was asked 1 242 answers; its own rule for bounds is the one written here."""
    variables = {name: each["definition"] for name, each in numbas(example)["variables"].items()}
    parts, true = numbas_parts(example), computed(variables.items())

    def takes(part: dict[str, Any], answer: str, env: dict[str, float]) -> bool:
        low, high = (eval(part[key], {}, env) for key in ("minValue", "maxValue"))
        return bool(low <= float(answer) <= high)

    for _, field in numbers(example):
        _, part = parts[field.answer.label]
        for answer in typed(example, field):
            tried = [
                (part, ""),
                *((other, other.get("alternativeFeedbackMessage", "")) for other in part["alternatives"]),
            ]
            got = next((each["marks"] for each, _ in tried if takes(each, answer, true)), 0)
            assert got == field.share(Decimal(answer)) * field.answer.marks, (field.answer.label, answer)
    count = 0
    for field, before, wrong, follows in followed(example):
        _, part = parts[field.answer.label]
        replaced = {each["part"]: each["variable"] for each in part["variableReplacements"]}
        name = replaced[parts[before.answer.label][0]]
        own = computed(variables.items(), **{name: float(wrong)})
        rounded = work(example).trace.rounding.text(follows)
        assert takes(part, rounded, own)
        count += rounded not in field.accepted
    assert count > 5


# programs in Python


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_notebook_for_nbgrader_gives_part_marks_and_names_mistakes(example: str) -> None:
    """As autograding runs it: the answers, then the hidden tests, whose last line is the marks."""
    (text,) = unpacked(example, "nbgrader").values()
    cells = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in json.loads(text)["cells"]}
    own = {item.label: item for item in items(example)}
    told = 0

    def marks(label: str, answers: dict[str, str]) -> tuple[float, str]:
        lines = cells[f"test-{label}"]["source"].split("\n")
        assert lines[1] == "### BEGIN HIDDEN TESTS" and lines[-1] == "### END HIDDEN TESTS"
        env, said = {f"answer_{key}": value for key, value in answers.items()}, io.StringIO()
        with contextlib.redirect_stdout(said):
            exec("\n".join(lines[2:-2]), env)
            return eval(lines[-2], env), said.getvalue()

    for _, field in numbers(example):
        label = field.answer.label
        assert cells[f"test-{label}"]["metadata"]["nbgrader"]["points"] == field.answer.marks
        for answer in typed(example, field):
            got, said = marks(label, {label: answer})
            assert got == field.share(Decimal(answer)) * field.answer.marks, (label, answer)
            wrong = next((each for each in field.wrong if each.text == answer), None)
            told += wrong is not None and str(wrong.says[0])[:30].strip() in said
        assert marks(label, {label: field.accepted[0].replace(".", ",")})[0] == field.answer.marks
    for field, before, wrong_before, follows in followed(example):
        answer = work(example).trace.rounding.text(follows)
        got, _ = marks(field.answer.label, {field.answer.label: answer, before.answer.label: wrong_before})
        assert got == field.answer.marks
    for item in own.values():
        if item.shape == "sequence" and item.orders:
            assert marks(item.label, {item.label: item.orders[-1]})[0] == item.marks
            assert marks(item.label, {item.label: item.orders[-1][::-1]})[0] == 0
    assert told > 20


@pytest.mark.parametrize("example", EXAMPLES)
def test_prairielearn_marks_in_its_own_server(example: str) -> None:
    found = unpacked(example, "prairielearn")
    (server,) = (text for name, text in found.items() if name.endswith("server.py"))
    (page,) = (text for name, text in found.items() if name.endswith("question.html"))
    module: dict[str, Any] = {}
    exec(server, module)

    def graded(answers: dict[str, str]) -> dict[str, Any]:
        data = {key: {} for key in ("params", "correct_answers", "partial_scores", "feedback")}
        module["generate"](data)
        data["submitted_answers"] = {f"a{label}": text for label, text in answers.items()}
        module["grade"](data)
        return data

    for _, field in numbers(example):
        name = f"a{field.answer.label}"
        assert page.count(f'answers-name="{name}"') == 1
        for answer in typed(example, field):
            data = graded({field.answer.label: answer})
            assert data["partial_scores"][name]["score"] == pytest.approx(float(field.share(Decimal(answer))))
            assert data["feedback"][name]
    for field, before, wrong, follows in followed(example):
        answer = work(example).trace.rounding.text(follows)
        data = graded({field.answer.label: answer, before.answer.label: wrong})
        assert data["partial_scores"][f"a{field.answer.label}"]["score"] == 1
    picture = "{{options.client_files_question_url}}/network.svg"
    assert picture in page and any(name.endswith("clientFilesQuestion/network.svg") for name in found)
    (assessment,) = (json.loads(text) for name, text in found.items() if name.endswith("infoAssessment.json"))
    (choice,) = assessment["zones"][0]["questions"]
    assert [f"questions/{each['id']}/server.py" in found for each in choice["alternatives"]] == [True]


# all


@pytest.mark.parametrize("form", PLATFORMS, ids=lambda form: form.key)
def test_nothing_of_ours_is_left_where_a_field_was(form: Format) -> None:
    for example in EXAMPLES:
        content = made(example, form.key)
        texts = unpacked(example, form.key).values() if content[:2] == b"PK" else [content.decode()]
        for text in texts:
            assert not re.search("[\ue000-\uf8ff]|\\\\ue[0-9a-f]{3}", text)


@pytest.mark.parametrize("name", ["article-002", "article-003"])
def test_formulas_with_unknown_functions_are_read_back(name: str) -> None:
    """C(a, t) was no formula to those who read a written page back, so that whoever asked for one was told to report it."""
    own = as_they_stand(name, "order,symbolic")
    for form in PLATFORMS:
        assert own.platform(form), form.key
    assert "\\frac{\\partial C}{\\partial" in own.text("scheme", "md")
    assert "decimals" not in own.text("sheet", "md") + own.text("key", "md")


@pytest.mark.parametrize("form", PLATFORMS, ids=lambda form: form.key)
def test_the_same_class_gives_the_same_bytes(form: Format) -> None:
    own = as_they_stand("article-004", ALL)
    assert own.platform(form) == work("article-004").platform(form)
    assert form.loses and not form.loses.endswith(".")
