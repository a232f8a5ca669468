"""QTI 1.2 as Canvas writes and reads it: a student's questions go in; a package with one quiz comes out, in which each question is drawn
from those of all variants.

A number has the ranges that we write; Canvas counts every number that is listed as right, whatever it is worth, so those that mistakes lead
to are not listed. Marks are those of the sheet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from derivegen.document.blocks import Prose
from derivegen.exercise.asking import letter
from derivegen.exercise.reveal import Range, written
from derivegen.interop.apart import Single, singles
from derivegen.interop.package import zipped
from derivegen.interop.platform import About, File
from derivegen.interop.written import LatexWriter, QuizPage, escape

WRITER, PICTURE, WHOLE = LatexWriter, "%24IMS-CC-FILEBASE%24/{}", False
TYPES = {
    "number": "numerical_question",
    "fields": "numerical_question",
    "options": "multiple_choice_question",
    "sequence": "short_answer_question",
}
BY_PERSON = "essay_question"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CARTRIDGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
MOST_BOUND = 50
"""Right texts of an order that are listed; Canvas shows teachers a line for each."""


def piece(made: QuizPage) -> str:
    """One student's questions: label, marks and item of each."""
    files = {name: content.decode() for name, content in made.files.items()}
    items = [(each.label, f"{float(each.field.answer.marks):.7g}", _item(made, each)) for each in singles(made)]
    return json.dumps({"items": items, "files": files})


def files(pieces: Iterable[str], about: About) -> Iterator[File]:
    """The package of a class."""
    found = [json.loads(each) for each in pieces]
    pictures = {name: text for each in found for name, text in each["files"].items()}
    key = f"g{sha256(about.stem.encode()).hexdigest()[:31]}"
    packed = {
        "imsmanifest.xml": _manifest(key, list(pictures)),
        f"{key}/{key}.xml": _quiz(key, found, about),
        f"{key}/assessment_meta.xml": _about(key, found, about),
        **{f"web_resources/{name}": text for name, text in pictures.items()},
    }
    yield "", (zipped(packed),)


# one question


def _item(made: QuizPage, each: Single) -> str:
    item, name = each.page.item, f"i{sha256(f'{made.quiz.code} {each.label}'.encode()).hexdigest()[:31]}"
    kind = BY_PERSON if item.by_person else TYPES[item.shape]
    title = made.quiz.plain("moodle.name", title=made.quiz.title, label=each.label, code=made.quiz.code)
    marks = f"{float(each.field.answer.marks):.7g}"
    known = {"question_type": kind, "points_possible": marks, "assessment_question_identifierref": f"q{name[1:]}"}
    fields = "".join(
        f"<qtimetadatafield><fieldlabel>{key}</fieldlabel><fieldentry>{value}</fieldentry></qtimetadatafield>"
        for key, value in known.items()
    )
    shown = material(made.given + each.body) + response(made, each)
    return (
        f'<item ident="{name}" title="{escape(title)}"><itemmetadata><qtimetadata>{fields}</qtimetadata></itemmetadata>'
        f"<presentation>{shown}</presentation>{_processing(made, each)}{feedback(made, each)}</item>"
    )


def response(made: QuizPage, each: Single) -> str:
    """Where the answer goes."""
    item = each.page.item
    if item.shape == "options":
        labels = "".join(
            f'<response_label ident="{letter(place)}">{material(made.html(one.text))}</response_label>'
            for place, one in enumerate(item.options)
        )
        return f'<response_lid ident="response1" rcardinality="Single"><render_choice>{labels}</render_choice></response_lid>'
    decimal = ' fibtype="Decimal"' if not item.by_person and item.shape != "sequence" else ""
    field = f'<render_fib{decimal}><response_label ident="answer1" rshuffle="No"/></render_fib>'
    return f'<response_str ident="response1" rcardinality="Single">{field}</response_str>'


def _processing(made: QuizPage, each: Single) -> str:
    outcomes = '<outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
    return f"<resprocessing>{outcomes}{''.join(_conditions(made, each))}</resprocessing>"


def _conditions(made: QuizPage, each: Single) -> Iterator[str]:
    item, field = each.page.item, each.field
    if each.page.working:
        yield _condition("<other/>", "general_fb", scored=False)
    if item.by_person:
        yield '<respcondition continue="No"><conditionvar><other/></conditionvar></respcondition>'
        return
    if item.shape == "options":
        for place in range(len(item.options)):
            yield _condition(
                f'<varequal respident="response1">{letter(place)}</varequal>', f"{letter(place)}_fb", False
            )
        right = next(letter(place) for place, one in enumerate(item.options) if one.right)
        yield _condition(f'<varequal respident="response1">{right}</varequal>')
        return
    if item.shape == "sequence":
        equal = (f'<varequal respident="response1">{order}</varequal>' for order in item.orders[:MOST_BOUND])
        yield _condition("".join(equal))
    elif field.is_number:
        yield from (_condition(_between(one)) for one in field.right)
    else:
        yield _condition(f'<varequal respident="response1">{escape(field.answer.right)}</varequal>')
    yield _condition("<other/>", "general_incorrect_fb", scored=False)


def _condition(when: str, feedback: str = "", scored: bool = True) -> str:
    goes_on = "No" if scored else "Yes"
    score = '<setvar action="Set" varname="SCORE">100</setvar>' if scored else ""
    shown = f'<displayfeedback feedbacktype="Response" linkrefid="{feedback}"/>' if feedback else ""
    return f'<respcondition continue="{goes_on}"><conditionvar>{when}</conditionvar>{score}{shown}</respcondition>'


def _between(one: Range) -> str:
    low, high = written(one.low), written(one.high)
    return f'<vargte respident="response1">{low}</vargte><varlte respident="response1">{high}</varlte>'


def feedback(made: QuizPage, each: Single) -> str:
    """The working, and what is said of answers."""
    item = each.page.item
    said: list[tuple[str, str]] = [("general_fb", each.page.working)] if each.page.working else []
    if item.shape == "options":
        said += [(f"{letter(place)}_fb", _told(made, one.says)) for place, one in enumerate(item.options)]
    elif not item.by_person:
        said.append(("general_incorrect_fb", _told(made, each.field.other)))
    return "".join(
        f'<itemfeedback ident="{name}"><flow_mat>{material(html)}</flow_mat></itemfeedback>' for name, html in said
    )


def _told(made: QuizPage, prose: Prose) -> str:
    return f"<p>{made.html(prose)}</p>"


def material(html: str) -> str:
    """HTML as items show it."""
    return f'<material><mattext texttype="text/html">{escape(html)}</mattext></material>'


# the quiz


def _quiz(key: str, found: list[dict[str, Any]], about: About) -> str:
    groups: dict[str, tuple[str, list[str]]] = {}
    for each in found:
        for label, marks, item in each["items"]:
            groups.setdefault(label, (marks, []))[1].append(item)
    sections = "".join(_group(label, marks, items) for label, (marks, items) in groups.items())
    return (
        f'{XML}<questestinterop xmlns="{QTI}"><assessment ident="{key}" title="{escape(about.title)}">'
        "<qtimetadata><qtimetadatafield><fieldlabel>cc_maxattempts</fieldlabel><fieldentry>1</fieldentry></qtimetadatafield>"
        f'</qtimetadata><section ident="root_section">{sections}</section></assessment></questestinterop>\n'
    )


def _group(label: str, marks: str, items: list[str]) -> str:
    """One question of all variants, of which a student gets one."""
    drawn = (
        "<selection_ordering><selection><selection_number>1</selection_number><selection_extension>"
        f"<points_per_item>{marks}</points_per_item></selection_extension></selection></selection_ordering>"
    )
    return f'<section ident="group-{_safe(label)}" title="{escape(label)}">{drawn}{"".join(items)}</section>'


def _about(key: str, found: list[dict[str, Any]], about: About) -> str:
    points = sum(float(marks) for _, marks, _ in found[0]["items"]) if found else 0
    return (
        f'{XML}<quiz xmlns="{CANVAS}" identifier="{key}"><title>{escape(about.title)}</title>'
        f"<description/><shuffle_answers>false</shuffle_answers><scoring_policy>keep_highest</scoring_policy>"
        f"<quiz_type>assignment</quiz_type><points_possible>{points:.7g}</points_possible><allowed_attempts>1</allowed_attempts></quiz>\n"
    )


def _manifest(key: str, pictures: list[str]) -> str:
    meta = f"{key}/assessment_meta.xml"
    needed = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
    resources = (
        f'<resource identifier="{key}" type="imsqti_xmlv1p2"><file href="{key}/{key}.xml"/><dependency identifierref="m{key}"/></resource>'
        f'<resource identifier="m{key}" type="{needed}" href="{meta}"><file href="{meta}"/></resource>'
    )
    for place, name in enumerate(pictures):
        path = f"web_resources/{escape(name)}"
        resources += f'<resource identifier="w{place}" type="webcontent" href="{path}"><file href="{path}"/></resource>'
    return (
        f'{XML}<manifest xmlns="{CARTRIDGE}" identifier="p{key}"><metadata><schema>IMS Content</schema>'
        f"<schemaversion>1.1.3</schemaversion></metadata><organizations/><resources>{resources}</resources></manifest>\n"
    )


def _safe(text: str) -> str:
    return re.sub(r"[^\w.-]", "_", text, flags=re.ASCII)
